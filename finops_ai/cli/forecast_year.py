"""The year beside the scenarios, for people: where it comes from, its parts, and what the model says."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from finops_ai.cli.document import Table, columns
from finops_ai.cli.text import cell
from finops_ai.forecast import Forecast
from finops_ai.forecast.outlook import Outlook, ScenarioYear
from finops_ai.money import plain

_YEAR = columns(
    *("scenario:12 months", "existing:existing:money", "launches:launches:money"),
    *("reserve:growth reserve:money", "total:total:money", "percentile:model:count"),
)
_PARTS = columns(
    *("scenario:x run rate", "multiplier:total:count", "volume:existing volume:count", "models:models:count"),
    *("price:price:count", "new:new use cases:count", "reserve:reserve:count"),
)
_PART_NAMES = ("existing_volume", "model_changes", "price", "new_use_cases", "reserve")
_LAUNCHES = columns(
    *("launch:launch", "starts:starts", "steady:a month in full use:money", "chance:chance:count"),
    *("year:these 12 months:money", "source:source"),
)


def year_blocks(found: Forecast) -> Iterator[Table | str]:
    """Every table and line about the year; nothing for a forecast without an outlook."""
    year = found.outlook
    if year is None:
        return
    yield Table("", f"Where 12 months come from, {found.currency}", _YEAR, tuple(_rows(year)))
    yield from _flags(year, found.currency)
    yield Table("", "Multipliers as a product of parts", _PARTS, tuple(_parts(year)))
    if year.launches:
        rows = tuple(
            (
                *(launch.name, launch.starts, launch.steady_monthly_cost),
                *(f"{plain(launch.probability * 100)}%", launch.year_cost, launch.source),
            )
            for launch in year.launches
        )
        yield Table("", f"Launches, {found.currency}", _LAUNCHES, rows)
    yield f"Existing: {year.existing_basis}. Growth reserve: what no plan explains yet."
    yield from _model(year, found.total.run_rate.yearly_cost, found.currency)
    yield from year.assumptions


def _rows(year: Outlook) -> Iterator[tuple[object, ...]]:
    for s in year.scenarios:
        yield s.name, s.existing, s.launches, s.reserve, s.total, _place(s)


def _place(scenario: ScenarioYear) -> str:
    return "n/a" if scenario.percentile is None else f"P{cell(scenario.percentile, places=0)}"


def _flags(year: Outlook, currency: str) -> Iterator[str]:
    if year.mode != "table":
        return  # the model's own quantiles lie on both sides of its middle
    for scenario in year.scenarios:
        if scenario.reserve < 0:
            yield (
                f"Red flag: {scenario.name} cannot hold what is planned: existing workloads and launches "
                f"cost {cell(-scenario.reserve)} {currency} more."
            )
    if any(scenario.reserve < 0 for scenario in year.scenarios):
        yield ""


def _parts(year: Outlook) -> Iterator[tuple[object, ...]]:
    for scenario in year.scenarios:
        factors = {part.name: plain(part.factor) for part in scenario.parts}
        yield scenario.name, plain(scenario.multiplier), *(factors.get(name, "-") for name in _PART_NAMES)


def _model(year: Outlook, yearly_run_rate: Decimal, currency: str) -> Iterator[str]:
    if year.model is None or year.blend is None:
        yield f"No model of the year: {year.model_note}"
        return
    for name, levels, basis in (
        ("Model", year.model, year.model_note),
        ("Blend of model and presets", year.blend, "weighted by precision in the logarithm"),
    ):
        multiples = " / ".join(cell(level, places=3) for level in levels)
        money = " / ".join(cell((level * yearly_run_rate), places=0) for level in levels)
        yield f"{name} ({basis}), P10 / P50 / P90: {multiples} x run rate, {money} {currency}."
