"""What a month amounts to in the reporting currency, as frozen values that are ready to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from functools import reduce

from finops_ai.attribution import matching
from finops_ai.attribution.fx.convert import ROOM
from finops_ai.ledger import Ledger
from finops_ai.months import Month

_WIDE = Context(prec=76)


@dataclass(frozen=True)
class CurrencyTotal:
    """One billing currency: `billed` in it, `converted` in the reporting currency (None: no rate at all).

    `not_converted` is the part of `billed`, in the original currency, that no rate converts.
    """

    currency: str
    billed: Decimal
    converted: Decimal | None
    not_converted: Decimal
    charge_rows: int
    lowest_rate: Decimal | None
    highest_rate: Decimal | None
    first_rate_day: date | None
    last_rate_day: date | None


@dataclass(frozen=True)
class ConvertedLine:
    """One workflow, team, model, provider or outcome kind in the reporting currency.

    `outside`: it also has money that no rate converts, which is in no amount here.
    """

    name: str | None
    direct: Decimal
    shared: Decimal
    total: Decimal
    outside: bool


@dataclass(frozen=True)
class Unrated:
    """Billed money without a rate, in its own currency: the gap `currency` of the reporting total."""

    cause: str
    provider: str
    detail: str
    currency: str
    cost: Decimal
    charge_rows: int
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Converted:
    """A month with charges in other currencies: its converted total = lines + without_workflow."""

    month: Month
    reporting_currency: str
    totals: tuple[CurrencyTotal, ...]
    lines: tuple[ConvertedLine, ...]
    unrated: tuple[Unrated, ...]
    without_workflow: Decimal

    @property
    def total(self) -> Decimal:
        """The month's bill in the reporting currency, as far as rates convert it."""
        return _sum(each.converted for each in self.totals if each.converted is not None)

    @property
    def difference(self) -> Decimal:
        """Zero, when the converted bill and its converted parts agree to the last digit."""
        return _WIDE.subtract(self.total, _sum([*(line.total for line in self.lines), self.without_workflow]))


def month_converted(ledger: Ledger, month: Month, by: str = "workflow") -> Converted | None:
    """What `convert_month` stored for `month`; None when all of it is billed in the reporting currency."""
    of_month: dict[str, object] = {"month": month.first_day}
    span = {"start_utc": month.start_utc, "end_utc": month.end_utc}
    rows = ledger.run_records(ROOM, "totals.sql", {**of_month, **span})
    reporting = rows[0]["reporting_currency"] if rows else ""
    if all(row["currency"] == reporting for row in rows):
        return None
    for row in rows:
        del row["reporting_currency"]
    ledger.run(matching.ROOM, "line_name.sql")
    return Converted(
        month,
        reporting,
        tuple(CurrencyTotal(**row) for row in rows),
        tuple(ConvertedLine(**row) for row in ledger.run_records(ROOM, "lines.sql", {**of_month, "by": by})),
        tuple(Unrated(**row) for row in ledger.run_records(ROOM, "unrated.sql", of_month)),
        ledger.run_records(ROOM, "without_workflow.sql", of_month)[0]["total"],
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(_WIDE.add, amounts, Decimal(0))
