"""What outcomes are worth beside what they cost, and beside a human who does the same work.

docs/outcomes.md states each formula. Every figure is a Decimal, None where something it needs is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from finops_ai.config import Config, OutcomeValue
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.unit_cost.intervals import ROOM

_MINUTES_PER_HOUR = 60
_DIGITS = Decimal("0.000000001")


@dataclass(frozen=True)
class Worth:
    """Return of one outcome kind and workflow in one month, money in `currency`.

    `basis` says what the benefit is: value (money stated per success) or labour (human minutes saved at
    the loaded hourly cost); None with a `reason` when neither is known. Costs are the workflow's loaded
    cost and the time people spend reviewing attempts.
    """

    kind: str
    workflow: str
    currency: str
    attempts: int
    successes: int
    cost: Decimal
    is_reviewed: bool
    """Whether finops.yaml states review minutes; where it does not, review is no part of the cost."""
    review_cost: Decimal | None
    """None where no review minutes are stated, or no hourly cost to value them at."""
    basis: str | None
    benefit: Decimal | None
    counted: int
    """Successes whose worth is known, by themselves or by finops.yaml."""
    human_per_case: Decimal | None
    """What one case costs when a human does it."""
    reason: str | None
    days: int

    @property
    def full_cost(self) -> Decimal | None:
        """Loaded cost plus the review that is stated; None when that cannot be valued.

        None, too, where nothing is billed: the calls cost something, and no bill says how much.
        """
        if not self.cost:
            return None
        if not self.is_reviewed:
            return self.cost
        return None if self.review_cost is None else self.cost + self.review_cost

    @property
    def roi(self) -> Decimal | None:
        """(benefit - cost) / cost: 1.5 is the FinOps Foundation's 150%."""
        if self.benefit is None or self.full_cost is None:
            return None
        return _ratio(self.benefit - self.full_cost, self.full_cost)

    @property
    def ratio(self) -> Decimal | None:
        """How many times the cost the benefit is."""
        return _ratio(self.benefit, self.full_cost)

    @property
    def payback_days(self) -> Decimal | None:
        """Days of the month's mean daily benefit that pay the month's cost."""
        if self.benefit is None or self.full_cost is None:
            return None
        return _ratio(self.full_cost * self.days, self.benefit)

    @property
    def time_to_value_days(self) -> Decimal | None:
        """Value / daily cost of the alternative: of humans who reach the same successes."""
        if self.human_per_case is None or self.benefit is None:
            return None
        return _ratio(self.benefit * self.days, self.human_per_case * self.successes)

    @property
    def success_rate(self) -> Decimal | None:
        """The share of attempts that succeed."""
        return _ratio(Decimal(self.successes), Decimal(self.attempts))

    @property
    def ai_first_per_case(self) -> Decimal | None:
        """A case that AI tries first: its cost per attempt, plus the human for those that fail."""
        per_attempt, rate = self.cost_per_attempt, self.success_rate
        if per_attempt is None or rate is None or self.human_per_case is None:
            return None
        return per_attempt + (1 - rate) * self.human_per_case

    @property
    def break_even_rate(self) -> Decimal | None:
        """The success rate at which AI first costs what the human costs; above 1: at none."""
        return _ratio(self.cost_per_attempt, self.human_per_case)

    @property
    def cost_per_attempt(self) -> Decimal | None:
        """Loaded cost and review per attempt."""
        return _ratio(self.full_cost, Decimal(self.attempts))


@dataclass(frozen=True)
class Coverage:
    """How much of one currency's billed money has a defined outcome, and a defined value."""

    currency: str
    billed: Decimal
    with_outcome: Decimal
    with_value: Decimal
    without: tuple[tuple[str, Decimal], ...]
    """(workflow, spend) of those without an outcome kind, the largest first."""

    @property
    def outcome_share(self) -> Decimal | None:
        """with_outcome / billed."""
        return _ratio(self.with_outcome, self.billed)

    @property
    def value_share(self) -> Decimal | None:
        """with_value / billed."""
        return _ratio(self.with_value, self.billed)


@dataclass(frozen=True)
class Return:
    """The month's outcomes and what they are worth, and how much of the spend that covers."""

    month: Month
    outcomes: tuple[Worth, ...]
    coverage: tuple[Coverage, ...]


