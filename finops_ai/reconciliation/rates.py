"""At what rate each bill line was billed: the evidence is a price whose product is the printed amount.

Ratios are evidence and never money: a factor is believed only when multiplying by it gives the amount back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from finops_ai.reconciliation.model import EXACT, TOKEN, ZERO, Bill, Ground, Log, Price, Reading, times

ONE = Decimal(1)
FACTOR_PLACES = Decimal("0.0001")
"""A contract or a changed price is a factor with at most four decimals: 0.93, 0.875, 1.1."""
_FACTORS = (Decimal("0.2"), Decimal(5))
_VOTES_MIN = 3
_SHARE_MIN = Decimal("0.2")
_RUN_SHARE_MIN = Decimal("0.6")
_SHARP = Decimal("0.0002")
_ROUGH = Decimal("0.002")
_CENT = Decimal("0.01")
_QUARTER = Decimal("0.25")
CACHE_WRITES = ("cache_write", "cache_write_5m", "cache_write_1h")

Account = tuple[str, str]
Meeting = tuple[str, str, str, str, date | None, str, str]


def meeting(item: Bill | Log, kind: str | None = None) -> Meeting:
    """Where bills and logs meet: the cell without the account, which logs do not tell."""
    cell = item.cell
    kind = cell.kind if kind is None else kind
    return cell.provider, cell.currency, cell.project, cell.api_key, cell.day, cell.model, kind


@dataclass
class _Votes:
    count: int = 0
    models: set[str] = field(default_factory=set)
    first_day: date = date.max

    def add(self, bill: Bill) -> None:
        self.count += 1
        self.models.add(bill.cell.model)
        self.first_day = min(self.first_day, bill.cell.day or date.max)


@dataclass
class Printed:
    """What lines without a quantity print together, which a log that knows less cannot tell apart."""

    billed: Decimal = ZERO
    epsilon: Decimal = ZERO
    lines: int = 0

    def add(self, bill: Bill) -> None:
        """Count `bill` in."""
        self.billed = EXACT.add(self.billed, bill.billed)
        self.epsilon += bill.epsilon
        self.lines += 1

    def fits(self, amount: Decimal) -> bool:
        """Whether `amount`, printed as these lines print, is what was billed."""
        return abs(EXACT.subtract(self.billed, amount)) <= self.epsilon


def _together(bill: Bill) -> Hashable:
    """Lines that are read as one: of one place, tier and scope, unless they print quantities."""
    alone = bill.bill_id if bill.quantity is not None else None
    return *meeting(bill), bill.tier, bill.scope, bill.in_month, alone


@dataclass(frozen=True)
class Change:
    """A factor that one model's lines of an account are billed with from `first` to `last` day.

    Between `earliest` and `latest` no line shows another rate, so the factor may hold there, too.
    """

    factor: Decimal
    first: date
    last: date
    earliest: date
    latest: date
    cause: str


class Rates:
    """Reads the rate of every token line of a month."""

    def __init__(self, ground: Ground) -> None:
        self._prices = ground.prices
        self._logs: dict[Meeting, list[Log]] = defaultdict(list)
        for log in ground.logs:
            self._logs[meeting(log)].append(log)
        self._lines = [bill for bill in ground.bills if bill.nature == TOKEN and self._listed(bill)]
        self._printed: dict[Hashable, Printed] = defaultdict(Printed)
        for bill in self._lines:
            self._printed[_together(bill)].add(bill)
        self._ranked: dict[Hashable, list[Price]] = {}
        self.contracts: dict[Account, Decimal] = {}
        self.changes: dict[tuple[str, str, str], list[Change]] = {}

    def read(self) -> None:
        """Find the factors of accounts, then of models, then give each line its reading."""
        self.contracts = self._find_contracts()
        self.changes = self._find_changes()
        for bill in self._lines:
            bill.reading = self._exact(bill) or self._own_tier(bill) or self._implied(bill)

    # --- What a line could have been billed at ---------------------------------------------------

    def _listed(self, bill: Bill) -> list[Price]:
        prices = self._prices.get((bill.cell.provider, bill.cell.model), ())
        return [price for price in prices if price.currency == bill.cell.currency]

    def stated(self, bill: Bill) -> list[Price]:
        """The prices of what the line says it is: kind, tier, scope and day."""
        scope = self._scope(bill)
        return [
            price
            for price in self._candidates(bill)
            if (price.kind, price.tier, price.scope) == (bill.cell.kind, bill.tier, scope)
            and _holds(price, bill.cell.day)
        ]

    def _usual(self, bill: Bill) -> list[Price]:
        """Of the stated prices those that the log of the cell has, else those of the lowest context band."""
        stated = self.stated(bill)
        logged = {log.price_id for log in self._logs.get(meeting(bill), ())}
        lowest = min((price.min_prompt_tokens for price in stated), default=0)
        return [price for price in stated if price.price_id in logged] or [
            price for price in stated if price.min_prompt_tokens == lowest
        ]

    def _scope(self, bill: Bill) -> str:
        if bill.scope:
            return bill.scope
        logged = Counter(log.scope for log in self._logs.get(meeting(bill), ()))
        if logged:
            return min(logged, key=lambda scope: (-logged[scope], scope))
        scopes = {price.scope for price in self._listed(bill)}
        default = "regional" if bill.cell.provider == "aws-bedrock" else "global"
        return default if default in scopes or not scopes else min(scopes)

    def _candidates(self, bill: Bill) -> list[Price]:
        """Every price of the line's kind, the likeliest first; a cache write may have any lifetime."""
        scope, cell = self._scope(bill), bill.cell
        key = (cell.provider, cell.model, cell.currency, cell.kind, cell.day, bill.tier, scope)
        if key not in self._ranked:
            kinds = CACHE_WRITES if cell.kind in CACHE_WRITES else (cell.kind,)
            listed = [price for price in self._listed(bill) if price.kind in kinds]
            self._ranked[key] = sorted(listed, key=lambda price: _distance(price, bill, scope))
        return self._ranked[key]

    def _near(self, bill: Bill) -> list[Price]:
        """The candidates that differ from what the line states in one thing at most.

        In two, a product may be right by chance: a five-minute cache write at 80 % costs what an hour's
        does in a batch.
        """
        scope = self._scope(bill)
        return [price for price in self._candidates(bill) if sum(_differs(price, bill, scope)) <= 1]

    def _quantities(self, bill: Bill) -> list[Decimal]:
        """What the line can have counted: as printed, else what the log of the same cell adds up to."""
        if bill.quantity is not None:
            return [bill.quantity]
        kinds = CACHE_WRITES if bill.cell.kind in CACHE_WRITES else (bill.cell.kind,)
        own = self._logs.get(meeting(bill), [])
        family = [log for kind in kinds for log in self._logs.get(meeting(bill, kind), [])]
        tier = [log for log in own if log.tier == bill.tier]
        sums = [
            sum((log.tokens for log in group if failed or not log.failed), ZERO)
            for group in (tier, own, family)
            for failed in (False, True)
        ]
        return [quantity for quantity in dict.fromkeys(sums) if quantity > 0]

    def _fit(self, bill: Bill, prices: Iterable[Price], factor: Decimal) -> tuple[Price, Decimal] | None:
        quantities, printed = self._quantities(bill), self._printed[_together(bill)]
        for price in prices:
            for quantity in quantities:
                if printed.fits(times(price.unit_price, quantity, factor)):
                    return price, quantity
        return None

    # --- Factors ---------------------------------------------------------------------------------

    def _factors(self, bill: Bill, known: Decimal = ONE) -> Iterator[Decimal]:
        """The factors beside `known` that give the printed amount back, from stated prices."""
        found = set()
        for price in self._usual(bill):
            for quantity in self._quantities(bill):
                factor = _factor(self._printed[_together(bill)], times(price.unit_price, quantity, known))
                if factor is not None:
                    found.add(factor)
        yield from sorted(found)

    def _find_contracts(self) -> dict[Account, Decimal]:
        votes: dict[Account, dict[Decimal, _Votes]] = defaultdict(lambda: defaultdict(_Votes))
        voters: Counter[Account] = Counter()
        for bill in self._lines:
            printed, account = self._printed[_together(bill)], (bill.cell.provider, bill.cell.account)
            if printed.epsilon > times(printed.billed, _SHARP):
                continue
            explained = self._fit(bill, self._candidates(bill), ONE) is not None
            factors = [ONE] if explained else list(self._factors(bill))
            voters[account] += bool(factors)
            for factor in factors:
                votes[account][factor].add(bill)
        sharp = {account: _elected(found, voters[account]) for account, found in votes.items()}
        return dict(sorted({**self._rough_contracts(), **sharp}.items()))

    def _rough_contracts(self) -> dict[Account, Decimal]:
        """Where amounts are printed in cents: the factor of the month's sums, if those of all kinds agree."""
        sums: dict[Account, dict[Hashable, Printed]] = defaultdict(lambda: defaultdict(Printed))
        amounts: dict[Hashable, Decimal] = defaultdict(lambda: ZERO)
        for bill in {_together(bill): bill for bill in self._lines if bill.in_month}.values():
            prices, quantities = self._usual(bill), self._quantities(bill)
            if prices and quantities:
                cell, printed = bill.cell, self._printed[_together(bill)]
                group = (cell.provider, cell.account, cell.model, cell.kind, bill.tier)
                total = sums[cell.provider, cell.account][group]
                total.billed, total.epsilon = total.billed + printed.billed, total.epsilon + printed.epsilon
                amounts[group] += times(prices[0].unit_price, quantities[0])
        found = {}
        for account, groups in sums.items():
            factors = Counter(
                EXACT.divide(total.billed, amounts[group]).quantize(_CENT, ROUND_HALF_EVEN, EXACT)
                for group, total in groups.items()
                if total.epsilon <= times(amounts[group], _ROUGH)
            )
            if len(factors) == 1 and (factor := next(iter(factors))) > 0 and factors[factor] >= _VOTES_MIN:
                found[account] = factor
        return found

    def _find_changes(self) -> dict[tuple[str, str, str], list[Change]]:
        normal: dict[tuple[str, str, str], list[date]] = defaultdict(list)
        odd: dict[tuple[str, str, str], list[Bill]] = defaultdict(list)
        for bill in self._lines:
            if bill.cell.day is None:
                continue
            model = bill.cell.provider, bill.cell.account, bill.cell.model
            if any(self._fit(bill, self._near(bill), f) for f in self._known_factors(bill)):
                normal[model].append(bill.cell.day)
            elif not any(self._fit(bill, self._candidates(bill), f) for f in self._known_factors(bill)):
                odd[model].append(bill)
        found = {
            model: changes
            for model, bills in sorted(odd.items())
            if (changes := self._runs(bills, normal[model]))
        }
        return _with_contracts(found, normal)

    def _runs(self, odd: list[Bill], normal: list[date]) -> list[Change]:
        """Spans of days in which most lines that tell anything show one factor, at whatever price."""
        votes: dict[Decimal, list[date]] = defaultdict(list)
        told: list[Bill] = []
        for bill in {_together(bill): bill for bill in odd}.values():
            factors = list(self._factors(bill, self._contract(bill)))
            told += [bill] if factors else []
            for factor in factors:
                votes[factor].append(bill.cell.day or date.max)
        changes: list[Change] = []
        for factor in sorted(votes, key=lambda f: (-len(votes[f]), abs(f - 1), f)):
            first, last = min(votes[factor]), max(votes[factor])
            amid = any(day < first for day in normal) and any(day > last for day in normal)
            if len(votes[factor]) < (_VOTES_MIN if amid else 2) or any(
                c.first <= last and first <= c.last for c in changes
            ):
                continue
            inside = [bill for bill in told if first <= (bill.cell.day or date.max) <= last]
            others = sum(first <= day <= last for day in normal)
            shown = sum(self._shows(bill, factor) for bill in inside)
            if shown >= (len(inside) + others) * _RUN_SHARE_MIN:
                changes.append(_change(factor, first, last, normal))
        return changes

    def _shows(self, bill: Bill, factor: Decimal) -> bool:
        """Whether some price of the catalogue times the factor is what was billed."""
        return self._fit(bill, self._candidates(bill), times(factor, self._contract(bill))) is not None

    def _contract(self, bill: Bill) -> Decimal:
        return self.contracts.get((bill.cell.provider, bill.cell.account), ONE)

    def _known_factors(self, bill: Bill) -> list[Decimal]:
        """The account's factor, then what the logs of the cell expect, then none."""
        configured = sorted({log.contract for log in self._logs.get(meeting(bill), ())})
        return list(dict.fromkeys([self._contract(bill), *configured, ONE]))

    def _change(self, bill: Bill, *, possible: bool = False) -> Change | None:
        """The change that holds on the line's day, or that may hold there."""
        day = bill.cell.day
        for change in self.changes.get((bill.cell.provider, bill.cell.account, bill.cell.model), ()):
            span = (change.earliest, change.latest) if possible else (change.first, change.last)
            if day is not None and span[0] <= day <= span[1]:
                return change
        return None

    # --- Readings --------------------------------------------------------------------------------

    def _exact(self, bill: Bill) -> Reading | None:
        """A price and a quantity that both sides show, whose product was billed."""
        sure, possible = self._change(bill), self._change(bill, possible=True)
        usual = [*self._usual(bill), *self.stated(bill)]
        tries: list[tuple[Change | None, Decimal]] = [(None, factor) for factor in self._known_factors(bill)]
        if possible is not None:
            changed = (possible, self._contract(bill))
            tries = [changed, *tries] if sure is not None else [*tries, changed]
        # What the line states counts before other prices, which fit by chance more often.
        for prices in (usual, self._candidates(bill)):
            for change, contract in tries:
                factor = times(ONE if change is None else change.factor, contract)
                fit = self._fit(bill, prices, factor)
                if fit:
                    return self._own_part(bill, _reading(fit[1], fit[0], change, contract))
        return None

    def _own_part(self, bill: Bill, reading: Reading) -> Reading:
        """Of lines that were read as one, the tokens of this one."""
        return reading if self._printed[_together(bill)].lines == 1 else _nearest(bill, reading)

    def _own_tier(self, bill: Bill) -> Reading | None:
        """The bill states a tier that the catalogue has no price of: the standard price times a factor."""
        if bill.tier == "standard" or self.stated(bill):
            return None
        change, contract = self._change(bill), self._contract(bill)
        known = times(ONE if change is None else change.factor, contract)
        for price in self.stated(replace(bill, tier="standard")):
            for quantity in self._quantities(bill):
                factor = _factor(self._printed[_together(bill)], times(price.unit_price, quantity, known))
                if factor is not None:
                    return self._own_part(
                        bill, replace(_reading(quantity, price, change, contract), tier=factor)
                    )
        return None

    def _implied(self, bill: Bill) -> Reading | None:
        """Without a printed quantity: the whole number of tokens that the amount pays at a known price."""
        if bill.quantity is not None:
            return None
        sure, possible = self._change(bill), self._change(bill, possible=True)
        usual, contract = self._usual(bill), self._contract(bill)
        # A change that is only possible stands beside none: the one that pays as many tokens as are logged.
        rounds: list[list[Change | None]]
        rounds = [[sure], [None]] if sure is not None else [list(dict.fromkeys([None, possible]))]
        logged = max(self._quantities(bill), default=ZERO)
        for prices in (usual, (*self.stated(bill), *self._candidates(bill))):
            for changes in rounds:
                readings = [
                    reading
                    for change in changes
                    for price in prices
                    if (reading := _whole(bill, _reading(ZERO, price, change, contract))) is not None
                ]
                if readings:
                    return min(
                        readings[: 2 if prices is usual else 1], key=lambda r: abs(r.quantity - logged)
                    )
        # An amount printed in cents cannot tell its tokens apart: at the stated price, as near as it says.
        for price in usual[:1]:
            reading = _reading(ZERO, price, sure, contract)
            if bill.epsilon > times(reading.unit, _QUARTER):
                return _nearest(bill, reading)
        return None


