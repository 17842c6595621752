"""LMDI-I: effects that add up to the last digit, whatever the order of factors, zeros included."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finops_ai.attribution.bridge.lmdi import (
    Factor,
    effects,
    logarithmic_mean,
    multiplicative,
    telescope,
    total,
)

D = Decimal
CHAIN = ("volume", "model_mix", "intensity", "token_mix", "price")
REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = REPOSITORY / "benchmarks" / "bridge_golden.py"


def close(found: Decimal, expected: str) -> bool:
    return abs(found - D(expected)) <= D("1e-12")


# --- By hand --------------------------------------------------------------------------------------


def test_two_factors_by_hand() -> None:
    # V = q * p: 100 * 2 = 200 becomes 150 * 3 = 450. L = 250 / ln 2.25 = 308.28869..., and
    # L * ln 1.5 = 125 twice, since both factors grow by half.
    found = effects(D(200), D(450), telescope(("volume", "price"), (100, D(200)), (150, D(450))))
    assert total(found.values()) == 250
    assert all(close(amount, "125") for amount in found.values())


def test_a_price_cut_alone_is_all_price() -> None:
    found = effects(D(200), D(150), telescope(("volume", "price"), (100, D(200)), (100, D(150))))
    assert found == {"volume": 0, "price": -50}


def test_what_two_factors_do_to_each_other_is_shared_and_nothing_is_left_over() -> None:
    # Twice the volume at half the price: nothing changed in sum, each effect is L * ln 2 = 100 * 0.693...
    found = effects(D(100), D(100), telescope(("volume", "price"), (10, D(100)), (20, D(100))))
    assert close(found["volume"], "69.314718055994531")
    assert found["price"] == -found["volume"]


def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic_one() -> None:
    assert logarithmic_mean(D(7), D(7)) == 7
    assert D(6) < logarithmic_mean(D(4), D(9)) < D("6.5")


# --- Zeros ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantities", "bearer"),
    [
        # (tasks of the workflow, tasks on the model, tokens, tokens of the kind, cost) of the empty month.
        ((0, 0, 0, 0, 0), "volume"),
        ((10, 0, 0, 0, 0), "model_mix"),
        ((10, 5, 0, 0, 0), "intensity"),
        ((10, 5, 90, 0, 0), "token_mix"),
        ((10, 5, 90, 30, 0), "price"),
    ],
)
def test_the_factor_that_is_zero_takes_all_of_it(quantities: tuple[int, ...], bearer: str) -> None:
    full = (8, 4, 100, 50, D("12.5"))
    nothing = dict.fromkeys(CHAIN, D(0))
    came = effects(D(0), D("12.5"), telescope(CHAIN, quantities, full))
    assert came == {**nothing, bearer: D("12.5")}
    went = effects(D("12.5"), D(0), telescope(CHAIN, full, quantities))
    assert went == {**nothing, bearer: D("-12.5")}


def test_nothing_in_both_months_moves_nothing() -> None:
    found = effects(D(0), D(0), telescope(CHAIN, (0,) * 5, (8, 4, 100, 50, 0)))
    assert set(found.values()) == {D(0)}


def test_a_value_beside_an_undefined_factor_leaves_its_rest_there() -> None:
    # The log of the second month counts no calls: the price is known, what is left over is calls.
    found = effects(
        D(100), D(240), telescope(("calls", "tokens", "price"), (10, 50, D(100)), (0, 80, D(240)))
    )
    assert found["tokens"] == 0
    assert close(found["price"], str(logarithmic_mean(D(240), D(100)) * D("1.5").ln()))
    assert total(found.values()) == 140


def test_a_changed_sign_is_the_last_factor_and_two_negative_values_are_a_mirror() -> None:
    factors = telescope(("volume", "price"), (10, D(-5)), (20, D(5)))
    assert effects(D(-5), D(5), factors) == {"volume": 0, "price": 10}
    mirrored = effects(D(-200), D(-450), telescope(("volume", "price"), (100, D(-200)), (150, D(-450))))
    assert total(mirrored.values()) == -250
    assert all(close(amount, "-125") for amount in mirrored.values())


# --- Properties -----------------------------------------------------------------------------------

amounts = st.one_of(st.just(0), st.integers(min_value=1, max_value=10**37)).map(lambda n: D(n).scaleb(-15))
counts = st.one_of(st.just(0), st.integers(min_value=1, max_value=10**15))
sides = st.tuples(counts, counts, counts, counts, amounts)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(start=sides, end=sides, shift=st.permutations(range(5)))
def test_any_two_periods_close_exactly_whatever_the_order(
    start: tuple[int, int, int, int, Decimal], end: tuple[int, int, int, int, Decimal], shift: list[int]
) -> None:
    factors = telescope(CHAIN, start, end)
    found = effects(start[-1], end[-1], factors)
    assert total(found.values()) == total((end[-1], -start[-1]))
    shuffled = effects(start[-1], end[-1], [factors[n] for n in shift], ties=CHAIN)
    assert shuffled == found


def test_every_order_of_the_factors_gives_the_same_effects() -> None:
    factors = telescope(CHAIN, (400, 120, 9_000, 2_000, D("7.31")), (390, 260, 31_000, 900, D("2.99")))
    found = effects(D("7.31"), D("2.99"), factors)
    for order in permutations(factors):
        assert effects(D("7.31"), D("2.99"), order, ties=CHAIN) == found


def test_effects_are_rounded_to_the_ledgers_last_digit_and_the_largest_holds_the_rest() -> None:
    factors = [Factor("a", D(1), D(3)), Factor("b", D(1), D(7)), Factor("c", D(1), D(11))]
    found = effects(D(1), D(231), factors)
    exact = {f.name: logarithmic_mean(D(231), D(1)) * (f.end or D(0)).ln() for f in factors}
    assert total(found.values()) == 230
    assert all(found[name].quantize(D("1e-15")) == found[name] for name in found)
    assert all(abs(found[name] - exact[name]) < D("1e-14") for name in found)
    assert found["a"] == exact["a"].quantize(D("1e-15"))


def test_the_multiplicative_form_multiplies_to_the_ratio() -> None:
    factors = telescope(("volume", "price"), (100, D(200)), (150, D(450)))
    found = effects(D(200), D(450), factors)
    product = D(1)
    for amount in found.values():
        part = multiplicative(D(200), D(450), amount)
        assert part is not None
        product *= part
    assert close(product, "2.25")
    assert multiplicative(D(0), D(1), D(1)) is None


# --- The golden file ------------------------------------------------------------------------------


def run_golden(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)


def test_the_golden_decomposition_is_reproduced(shared_data: Path) -> None:
    run = run_golden(shared_data / "decomposition" / "golden.json")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == (
        "5 segments, 15 cells: 123 numbers compared to 1e-9, 0 differ; "
        "effects 27967.000000000000000 = change 27967.00000000\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"price": -214.5378410286322\n', '"price": -214.5378413\n', "expected.additive.price"),
        ('"ratio": 2.527833925157061', '"ratio": 2.5278339281', "expected.ratio"),
        ('"V1": 46272.0', '"V1": 46272.1', "expected.V1"),
        ('"token_mix": 45.0', '"token_mix": 45.0000001', "expected.by_cell[support/large cached_input]"),
        ('"delta": 27967.0', '"delta": 27967.0, "entropy": 1', "expected.entropy: got nothing"),
        ('"coding": 20000.0', '"coding": 20001', "expected.tasks0.coding"),
    ],
)
def test_a_wrong_golden_number_is_found(
    shared_data: Path, tmp_path: Path, old: str, new: str, place: str
) -> None:
    text = (shared_data / "decomposition" / "golden.json").read_text(encoding="utf-8")
    assert text.count(old) >= 1
    (tmp_path / "wrong.json").write_text(text.replace(old, new, 1), encoding="utf-8")
    run = run_golden(tmp_path / "wrong.json")
    assert run.returncode == 1
    assert place in run.stdout


# --- Other files of the same shape ------------------------------------------------------------------


def float_mean(a: float, b: float) -> float:
    return a if a == b else (a - b) / (math.log(a) - math.log(b))


def float_effects(start: list[float], end: list[float]) -> list[float]:
    """The effects of nested quantities in plain floats, by the golden file's rules and no code of ours."""

    def factors(quantities: list[float]) -> list[float]:
        below = [1.0, *quantities[:-1]]
        return [each / base if base else 0.0 for each, base in zip(quantities, below, strict=True)]

    old, new = factors(start), factors(end)
    if start[-1] == 0 or end[-1] == 0:
        bearer = next((n for n, x in enumerate(old if start[-1] == 0 else new) if x == 0), 0)
        return [end[-1] - start[-1] if n == bearer else 0.0 for n in range(len(old))]
    mean = float_mean(end[-1], start[-1])
    return [mean * math.log(b / a) for a, b in zip(old, new, strict=True)]