def month_return(ledger: Ledger, config: Config, month: Month) -> Return:
    """The return of every outcome kind and workflow of `month`, from what attribution stored."""
    days = month.days
    params: dict[str, object] = {
        "month": month.first_day,
        "start_utc": month.start_utc,
        "end_utc": month.end_utc,
    }
    found = tuple(_worth(row, config, days) for row in ledger.run_records(ROOM, "worth.sql", params))
    spend = ledger.run_records(ROOM, "spend.sql", {"month": month.first_day})
    currencies = dict.fromkeys(row["currency"] for row in spend)
    return Return(month, found, tuple(_coverage(name, spend, found) for name in currencies))


def _worth(row: dict[str, Any], config: Config, days: int) -> Worth:
    stated = config.value.of_kind(row["kind"])
    hourly = config.value.hourly_cost if row["currency"] == config.reporting_currency else None
    basis, benefit, counted, reason = _benefit(row, stated, hourly, config.reporting_currency)
    return Worth(
        **{name: row[name] for name in ("kind", "workflow", "currency", "attempts", "successes", "cost")},
        is_reviewed=stated.review_minutes is not None,
        review_cost=_review(row["attempts"], stated, hourly),
        basis=basis,
        benefit=benefit,
        counted=counted,
        human_per_case=_human_per_case(row, stated, hourly),
        reason=reason,
        days=days,
    )


def _benefit(
    row: dict[str, Any], stated: OutcomeValue, hourly: Decimal | None, currency: str
) -> tuple[str | None, Decimal | None, int, str | None]:
    """(basis, benefit, successes counted, reason): money that is stated, else labour saved, never both."""
    default = stated.value if row["currency"] == currency else None
    unstated = row["successes"] - row["valued"]
    if row["valued"] or default is not None:
        counted = row["valued"] if default is None else row["successes"]
        return "value", row["value"] + (default or 0) * unstated, counted, None
    if row["valued_elsewhere"]:
        return None, None, 0, f"values are not in {row['currency']}"
    if not row["timed"] and stated.human_minutes is None:
        return None, None, 0, "no value and no human minutes stated"
    if hourly is None:
        return None, None, 0, "human minutes, but no hourly_cost"
    untimed = row["successes"] - row["timed"]
    minutes = row["minutes"] + (stated.human_minutes or 0) * untimed
    counted = row["timed"] if stated.human_minutes is None else row["successes"]
    return "labour", _at_hourly(minutes, hourly), counted, None


def _human_per_case(row: dict[str, Any], stated: OutcomeValue, hourly: Decimal | None) -> Decimal | None:
    """The mean of the minutes that successes state, else those of finops.yaml, at the hourly cost."""
    if hourly is None:
        return None
    minutes = row["minutes"] / row["timed"] if row["timed"] else stated.human_minutes
    return None if minutes is None else _at_hourly(minutes, hourly)


def _review(attempts: int, stated: OutcomeValue, hourly: Decimal | None) -> Decimal | None:
    """Every attempt is reviewed, the failed ones too."""
    if stated.review_minutes is None or hourly is None:
        return None
    return _at_hourly(attempts * stated.review_minutes, hourly)


def _at_hourly(minutes: Decimal, hourly: Decimal) -> Decimal:
    return (minutes * hourly / _MINUTES_PER_HOUR).quantize(_DIGITS)


def _coverage(currency: str, spend: list[dict[str, Any]], found: Iterable[Worth]) -> Coverage:
    rows = [row for row in spend if row["currency"] == currency]
    known = [worth for worth in found if worth.currency == currency]
    named = {worth.workflow for worth in known}
    without = [
        (row["workflow"], row["cost"])
        for row in rows
        if row["workflow"] is not None and row["workflow"] not in named and row["cost"] > 0
    ]
    return Coverage(
        currency,
        sum((row["cost"] for row in rows), Decimal(0)),
        sum((worth.cost for worth in known), Decimal(0)),
        sum((worth.cost for worth in known if worth.basis is not None), Decimal(0)),
        tuple(sorted(without, key=lambda each: (-each[1], each[0]))),
    )


def _ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """The part over the whole to nine decimals; None unless the whole is above zero."""
    if part is None or whole is None or whole <= 0:
        return None
    return (part / whole).quantize(_DIGITS)
