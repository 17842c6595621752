"""What a month's reconciliation says: lines with their states, causes, and the proof that nothing is lost."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from finops_ai.errors import IntegrityError
from finops_ai.months import Month
from finops_ai.reconciliation.judge import conserved
from finops_ai.reconciliation.model import (
    CAUSES,
    ESTIMATED_CAUSES,
    QUANTITY_CAUSES,
    RATE_CAUSES,
    SETTLED_CAUSES,
    TOKEN,
    ZERO,
    Cell,
    Finding,
    Ground,
    minus,
    times,
    total,
)

GROUPINGS = ("provider", "account", "day", "model", "kind", "cause", "line")
MATCHED, WITHIN, OPEN, ACCEPTED = "matched", "within tolerance", "to investigate", "accepted"
STATES = (MATCHED, WITHIN, OPEN, ACCEPTED)
_LINE_ID_LENGTH = 10
_Key = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Acceptance:
    """That a person accepted the difference of a line as it was then."""

    line_id: str
    grouped_by: str
    line_name: str
    currency: str
    cost: Decimal
    note: str
    by: str
    at_utc: datetime


@dataclass(frozen=True)
class Line:
    """Billed against logged in one place: a cell, or all cells of one provider, account, day, model or kind.

    `billed` is what the bills say, `expected` the logged usage at expected price (an estimate), and
    difference = quantity variance + rate variance + other = billed - expected, all exact, in `currency`.
    """

    line_id: str
    name: str
    currency: str
    billed: Decimal
    expected: Decimal
    billed_tokens: Decimal
    """Tokens of lines that print or imply a quantity."""
    logged_tokens: Decimal
    quantity_variance: Decimal
    rate_variance: Decimal
    other: Decimal
    open_difference: Decimal
    """What is left of the difference once settled causes are taken off."""
    state: str
    acceptance: Acceptance | None = None
    lapsed: bool = False
    """It was accepted with another difference."""

    @property
    def difference(self) -> Decimal:
        """Billed less expected."""
        return minus(self.billed, self.expected)


@dataclass(frozen=True)
class CauseLine:
    """The part of the difference under one cause; `label` says whether it is billed money or an estimate."""

    cause: str
    provider: str
    currency: str
    detail: str
    cost: Decimal
    tokens: Decimal
    variance: str
    label: str
    charge_rows: int


@dataclass(frozen=True)
class Balance:
    """billed - expected = sum of causes, exactly; and how much of it is still to be investigated."""

    currency: str
    billed: Decimal
    expected: Decimal
    causes: Decimal
    open_difference: Decimal
    """The sum of the sizes of the differences that are to be investigated."""
    beyond_tolerance: bool

    @property
    def difference(self) -> Decimal:
        """Billed less expected."""
        return minus(self.billed, self.expected)


@dataclass(frozen=True)
class Reconciliation:
    """One month's bills against its logs."""

    month: Month
    tolerance: Decimal
    findings: tuple[Finding, ...]
    lines: tuple[Line, ...]
    balances: tuple[Balance, ...]
    ground: Ground = field(repr=False)
    acceptances: tuple[Acceptance, ...] = ()

    @property
    def beyond_tolerance(self) -> bool:
        """Whether anything beyond the tolerance is neither settled nor accepted."""
        return any(balance.beyond_tolerance for balance in self.balances)

    def lapsed(self) -> tuple[Acceptance, ...]:
        """Acceptances whose line has another difference today."""
        groupings = sorted({one.grouped_by for one in self.acceptances})
        lines = {line.line_id for grouping in groupings for line in self.by(grouping) if line.lapsed}
        return tuple(one for one in self.acceptances if one.line_id in lines)

    def causes(self) -> tuple[CauseLine, ...]:
        """The causes with provider and detail, `unexplained` last."""
        rows = {bill.bill_id: bill.charge_rows for bill in self.ground.bills}
        return tuple(_cause_lines(self.findings, rows))

    def by(self, grouping: str) -> tuple[Line, ...]:
        """The lines of a grouping of GROUPINGS but `cause`, by currency and name.

        A group is to be investigated when the lines in it are: a surplus and a deficit do not cancel out.
        """
        if grouping == "line":
            return self.lines
        sizes = _open_sizes(self.ground, self.lines, grouping)
        return tuple(
            _lines(self.ground, self.findings, grouping, self.tolerance, self.acceptances, sizes=sizes)
        )


