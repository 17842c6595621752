"""The parts of finops.yaml about rates, freshness and commitments, read strictly like all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from finops_ai.config import Commitment, Freshness, FxRates
from finops_ai.config_reader import Reader
from finops_ai.yaml_text import KeyPath

_DAYS = re.compile(r"(\d{1,5})d\Z", re.ASCII)
_FX = ("file", "max_age", "max_age_of", "inverse", "through")
_UNITS = {"throughput": "tokens", "seats": "seats"}
KINDS = ("throughput", "seats", "credits")
_COMMITMENT = ("name", "kind", "when", "used_by", "capacity", "currency", "from", "until")
_LIMITS = ("warn_after", "error_after")


def fx_rates(file: Reader) -> FxRates | None:
    """The file of exchange rates: its name, or a mapping that also says how rates may be used."""
    value = file.data.get("fx_rates")
    if value is None:
        return None
    at: KeyPath = ("fx_rates",)
    fields = value if isinstance(value, dict) else {"file": value}
    file.keys(at, fields, _FX, ("file",))
    where: KeyPath = (*at, "file") if isinstance(value, dict) else at
    name = file.text(where, fields["file"])
    path = file.shown.parent / name
    if not path.is_file():
        file.fail(where, f'fx_rates: there is no file "{name}".', "Write its path as seen from finops.yaml.")
    inverse = fields.get("inverse", False)
    if not isinstance(inverse, bool):
        file.fail((*at, "inverse"), "inverse is neither true nor false.", "Write true or false.")
    through = fields.get("through")
    ages = file.mapping((*at, "max_age_of"), fields.get("max_age_of"))
    file.origin("fx_rates", at)
    return FxRates(
        path,
        days(file, (*at, "max_age"), fields.get("max_age", f"{FxRates.max_age_days}d")),
        tuple((name, days(file, (*at, "max_age_of", name), age)) for name, age in ages.items()),
        inverse,
        None if through is None else file.text((*at, "through"), through),
    )


def freshness(file: Reader) -> Iterator[Freshness]:
    """The ages beyond which a source is late: for all of them, and for single ones by name."""
    for name, value in file.mapping(("freshness",), file.data.get("freshness")).items():
        at = ("freshness", name)
        fields = file.mapping(at, value)
        file.keys(at, fields, _LIMITS)
        if not fields:
            file.fail(at, f'freshness of "{name}" states no age.', "Add warn_after: 3d or error_after: 10d.")
        warn, error = (
            days(file, (*at, key), fields[key]) if fields.get(key) is not None else None for key in _LIMITS
        )
        if warn is not None and error is not None and error < warn:
            file.fail(
                (*at, "error_after"),
                f"error_after {error}d is earlier than warn_after {warn}d.",
                "A source is late before it is too late: put the smaller age first.",
            )
        file.origin(f"freshness.{name}", at)
        yield Freshness(None if name == "default" else name, warn, error)


def commitments(file: Reader, pools: set[str], reporting_currency: str) -> Iterator[Commitment]:
    """What is paid for in advance; its name is none of the `pools`, since it is split like one of them."""
    seen = set(pools)
    for at, fields in file.items("commitments", _COMMITMENT, ("name", "kind", "when", "capacity")):
        name = file.text((*at, "name"), fields["name"])
        file.unseen((*at, "name"), f'commitment or pool "{name}"', name, seen)
        kind = file.text((*at, "kind"), fields["kind"])
        if kind not in KINDS:
            file.fail((*at, "kind"), f'"{kind}" is no kind of commitment.', f"Known: {', '.join(KINDS)}.")
        capacity = file.positive((*at, "capacity"), fields["capacity"])
        is_credit = kind == "credits"
        if not is_credit and capacity != int(capacity):
            file.fail((*at, "capacity"), f'"{capacity}" is no whole number of {_UNITS[kind]}.', "Round it.")
        if is_credit != ("used_by" not in fields):
            what = "has used_by, but charges alone draw on credits" if is_credit else "lacks used_by"
            file.fail(at, f'commitment "{name}" ({kind}) {what}.', "used_by names calls, when names charges.")
        if not is_credit and "currency" in fields:
            file.fail((*at, "currency"), f"a commitment of {kind} has no currency.", "Remove it.")
        start, end = file.span(at, fields)
        file.origin(f"commitments.{name}", at)
        yield Commitment(
            name,
            kind,
            file.conditions((*at, "when"), fields["when"]),
            capacity,
            () if is_credit else file.conditions((*at, "used_by"), fields["used_by"]),
            file.text((*at, "currency"), fields.get("currency", reporting_currency)) if is_credit else None,
            start,
            end,
            file.lines.near(at),
        )


def days(file: Reader, at: KeyPath, value: Any) -> int:
    """A number of days written 3d."""
    found = _DAYS.match(value) if isinstance(value, str) else None
    if found is None:
        file.fail(at, f'"{value}" is not a number of days.', "Write it as 3d.")
    return int(found[1])