def random_document(draw: random.Random, names: list[str]) -> dict[str, Any]:
    """A decomposition of the golden file's shape, with other workflows, models, kinds and factor names."""
    kinds = draw.sample(["input", "cached_input", "output", "reasoning", "audio"], draw.randrange(1, 6))
    segments = []
    for number in range(draw.randrange(1, 12)):
        segment: dict[str, Any] = {"id": f"s{number}", "workflow": draw.choice("abcd"), "model": f"m{number}"}
        for period in ("t0", "t1"):
            tasks = draw.choice((0, draw.randrange(1, 10**6)))
            tokens = {kind: tasks and draw.choice((0, draw.randrange(1, 10**10))) for kind in kinds}
            prices = {kind: str(draw.choice((0, draw.randrange(1, 3000)))) + ".25" for kind in kinds}
            segment |= {period: {"tasks": tasks, "tokens": tokens, "price_per_mtok": prices}}
        segments.append(segment)
    return {"factors": dict.fromkeys(names, ""), "segments": segments, "expected": {}}


def expect(document: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The expected numbers of `document` in floats."""
    rows = []
    for segment in document["segments"]:
        sides = []
        for period in ("t0", "t1"):
            own = [each for each in document["segments"] if each["workflow"] == segment["workflow"]]
            now = segment[period]
            whole = [float(sum(each[period]["tasks"] for each in own)), float(now["tasks"])]
            whole.append(float(sum(now["tokens"].values())))
            sides.append(
                {
                    kind: [*whole, float(count), count * float(now["price_per_mtok"][kind]) / 1e6]
                    for kind, count in now["tokens"].items()
                }
            )
        rows += [(segment["id"], kind, sides[0][kind], sides[1][kind]) for kind in sides[0]]
    cells = [
        {"segment": name, "token_type": kind, **dict(zip(names, float_effects(a, b), strict=True))}
        for name, kind, a, b in rows
    ]
    start, end = (sum(row[n][-1] for row in rows) for n in (2, 3))
    return {
        "V0": start,
        "V1": end,
        "delta": end - start,
        "additive_sum": end - start,
        "additive": {name: sum(float(cell[name]) for cell in cells) for name in names},
        "by_cell": cells,
    }


@pytest.mark.parametrize("seed", range(6))
def test_other_decompositions_of_the_same_shape_are_computed(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - the same documents in every run
    names = list(CHAIN) if seed % 2 else ["outcomes", "routing", "length", "kinds", "tariff"]
    document = random_document(draw, names)
    document["expected"] = expect(document, names)
    path = tmp_path / "other.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    run = run_golden(path)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert ", 0 differ; " in run.stdout


# --- 10,000 pairs of months, by the same numbers every time ---------------------------------------


def test_ten_thousand_random_pairs_of_cells_close_to_the_last_digit() -> None:
    draw = random.Random(20261122)  # noqa: S311 - the same cells in every run
    for _ in range(10_000):
        start, end = ([draw.choice((0, 1, draw.randrange(1, 10**9))) for _ in range(4)] for _ in range(2))
        costs = [D(draw.choice((0, draw.randrange(1, 10**24)))).scaleb(-15) for _ in range(2)]
        factors = telescope(CHAIN, (*start, costs[0]), (*end, costs[1]))
        found = effects(costs[0], costs[1], factors)
        assert total(found.values()) == total((costs[1], -costs[0]))
