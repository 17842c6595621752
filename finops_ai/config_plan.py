"""The section `plan` of finops.yaml: what is known of the coming year beyond history.

Growth of what runs today, launches, changes of models and of prices, elasticity. Everything here is
the user's assumption and is shown as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from finops_ai.config import Growth, Launch, ModelChange, Plan, PriceChange, Scenario
from finops_ai.config_reader import Reader
from finops_ai.money import decimal_from_text, plain
from finops_ai.yaml_text import KeyPath

PARTS = ("existing_volume", "new_use_cases", "model_changes", "price")
TIERS = ("economy", "mid", "flagship")
_PLAN = ("growth", "launches", "model_changes", "prices", "elasticity")
_GROWTH_BOUNDS = (Decimal("-0.99"), Decimal(100))
_GROWTH = ("low", "mid", "high", "source")
_LAUNCH = (
    *("name", "starts", "source", "monthly_cost", "pilot_cost", "pilot_share", "users", "requests_per_day"),
    *("cost_per_request", "provider", "model", "tokens", "t50", "t90", "bass", "slip_months", "probability"),
)
_METERS = (
    *("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write"),
    *("input_audio", "output", "output_audio"),
)
_CHANGE = ("name", "from", "factor", "share", "source")
_PRICE = ("name", "from", "change", "tier", "share", "migrates", "source")


def plan(file: Reader) -> Plan | None:
    """The whole section; None when there is none."""
    value = file.data.get("plan")
    if value is None:
        return None
    at: KeyPath = ("plan",)
    fields = file.mapping(at, value)
    file.keys(at, fields, _PLAN)
    file.origin("plan", at)
    return Plan(
        growth=_growth(file, (*at, "growth"), fields.get("growth")),
        launches=tuple(_launches(file, (*at, "launches"), fields.get("launches"))),
        model_changes=tuple(_model_changes(file, (*at, "model_changes"), fields.get("model_changes"))),
        prices=tuple(_prices(file, (*at, "prices"), fields.get("prices"))),
        elasticity=_number(file, (*at, "elasticity"), fields, Decimal(-5), Decimal(0)),
    )


def scenario_parts(file: Reader, at: KeyPath, value: Any) -> tuple[tuple[str, Decimal], ...]:
    """The named factors of a multiplier, in the order in which they are told."""
    fields = file.mapping(at, value)
    file.keys(at, fields, PARTS)
    return tuple((name, file.positive((*at, name), fields[name])) for name in PARTS if name in fields)


def check_parts(file: Reader, at: KeyPath, scenario: Scenario) -> None:
    """Refuse named parts that do not multiply to the middle multiplier exactly."""
    product = Decimal(1)
    for _, factor in scenario.parts:
        product *= factor
    if scenario.parts and product != scenario.mid:
        file.fail(
            at,
            f"the parts multiply to {plain(product)}, but mid is {plain(scenario.mid)}.",
            f'Write mid: "{plain(product)}", or correct a part.',
        )


def _growth(file: Reader, at: KeyPath, value: Any) -> Growth | None:
    if value is None:
        return None
    fields = file.mapping(at, value)
    file.keys(at, fields, _GROWTH, _GROWTH)
    low, mid, high = (_required(file, (*at, key), fields, *_GROWTH_BOUNDS) for key in _GROWTH[:3])
    if not low <= mid <= high:
        file.fail(at, "growth is not ordered low <= mid <= high.", "Put the smallest first.")
    return Growth(low, mid, high, file.text((*at, "source"), fields["source"]))


def _launches(file: Reader, at: KeyPath, value: Any) -> Iterator[Launch]:
    seen: set[str] = set()
    for number, item in enumerate(file.sequence(at, value)):
        place: KeyPath = (*at, number)
        fields = file.mapping(place, item)
        file.keys(place, fields, _LAUNCH, ("name", "starts", "source"))
        name = file.text((*place, "name"), fields["name"])
        file.unseen((*place, "name"), f'launch "{name}"', name, seen)
        yield _launch(file, place, fields, name)


def _launch(file: Reader, at: KeyPath, fields: dict[str, Any], name: str) -> Launch:
    given = _sizing(file, at, fields, name)
    bass = fields.get("bass")
    p = q = None
    if bass is not None:
        inner = file.mapping((*at, "bass"), bass)
        file.keys((*at, "bass"), inner, ("p", "q"), ("p", "q"))
        p, q = (_required(file, (*at, "bass", key), inner, Decimal("0.0001"), Decimal(10)) for key in "pq")
    t50 = _number(file, (*at, "t50"), fields, Decimal(0), Decimal(120))
    t90 = _number(file, (*at, "t90"), fields, Decimal(0), Decimal(120))
    t50, t90 = Launch.t50_months if t50 is None else t50, Launch.t90_months if t90 is None else t90
    if t90 <= t50:
        file.fail((*at, "t90"), f"t90 {plain(t90)} is not after t50 {plain(t50)}.", "Both in months.")
    probability = _number(file, (*at, "probability"), fields, Decimal(0), Decimal(1))
    return Launch(
        name=name,
        starts=_month(file, at, fields, "starts"),
        source=file.text((*at, "source"), fields["source"]),
        t50_months=t50,
        t90_months=t90,
        bass_p=p,
        bass_q=q,
        slip_months=_number(file, (*at, "slip_months"), fields, Decimal(0), Decimal(120)) or Decimal(0),
        probability=Decimal(1) if probability is None else probability,
        line=file.lines.near(at),
        **given,
    )


def _sizing(file: Reader, at: KeyPath, fields: dict[str, Any], name: str) -> dict[str, Any]:
    """What it will cost once everyone uses it: stated, from a pilot, or from its requests."""
    ways = {
        "monthly_cost": ("monthly_cost",),
        "pilot_cost": ("pilot_cost", "pilot_share"),
        "users": ("users", "requests_per_day"),
    }
    chosen = [key for key in ways if fields.get(key) is not None]
    if len(chosen) != 1:
        file.fail(
            at,
            f'launch "{name}" has {"no size" if not chosen else "more than one size"}.',
            "Give it monthly_cost, or pilot_cost and pilot_share, or users and requests_per_day.",
        )
    for key in ways[chosen[0]]:
        if fields.get(key) is None:
            file.fail(at, f'launch "{name}" lacks "{key}".', f'Add "{key}: ...".')
    given: dict[str, Any] = {key: file.positive((*at, key), fields[key]) for key in ways[chosen[0]]}
    if chosen[0] == "pilot_cost" and given["pilot_share"] > 1:
        file.fail((*at, "pilot_share"), "a pilot is at most all of it.", 'Write a share such as "0.01".')
    if chosen[0] == "users":
        given |= _request(file, at, fields, name)
    return given


def _request(file: Reader, at: KeyPath, fields: dict[str, Any], name: str) -> dict[str, Any]:
    if (fields.get("cost_per_request") is None) == (fields.get("model") is None):
        file.fail(
            at,
            f'launch "{name}" states the cost of a request not once.',
            "Give cost_per_request, or provider, model and tokens for prices from the catalogue.",
        )
    if fields.get("cost_per_request") is not None:
        return {"cost_per_request": file.positive((*at, "cost_per_request"), fields["cost_per_request"])}
    for key in ("provider", "tokens"):
        if fields.get(key) is None:
            file.fail(at, f'launch "{name}" lacks "{key}".', f'Add "{key}: ...".')
    tokens = file.mapping((*at, "tokens"), fields["tokens"])
    file.keys((*at, "tokens"), tokens, _METERS)
    return {
        "provider": file.text((*at, "provider"), fields["provider"]),
        "model": file.text((*at, "model"), fields["model"]),
        "tokens": tuple((key, file.positive((*at, "tokens", key), count)) for key, count in tokens.items()),
    }


def _model_changes(file: Reader, at: KeyPath, value: Any) -> Iterator[ModelChange]:
    for number, item in enumerate(file.sequence(at, value)):
        place: KeyPath = (*at, number)
        fields = file.mapping(place, item)
        file.keys(place, fields, _CHANGE, ("name", "from", "factor", "source"))
        share = _number(file, (*place, "share"), fields, Decimal(0), Decimal(1))
        yield ModelChange(
            file.text((*place, "name"), fields["name"]),
            _month(file, place, fields, "from"),
            file.positive((*place, "factor"), fields["factor"]),
            Decimal(1) if share is None else share,
            file.text((*place, "source"), fields["source"]),
        )


def _prices(file: Reader, at: KeyPath, value: Any) -> Iterator[PriceChange]:
    for number, item in enumerate(file.sequence(at, value)):
        place: KeyPath = (*at, number)
        fields = file.mapping(place, item)
        file.keys(place, fields, _PRICE, ("name", "from", "source"))
        change = _number(file, (*place, "change"), fields, Decimal("-0.99"), Decimal(100))
        tier = None if fields.get("tier") is None else file.text((*place, "tier"), fields["tier"])
        if (change is None) == (tier is None):
            file.fail(
                place,
                "this price path states neither change nor tier, or both.",
                'Give change: "-0.4", or tier: economy, mid or flagship.',
            )
        if tier is not None and tier not in TIERS:
            file.fail((*place, "tier"), f'"{tier}" is no tier.', f"Known: {', '.join(TIERS)}.")
        migrates = _number(file, (*place, "migrates"), fields, Decimal(0), Decimal(1))
        is_rise = change is not None and change > 0
        if migrates is None and not is_rise:
            file.fail(
                place,
                "a fall of prices lacks migrates: it touches only traffic that moves to them.",
                'Write the share that will really move, such as migrates: "0.3".',
            )
        share = _number(file, (*place, "share"), fields, Decimal(0), Decimal(1))
        yield PriceChange(
            name=file.text((*place, "name"), fields["name"]),
            starts=_month(file, place, fields, "from"),
            change=change,
            tier=tier,
            share=Decimal(1) if share is None else share,
            migrates=Decimal(1) if migrates is None else migrates,
            source=file.text((*place, "source"), fields["source"]),
        )


def _month(file: Reader, at: KeyPath, fields: dict[str, Any], key: str) -> date:
    found = file.day(at, fields, key)
    assert found is not None
    if found.day != 1:
        _fail_month(file, (*at, key), found)
    return found


def _fail_month(file: Reader, at: KeyPath, found: date) -> NoReturn:
    file.fail(at, f"{found} is not the first day of a month.", "Write a month such as 2027-01.")


def _required(file: Reader, at: KeyPath, fields: dict[str, Any], low: Decimal, high: Decimal) -> Decimal:
    found = _number(file, at, fields, low, high)
    assert found is not None
    return found


def _number(file: Reader, at: KeyPath, fields: dict[str, Any], low: Decimal, high: Decimal) -> Decimal | None:
    """A plain number from `low` to `high`, written as quoted text; None when absent."""
    value = fields.get(str(at[-1]))
    if value is None:
        return None
    try:
        number = decimal_from_text(file.text(at, value))
    except ValueError:
        file.fail(at, f'"{value}" is not a plain number.', 'Write it as text, for example "0.4".')
    if not low <= number <= high:
        file.fail(at, f"{plain(number)} is not between {plain(low)} and {plain(high)}.", "Correct it.")
    return number
