"""Compute a golden decomposition through the package's own bridge and compare every number in it.

    python benchmarks/bridge_golden.py FILE

FILE has the shape of a worked LMDI-I example: `factors` (five names, from volume to price), `segments`
with tasks, tokens and prices of both periods, and `expected` numbers: totals, tasks of each workflow, the
effects in sum, per segment, per cell and (where the file has them) per workflow, model or token type, and
the multiplicative form. Each number that differs by more than 1e-9, relative or absolute, is printed, as is
a number that this program does not know how to compute; the exit code is 1 when there is one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

from finops_ai.attribution.bridge.lmdi import WIDE, effects, multiplicative, telescope, total

TOLERANCE = Decimal("1e-9")
MILLION = 1_000_000
CHAIN = ("volume", "model_mix", "intensity", "token_mix", "price")
"""What the five factors are called and how they follow from each other; a file may list them otherwise."""
Numbers = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """One segment and token type: its value in both periods and the effect of each factor."""

    segment: str
    workflow: str
    model: str
    token_type: str
    start: Decimal
    end: Decimal
    effects: Mapping[str, Decimal]


def number(value: object) -> Decimal:
    """The exact value that the file prints; a missing one is 0."""
    return Decimal(0) if value is None else Decimal(str(value))


def tasks_of(segments: list[Numbers], period: str) -> dict[str, Decimal]:
    """The tasks of each workflow: never summed across workflows."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for segment in segments:
        found[segment["workflow"]] += number(segment[period]["tasks"])
    return dict(found)


def factor_names(document: Numbers) -> list[str]:
    """The file's names of volume, model mix, tokens per task, token mix and price, in this order."""
    names = list(document["factors"])
    return list(CHAIN) if set(names) == set(CHAIN) else names


def cells(document: Numbers) -> Iterator[Cell]:
    """Each segment and token type through the package's own bridge."""
    names = factor_names(document)
    segments = document["segments"]
    workflow_tasks = {period: tasks_of(segments, period) for period in ("t0", "t1")}
    for segment in segments:
        kinds = dict.fromkeys([*segment["t0"]["tokens"], *segment["t1"]["tokens"]])
        for kind in kinds:
            start, end = (
                quantities(segment[period], kind, workflow_tasks[period][segment["workflow"]])
                for period in ("t0", "t1")
            )
            found = effects(start[-1], end[-1], telescope(names, start, end))
            yield Cell(
                *(segment["id"], segment["workflow"], segment.get("model", ""), kind),
                *(start[-1], end[-1], found),
            )


def quantities(period: Numbers, kind: str, tasks: Decimal) -> list[Decimal]:
    """Tasks of the workflow, of the segment, its tokens, those of the kind, and what they cost."""
    with localcontext(WIDE):
        tokens = number(period["tokens"].get(kind))
        price = number(period["price_per_mtok"].get(kind)) / MILLION
        all_tokens = sum((number(each) for each in period["tokens"].values()), Decimal(0))
        return [tasks, number(period["tasks"]), all_tokens, tokens, tokens * price]


def summary(found: list[Cell], names: list[str]) -> Numbers:
    """Value of both periods and effects of some cells, under the names that a file may use."""
    start, end = total(cell.start for cell in found), total(cell.end for cell in found)
    sums = {name: total(cell.effects[name] for cell in found) for name in names}
    with localcontext(WIDE):
        rest = {"V0": start, "V1": end, "delta": end - start, "ratio": end / start if start else None}
    return {**rest, **sums, "sum": total(sums.values()), "additive_sum": total(sums.values())}


def grouped(found: list[Cell], names: list[str], attribute: str) -> Numbers:
    """`summary` of each segment, workflow, model or token type."""
    keys = dict.fromkeys(getattr(cell, attribute) for cell in found)
    return {key: summary([c for c in found if getattr(c, attribute) == key], names) for key in keys}


