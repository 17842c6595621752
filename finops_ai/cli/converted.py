"""A month in the reporting currency, for `attribute` and `status`: converted amounts beside the originals."""

from __future__ import annotations

from collections.abc import Iterable

from finops_ai.attribution.fx import Converted, month_converted
from finops_ai.cli.document import Table, columns
from finops_ai.cli.text import cell
from finops_ai.ledger import Ledger
from finops_ai.money import plain, shown
from finops_ai.months import Month

_TOTALS = columns(
    *("currency:currency", "billed:billed:money", "converted:converted:money"),
    *("not_converted:no rate:money", "lowest_rate:rate from", "highest_rate:to"),
    *("first_rate_day:first_rate_day:hidden", "last_rate_day:last_rate_day:hidden"),
    "charge_rows:charges:count",
)
_UNRATED = columns(
    *("cause:cause", "provider:provider", "detail:detail", "currency:currency", "cost:cost:money"),
    *("charge_rows:rows:count", "first_day:first_day:hidden", "last_day:last_day:hidden"),
)
_MONTHS = columns(
    *(
        "month:month",
        "currency:billed in",
        "billed:billed:money",
        "reporting_currency:in",
        "converted:is:money",
    ),
    "not_converted:no rate:money",
)


def converted_blocks(ledger: Ledger, month: Month, by: str) -> tuple[Table | str, ...]:
    """What `month` is in the reporting currency; nothing when all of it is billed in that currency."""
    found = month_converted(ledger, month, by)
    if found is None:
        return ()
    reporting = found.reporting_currency
    layout = columns(
        *(f"name:{by}", "direct:direct:money", "shared:shared:money", "total:total:money"),
        "outside:has money without a rate",
    )
    lines = tuple(
        ("(none)" if line.name is None else line.name, line.direct, line.shared, line.total, line.outside)
        for line in found.lines
    )
    totals = tuple(
        (
            *(each.currency, each.billed, each.converted, each.not_converted),
            *(_rate(each.lowest_rate), _rate(each.highest_rate)),
            *(each.first_rate_day, each.last_rate_day, each.charge_rows),
        )
        for each in found.totals
    )
    unrated = tuple(
        (
            gap.cause,
            gap.provider,
            gap.detail,
            gap.currency,
            gap.cost,
            gap.charge_rows,
            gap.first_day,
            gap.last_day,
        )
        for gap in found.unrated
    )
    return (
        Table("converted_totals", f"Billed, and what it is in {reporting}", _TOTALS, totals, null=""),
        Table("converted_lines", f"By {by}, in {reporting}", layout, lines),
        Table("unconverted", "Billed, without an exchange rate (in no converted amount)", _UNRATED, unrated),
        _proof(found),
        "",
    )


def converted_months(ledger: Ledger) -> Table:
    """Each month with charges in other currencies: billed, converted, and what has no rate."""
    months = [Month.of(row[0]) for row in ledger.rows("SELECT month FROM month_converted ORDER BY month")]
    found = [each for month in months if (each := month_converted(ledger, month)) is not None]
    return Table("converted", "In the reporting currency", _MONTHS, tuple(_rows(found)), null="")


def _rows(months: Iterable[Converted]) -> Iterable[tuple[object, ...]]:
    for month in months:
        for each in month.totals:
            yield (
                *(month.month, each.currency, each.billed, month.reporting_currency),
                *(each.converted, each.not_converted),
            )
        yield month.month, "all", None, month.reporting_currency, month.total, None


def _rate(rate: object) -> str | None:
    return None if rate is None else cell(rate, places=-1)


def _proof(found: Converted) -> str:
    reporting = found.reporting_currency
    parts = [f"{each.currency} {cell(each.converted)}" for each in found.totals if each.converted is not None]
    apart = [shown(each.not_converted, each.currency) for each in found.totals if each.not_converted]
    text = f"{shown(found.total, reporting)} = {' + '.join(parts) or '0'}"
    text += f"; without a rate and not in it: {', '.join(apart)}" if apart else ""
    return f"{text} (difference {plain(found.difference)})"
