"""`finops-ai forecast`: the run rate, three budgets, and what history alone suggests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Column, Document, Table, columns
from finops_ai.cli.forecast_choice import Choice, with_choices
from finops_ai.cli.forecast_plot import plots
from finops_ai.cli.forecast_year import year_blocks
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import cell
from finops_ai.forecast import Forecast, Line, forecast_budgets, forecast_records, store_forecast
from finops_ai.ledger import Ledger
from finops_ai.money import plain
from finops_ai.months import Month

_FLAT = columns(
    *("scope:scope", "workflow:workflow", "scenario:scenario", "level:level", "month:month"),
    *("budget:budget:money", "currency:currency", "label:label"),
)
_SCENARIOS = columns(
    *("scenario:scenario", "multiples:x run rate", "low:low:money", "mid:mid:money", "high:high:money")
)

_RATES = columns(
    "basis:run rate from", "monthly_cost:a month:money", "yearly_cost:a year:money", "off:differs"
)
_WARN_PERCENT = 10
_FLAGS = {
    "run_rate_differs": "last month is over 10% away from the trailing 30 days or the mean of 3 months",
    "no_cost_in_run_rate": "no cost in the month that the run rate rests on",
    "launch": "launched less than three months ago, so its run rate is young",
}


def forecast_and_describe(
    settings: Settings,
    months: int,
    *,
    by: str | None,
    as_of: str | None,
    at_utc: datetime,
    mode: str = "table",
    choice: Choice | None = None,
    plot: bool = False,
) -> Document:
    """Bring the ledger up to date, forecast, store the run so that it can be graded, describe it."""
    config = with_choices(settings.load(), choice or Choice())
    require_ledger(config, as_of)
    with settings.open(config) as ledger:
        month = None if as_of is None else chosen_month(ledger, as_of)
        chosen_month(ledger, None)
        refresh(ledger, config, at_utc=at_utc)
        found = forecast_budgets(
            ledger, config, months=months, by_workflow=by == "workflow", as_of=month, mode=mode
        )
        store_once(ledger, found, at_utc=at_utc)
    return describe(found, by, plot=plot)


def store_once(ledger: Ledger, found: Forecast, *, at_utc: datetime) -> None:
    """Keep the run for grading. The same inputs write nothing, so that a second run is no change."""
    if ledger.value("SELECT count(*) FROM forecast_run WHERE inputs_hash = ?", [found.inputs_hash]):
        return
    with ledger.transaction(writes="none"):
        store_forecast(ledger, found, made_at_utc=at_utc)


def describe(found: Forecast, by: str | None = None, *, plot: bool = False) -> Document:
    """The forecast for people, spreadsheets and programs."""
    last = found.first_month.plus(found.months - 1)
    title = f"Budgets, {found.first_month} to {last}, {found.currency}"
    return Document(
        "forecast",
        (
            *found.run_rate_notes,
            *found.notes,
            "",
            _run_rates(found),
            Table(
                "",
                title,
                _SCENARIOS,
                _scenarios(found.total),
            ),
            *_contingency(found),
            *year_blocks(found),
            *(plots(found) if plot else ()),
            "",
            *([_by_line(found)] if found.by_workflow else []),
            *([] if by is None else _baselines_by(found, by)),
            _phasing(found, last),
            *_words(found),
        ),
        {"forecast": found},
        _flat(found),
    )


def _run_rates(found: Forecast) -> Table:
    """The run rate beside its variants; one that is more than 10% away is marked."""
    rate = found.total.run_rate
    rows: list[tuple[object, ...]] = [(found.run_rate_basis, rate.monthly_cost, rate.yearly_cost, "")]
    for name, variant in (
        ("trailing 30 days", rate.trailing_30_days_cost),
        ("mean of 3 months", rate.mean_3_months_cost),
    ):
        yearly = None if variant is None else 12 * variant
        rows.append((name, variant, yearly, _off(variant, rate.monthly_cost)))
    return Table("", f"Run rate, {found.currency}", _RATES, tuple(rows))


def _off(variant: Decimal | None, rate: Decimal) -> str:
    if variant is None:
        return "no history"
    if not rate:
        return ""
    percent = 100 * (variant - rate) / abs(rate)
    return f"{percent:+.1f}%" + (" (ask why)" if abs(percent) > _WARN_PERCENT else "")


def _scenarios(line: Line) -> tuple[tuple[object, ...], ...]:
    return tuple(
        (
            preset.name,
            " / ".join(plain(level.multiplier) for level in preset.levels),
            *(preset.level(name).budget for name in ("low", "mid", "high")),
        )
        for preset in line.scenarios
    )


def _contingency(found: Forecast) -> Iterator[str]:
    if found.contingency is not None:
        yield f"Contingency (aggressive - expected): {cell(found.contingency)} {found.currency}"
    if found.conservative_shortfall is not None:
        short = f"{cell(found.conservative_shortfall)} {found.currency}"
        yield f"Conservative would miss (expected - conservative): {short}"
    if (found.contingency, found.conservative_shortfall) != (None, None):
        yield ""


def _by_line(found: Forecast) -> Table:
    presets = [Column(preset.name, preset.name, "money") for preset in found.total.scenarios]
    layout = (*columns("line:workflow", "run_rate:run rate a month:money"), *presets)
    rows = [
        (line.label, line.run_rate.monthly_cost, *(preset.mid.budget for preset in line.scenarios))
        for line in (*found.lines, found.total)
    ]
    return Table("", f"Budgets by workflow (mid), {found.currency}", layout, tuple(rows))


def _baselines_by(found: Forecast, by: str) -> Iterator[Table | str]:
    """What history alone suggests for each line or group over the horizon, next month with its interval."""
    total = found.total.baseline
    if total is None:
        return
    if by == "workflow":
        lines = [(line.label, line.baseline) for line in found.lines]
    else:
        lines = [(group.name, group.baseline) for group in found.groups if group.level == by]
    rows = []
    for name, baseline in (*lines, ("total", total)):
        if baseline is None:
            continue
        first = baseline.months[0]
        wapes = (None if wape is None else f"{wape:.1%}" for wape in (baseline.wape, baseline.flat_wape))
        rows.append((name, baseline.expected_total, first.low, first.expected, first.high, *wapes))
    layout = columns(
        *(f"name:{by}", f"expected_total:{found.months} months:money", "low:low:money"),
        *("expected:next month:money", "high:high:money", "wape:error", "flat_wape:of flat"),
    )
    yield Table(
        "", f"Baseline by {by}, 80% interval of {found.first_month}, {found.currency}", layout, tuple(rows)
    )
    yield "error: backtest WAPE, the sum of errors over the sum of costs; of flat: that of the run rate."
    yield ""
    if by == "workflow":
        yield from (f"{name}: {line.statement}." for name, line in lines if line is not None)
        yield ""


def _phasing(found: Forecast, last: Month) -> Table:
    presets = [Column(preset.name, preset.name, "money") for preset in found.total.scenarios]
    baseline = found.total.baseline
    expected = {} if baseline is None else {item.month: item for item in baseline.months}
    layout = [Column("month", "month"), *presets]
    if expected:
        layout += columns("low:baseline low:money", "expected:expected:money", "high:high:money")
    rows = []
    for number in range(found.months):
        month = found.first_month.plus(number)
        row: list[object] = [month, *(preset.mid.months[number].budget for preset in found.total.scenarios)]
        if expected:
            item = expected.get(month)
            row += [None, None, None] if item is None else [item.low, item.expected, item.high]
        rows.append(tuple(row))
    title = f"Month by month (mid), {found.first_month} to {last}, {found.currency}"
    return Table("", title, tuple(layout), tuple(rows))


def _words(found: Forecast) -> Iterator[str]:
    if found.baseline_note:
        yield found.baseline_note
    for source in dict.fromkeys(preset.source for preset in found.total.scenarios):
        names = ", ".join(preset.name for preset in found.total.scenarios if preset.source == source)
        yield f"{names}: {source}."
    for flag in dict.fromkeys(flag for line in found.lines for flag in line.flags):
        names = ", ".join(line.label for line in found.lines if flag in line.flags)
        yield f"{names}: {_FLAGS.get(flag, flag)}."


def _flat(found: Forecast) -> Table:
    keys = [column.key for column in _FLAT]
    rows = tuple(tuple(record[key] for key in keys) for record in forecast_records(found))
    return Table("budgets", "", _FLAT, rows)