def names_of(cell: Cell) -> Numbers:
    """What a cell is called."""
    return {name: getattr(cell, name) for name in ("segment", "workflow", "model", "token_type")}


def computed(document: Numbers) -> Numbers:
    """Everything `expected` may name, under the same names."""
    names = factor_names(document)
    found = list(cells(document))
    all_of_it = summary(found, names)
    start, end = all_of_it["V0"], all_of_it["V1"]
    tasks = {f"tasks{n}": tasks_of(document["segments"], f"t{n}") for n in (0, 1)}
    groups = {f"by_{name}": grouped(found, names, name) for name in ("segment", "workflow", "model")}
    return {
        **all_of_it,
        **tasks,
        **groups,
        "by_token_type": grouped(found, names, "token_type"),
        "additive": {name: all_of_it[name] for name in names},
        "multiplicative": {name: multiplicative(start, end, all_of_it[name]) for name in names},
        "by_cell": [{**names_of(cell), **summary([cell], names)} for cell in found],
    }


def differences(place: str, expected: object, found: object) -> Iterator[str]:
    """A line for each expected number that `found` does not hold within the tolerance."""
    if isinstance(expected, Mapping):
        held = found if isinstance(found, Mapping) else {}
        for key, value in expected.items():
            yield from differences(f"{place}.{key}", value, held.get(key))
    elif isinstance(expected, list):
        yield from _list_differences(place, expected, found if isinstance(found, list) else [])
    elif isinstance(expected, bool) or not isinstance(expected, int | float | str):
        if expected is not None or found is not None:
            yield f"{place}: got {found}, expected {expected}"
    elif isinstance(expected, str) and not isinstance(found, Decimal):
        if found is not None and found != expected:
            yield f"{place}: got {found}, expected {expected}"
    elif not isinstance(found, Decimal):
        yield f"{place}: got nothing, expected {expected}"
    elif not is_close(found, Decimal(str(expected))):
        yield f"{place}: got {found}, expected {expected}"


def _list_differences(place: str, expected: list[Any], found: list[Any]) -> Iterator[str]:
    """Cells are found by their names, whatever their order."""
    by_name = {(each["segment"], each["token_type"]): each for each in found}
    for each in expected:
        name = (each.get("segment"), each.get("token_type"))
        yield from differences(f"{place}[{name[0]} {name[1]}]", each, by_name.get(name))


def is_close(found: Decimal, expected: Decimal) -> bool:
    """Whether both are equal to 1e-9, relative or absolute."""
    with localcontext(WIDE):
        return abs(found - expected) <= TOLERANCE * max(Decimal(1), abs(expected))


def count_numbers(expected: object) -> int:
    """How many numbers were compared."""
    if isinstance(expected, Mapping):
        return sum(count_numbers(each) for each in expected.values())
    if isinstance(expected, list):
        return sum(count_numbers(each) for each in expected)
    return int(isinstance(expected, int | float))


def closure(found: Numbers) -> Iterator[str]:
    """The effects must add up to the change exactly, in sum and in each cell."""
    for place, each in (
        ("total", found),
        *((f"{c['segment']} {c['token_type']}", c) for c in found["by_cell"]),
    ):
        if each["additive_sum"] != each["delta"]:
            yield f"closure of {place}: effects add up to {each['additive_sum']}, not {each['delta']}"


def main() -> int:
    """Print each difference; 1 when there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path, metavar="FILE")
    document = json.loads(parser.parse_args().file.read_text(encoding="utf-8"))
    found = computed(document)
    misses = [*differences("expected", document["expected"], found), *closure(found)]
    for miss in misses:
        print(miss)
    numbers = count_numbers(document["expected"])
    print(
        f"{len(document['segments'])} segments, {len(found['by_cell'])} cells: "
        f"{numbers} numbers compared to 1e-9, {len(misses)} differ; "
        f"effects {found['additive_sum']:f} = change {found['delta']:f}"
    )
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