def reconciled(
    month: Month,
    ground: Ground,
    findings: list[Finding],
    tolerance: Decimal,
    acceptances: tuple[Acceptance, ...],
) -> Reconciliation:
    """The result of `month`. IntegrityError unless the causes add up to the difference to the last digit."""
    ordered = tuple(sorted(findings, key=_order))
    lines = tuple(_lines(ground, ordered, "line", tolerance, acceptances))
    currencies = sorted({line.currency for line in lines})
    balances = tuple(_balance(ground, ordered, lines, currency, tolerance) for currency in currencies)
    for balance in balances:
        if balance.difference != balance.causes:
            raise IntegrityError(
                f"{month}: the causes in {balance.currency} add up to {balance.causes}, "
                f"the difference is {balance.difference}.",
                hint="Nothing was written. This is a fault of finops-ai: please report it.",
            )
    return Reconciliation(month, tolerance, ordered, lines, balances, ground, acceptances)


def _order(finding: Finding) -> tuple[object, ...]:
    cell = finding.cell
    place = (cell.currency, cell.provider, cell.account, cell.project, cell.api_key, cell.day or date.max)
    return list(CAUSES).index(finding.cause), *place, cell.model, cell.kind, finding.detail


def _balance(
    ground: Ground, findings: tuple[Finding, ...], lines: tuple[Line, ...], currency: str, tolerance: Decimal
) -> Balance:
    billed, expected, causes = conserved(ground, list(findings), currency)
    open_difference = total(
        [abs(line.open_difference) for line in lines if line.currency == currency and line.state == OPEN]
    )
    limit = times(tolerance, max(abs(billed), abs(expected)))
    return Balance(currency, billed, expected, causes, open_difference, open_difference > limit)


# --- Lines -------------------------------------------------------------------------------------------


def place_of(cell: Cell, grouping: str) -> tuple[str, ...]:
    """What names the line of `cell` in a grouping, without its currency."""
    day = "" if cell.day is None else str(cell.day)
    parts = [part for part in (cell.account, cell.project, cell.api_key) if part]
    # "(organization not stated)" says nothing beside a project that is stated.
    account = " / ".join([part for part in parts if not part.startswith("(")] or parts)
    return {
        "provider": (cell.provider,),
        "account": (cell.provider, account),
        "day": (day,),
        "model": (cell.provider, cell.model),
        "kind": (cell.kind,),
        "line": (cell.provider, account, day, cell.model, cell.kind),
    }[grouping]


def line_id_of(grouping: str, currency: str, place: tuple[str, ...]) -> str:
    """The id of a line: the same place has the same id in every month and run."""
    text = "\n".join((grouping, currency, *place))
    return hashlib.sha256(text.encode()).hexdigest()[:_LINE_ID_LENGTH]


@dataclass
class _Sums:
    name: str = ""
    currency: str = ""
    billed: Decimal = ZERO
    expected: Decimal = ZERO
    billed_tokens: Decimal = ZERO
    logged_tokens: Decimal = ZERO
    quantity: Decimal = ZERO
    rate: Decimal = ZERO
    other: Decimal = ZERO
    settled: Decimal = ZERO

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands here: what was logged is compared elsewhere."""
        return not (self.billed or self.expected or self.billed_tokens or self.logged_tokens)


def _lines(
    ground: Ground,
    findings: tuple[Finding, ...],
    grouping: str,
    tolerance: Decimal,
    acceptances: tuple[Acceptance, ...],
    *,
    sizes: Mapping[_Key, Decimal] | None = None,
) -> Iterable[Line]:
    """`sizes`: how much inside each group differs; a line's own difference when None."""
    sums = _sums(ground, findings, grouping)
    accepted = {one.line_id: one for one in acceptances}
    covers = _covers(ground, findings, acceptances) if grouping == "line" else {}
    for (currency, place), found in sorted(sums.items()):
        if found.is_empty:
            continue
        line_id = line_id_of(grouping, currency, place)
        difference = minus(found.billed, found.expected)
        own = accepted.get(line_id)
        valid = own if own is not None and own.cost == difference else covers.get((currency, place))
        open_difference = minus(difference, found.settled)
        yield Line(
            line_id=line_id,
            name=" ".join(part for part in place if part) or "(not stated)",
            currency=currency,
            billed=found.billed,
            expected=found.expected,
            billed_tokens=found.billed_tokens,
            logged_tokens=found.logged_tokens,
            quantity_variance=found.quantity,
            rate_variance=found.rate,
            other=found.other,
            open_difference=open_difference,
            state=_state(
                found,
                abs(open_difference) if sizes is None else sizes.get((currency, place), ZERO),
                tolerance,
                valid,
            ),
            acceptance=valid,
            lapsed=own is not None and valid is None,
        )