def _reading(quantity: Decimal, price: Price, change: Change | None, contract: Decimal) -> Reading:
    if change is None:
        return Reading(quantity, price, contract=contract)
    return Reading(quantity, price, change.factor, change.cause, contract)


def _factor(printed: Printed, amount: Decimal) -> Decimal | None:
    """The factor of few decimals that makes `amount` what was billed; None when there is none."""
    if amount == 0 or printed.epsilon > times(amount, _SHARP):
        return None
    factor = EXACT.divide(printed.billed, amount).quantize(FACTOR_PLACES, ROUND_HALF_EVEN, EXACT)
    believed = _FACTORS[0] < factor < _FACTORS[1] and printed.fits(times(amount, factor))
    return factor.normalize() if believed else None


def _differs(price: Price, bill: Bill, scope: str) -> tuple[bool, ...]:
    """In what a price is of something else than the line states."""
    return (
        price.kind != bill.cell.kind,
        price.tier != bill.tier,
        price.scope != scope,
        not _holds(price, bill.cell.day),
    )


def _distance(price: Price, bill: Bill, scope: str) -> tuple[object, ...]:
    differs = _differs(price, bill, scope)
    return sum(differs), differs[::-1], price.min_prompt_tokens, price.price_id


def _holds(price: Price, day: date | None) -> bool:
    return day is None or price.holds_on(day)