def _sums(ground: Ground, findings: tuple[Finding, ...], grouping: str) -> dict[_Key, _Sums]:
    sums: dict[_Key, _Sums] = defaultdict(_Sums)
    for bill in ground.bills:
        if bill.in_month:
            found = sums[bill.cell.currency, place_of(bill.cell, grouping)]
            found.billed += bill.billed
            found.billed_tokens += (bill.tokens or ZERO) if bill.nature == TOKEN else ZERO
    for log in ground.logs:
        if log.in_month:
            found = sums[log.cell.currency, place_of(log.cell, grouping)]
            found.expected += log.expected or ZERO
            found.logged_tokens += log.tokens
    for moved in ground.moved:
        for cell, sign in ((moved.source, -1), (moved.target, 1)):
            found = sums[cell.currency, place_of(cell, grouping)]
            found.expected += moved.expected * sign
            found.logged_tokens += moved.tokens * sign
    for finding in findings:
        found = sums[finding.cell.currency, place_of(finding.cell, grouping)]
        found.quantity += finding.cost if finding.cause in QUANTITY_CAUSES else ZERO
        found.rate += finding.cost if finding.cause in RATE_CAUSES else ZERO
        found.other += finding.cost if finding.cause not in QUANTITY_CAUSES | RATE_CAUSES else ZERO
        found.settled += finding.cost if finding.cause in SETTLED_CAUSES else ZERO
    return sums


def _covers(
    ground: Ground, findings: tuple[Finding, ...], acceptances: tuple[Acceptance, ...]
) -> dict[_Key, Acceptance]:
    """Lines inside an accepted provider, account, day, model or kind whose difference is still the same."""
    found = {}
    for grouping in sorted({one.grouped_by for one in acceptances} - {"line"}):
        sums = _sums(ground, findings, grouping)
        valid = {
            one.line_id: one
            for key, total_of in sums.items()
            for one in acceptances
            if one.line_id == line_id_of(grouping, *key)
            and one.cost == minus(total_of.billed, total_of.expected)
        }
        for cell in {item.cell for item in ground.items}:
            one = valid.get(line_id_of(grouping, cell.currency, place_of(cell, grouping)))
            if one is not None:
                found[cell.currency, place_of(cell, "line")] = one
    return found


def _open_sizes(ground: Ground, lines: tuple[Line, ...], grouping: str) -> dict[_Key, Decimal]:
    """How much the lines inside each group differ that nobody accepted: the sum of their sizes."""
    sizes: dict[_Key, Decimal] = defaultdict(lambda: ZERO)
    by_id = {line.line_id: line for line in lines if line.state in (WITHIN, OPEN)}
    cells = {(item.cell.currency, place_of(item.cell, "line")): item.cell for item in ground.items}
    for (currency, place), cell in cells.items():
        line = by_id.get(line_id_of("line", currency, place))
        if line is not None:
            sizes[currency, place_of(cell, grouping)] += abs(line.open_difference)
    return sizes


def _state(found: _Sums, size: Decimal, tolerance: Decimal, accepted: Acceptance | None) -> str:
    if accepted is not None:
        return ACCEPTED
    if size == 0:
        return MATCHED
    limit = times(tolerance, max(abs(found.billed), abs(found.expected)))
    return WITHIN if size <= limit else OPEN


# --- Causes ------------------------------------------------------------------------------------------


def _cause_lines(findings: tuple[Finding, ...], charge_rows: Mapping[int, int]) -> Iterable[CauseLine]:
    grouped: dict[tuple[str, str, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        detail = "" if finding.cause == "cutoff" else finding.detail
        grouped[finding.cause, finding.cell.currency, finding.cell.provider, detail].append(finding)

    order = list(CAUSES)
    for key in sorted(grouped, key=lambda key: (key[1], order.index(key[0]), *key[2:])):
        cause, currency, provider, detail = key
        group = grouped[key]
        yield CauseLine(
            cause=cause,
            provider=provider,
            currency=currency,
            detail=detail,
            cost=total([finding.cost for finding in group]),
            tokens=total([finding.tokens for finding in group]),
            variance="quantity" if cause in QUANTITY_CAUSES else "rate" if cause in RATE_CAUSES else "other",
            label="estimated" if cause in ESTIMATED_CAUSES | RATE_CAUSES | {"cutoff"} else "billed",
            charge_rows=sum(
                charge_rows[i] for i in frozenset().union(*(finding.bill_ids for finding in group))
            ),
        )