def _whole(bill: Bill, reading: Reading) -> Reading | None:
    """`reading` with the whole number of tokens that was billed, if the amount is one."""
    if bill.epsilon > times(reading.unit, _QUARTER):
        return None
    nearest = _nearest(bill, reading)
    return nearest if bill.fits(times(nearest.quantity, nearest.unit)) else None


def _nearest(bill: Bill, reading: Reading) -> Reading:
    quantity = EXACT.divide(bill.billed, reading.unit).quantize(ONE, ROUND_HALF_EVEN, EXACT)
    return replace(reading, quantity=quantity)


def _elected(found: dict[Decimal, _Votes], voters: int) -> Decimal:
    """The factor of the account: of those that enough lines show, that of most models, the earliest first."""
    strong = {
        factor: votes
        for factor, votes in found.items()
        if factor == ONE or (votes.count >= _VOTES_MIN and votes.count >= voters * _SHARE_MIN)
    }
    weak_list_price = found.get(ONE, _Votes()).count < voters * _SHARE_MIN
    if weak_list_price:
        strong.pop(ONE, None)
    if not strong:
        return ONE
    return min(
        strong, key=lambda f: (-len(strong[f].models), strong[f].first_day, -strong[f].count, f != ONE, f)
    )


def _with_contracts(
    found: dict[tuple[str, str, str], list[Change]], normal: dict[tuple[str, str, str], list[date]]
) -> dict[tuple[str, str, str], list[Change]]:
    """Named as a contract: one factor over several models of an account, from some day on for all it bills.

    One model alone may as well have another price.
    """
    models: dict[tuple[str, str, Decimal], list[tuple[str, Change]]] = defaultdict(list)
    for (provider, account, model), changes in found.items():
        for change in changes:
            models[provider, account, change.factor].append((model, change))
    begun: dict[tuple[str, str, Decimal], date] = {}
    for (provider, account, factor), shown in models.items():
        first = min(change.first for _, change in shown)
        days = [day for key, seen in normal.items() if key[:2] == (provider, account) for day in seen]
        if len({model for model, _ in shown}) > 1 and not any(day >= first for day in days):
            begun[provider, account, factor] = first
    return {
        key: [
            replace(change, cause="contract_discount") if (*key[:2], change.factor) in begun else change
            for change in changes
        ]
        for key, changes in found.items()
    }


def _change(factor: Decimal, first: date, last: date, normal: list[date]) -> Change:
    before = [day for day in normal if day < first]
    after = [day for day in normal if day > last]
    return Change(
        factor=factor,
        first=first,
        last=last,
        earliest=max(before) + timedelta(days=1) if before else date.min,
        latest=min(after) - timedelta(days=1) if after else date.max,
        cause="price_change" if before or after else "rate_difference",
    )
