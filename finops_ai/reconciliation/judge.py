"""From matched tokens to money: every part of the difference between bill and log gets its cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from finops_ai.reconciliation.match import by_family, match
from finops_ai.reconciliation.model import (
    EXACT,
    TOKEN,
    ZERO,
    Bill,
    Finding,
    Ground,
    Log,
    Moved,
    Piece,
    Price,
    minus,
    times,
    total,
)
from finops_ai.reconciliation.rates import Rates
from finops_ai.reconciliation.unmapped import logged_as

_LEDGER_DIGIT = Decimal("1e-15")


def judge(ground: Ground) -> list[Finding]:
    """The findings of the month, one per cell, cause and detail, none of them zero."""
    ground.moved.clear()
    rates = Rates(ground)
    rates.read()
    return _added(_Judge(ground, match(ground), rates.contracts).findings())


def _added(findings: Iterable[Finding]) -> list[Finding]:
    found: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        key = (finding.cell, finding.cause, finding.detail)
        found[key] = found[key].plus(finding) if key in found else finding
    return [finding for finding in found.values() if finding.cost != 0]


def _stored(amount: Decimal) -> Decimal:
    """`amount` with the ledger's fifteen decimals."""
    return amount.quantize(_LEDGER_DIGIT, ROUND_HALF_EVEN, EXACT)


class _Judge:
    def __init__(
        self, ground: Ground, pieces: list[Piece], contracts: Mapping[tuple[str, str], Decimal]
    ) -> None:
        self._ground = ground
        self._pieces: dict[int, list[Piece]] = defaultdict(list)
        for piece in pieces:
            self._pieces[piece.bill.bill_id].append(piece)
        self._explained: dict[int, Decimal] = defaultdict(lambda: ZERO)
        """Expected money of each log group that pieces took up."""
        self._foreign = _foreign_providers(ground)
        self._named = logged_as(ground, contracts)
        self._names = {(provider, model): name for (provider, name), model in self._named.items()}
        self._billed_providers = {bill.cell.provider for bill in ground.bills if bill.in_month}
        self._logs_at: dict[Hashable, list[Log]] = defaultdict(list)
        for log in ground.logs:
            self._logs_at[by_family(log)].append(log)

    def findings(self) -> Iterator[Finding]:
        for bill in self._ground.bills:
            yield from self._of_bill(bill)
        for log in self._ground.logs:
            yield from self._of_log(log)

    # --- Bills -----------------------------------------------------------------------------------

    def _of_bill(self, bill: Bill) -> Iterator[Finding]:
        if bill.nature != TOKEN:
            if bill.in_month:
                yield _of(bill, bill.nature, bill.billed, detail=bill.detail)
        elif not bill.cell.model:
            if bill.in_month:
                known = self._named.get((bill.cell.provider, bill.model_name or ""))
                name = bill.model_name or "no name"
                detail = f"{name}: logged as {known}" if known else name
                yield _of(bill, "unmapped_billing_name", bill.billed, bill.quantity, detail)
        elif _is_foreign(self._ground, bill):
            yield _of(
                bill,
                "currency",
                bill.billed if bill.in_month else ZERO,
                detail=f"billed in {bill.cell.currency}",
            )
        elif bill.tokens is None:
            yield from self._whole_amount(bill)
        else:
            yield from self._by_tokens(bill)

    def _by_tokens(self, bill: Bill) -> Iterator[Finding]:
        left = bill.billed
        pieces = self._pieces[bill.bill_id]
        for number, piece in enumerate(pieces, 1):
            last = number == len(pieces) and bill.left == 0
            billed = _billed_part(piece)
            if last and abs(minus(left, billed)) <= max(_LEDGER_DIGIT * number, ZERO):
                billed = left
            left = minus(left, billed)
            yield from self._of_piece(piece, billed)
        if not bill.in_month or left == 0:
            return
        if bill.left == 0:
            yield _of(bill, "rounding", left)
        elif bill.cell.kind == "web_search":
            yield _of(bill, "tool_fees", left, bill.left, "web search, in no log")
        else:
            yield _of(bill, "unlogged_usage", left, bill.left, self._nobody(bill))

    def _nobody(self, bill: Bill) -> str:
        """Whose use stands in no log, as far as the bill says."""
        return " / ".join(part for part in (bill.cell.project, bill.cell.api_key) if part) or bill.cell.model

    def _of_piece(self, piece: Piece, billed: Decimal) -> Iterator[Finding]:
        bill, log = piece.bill, piece.log
        if log.unit is None:
            if bill.in_month:
                yield _of(bill, "unpriced_model", billed, piece.tokens, bill.cell.model, other=log)
            return
        expected = self._take_expected(piece, log.unit)
        if bill.in_month and log.in_month:
            if piece.shifted:
                yield _of(bill, "cutoff", expected, piece.tokens, f"logged on {log.cell.day}", other=log)
                yield _of(log, "cutoff", -expected, -piece.tokens, f"billed on {bill.cell.day}", other=bill)
            else:
                self._move(log, bill, expected, piece.tokens)
            yield from self._rates(piece, billed, expected)
        elif bill.in_month:
            yield _of(bill, "cutoff", billed, piece.tokens, f"logged on {log.cell.day}", other=log)
        elif log.in_month:
            yield _of(log, "cutoff", -expected, -piece.tokens, f"billed on {bill.cell.day}", other=bill)

    def _take_expected(self, piece: Piece, unit: Decimal) -> Decimal:
        """What the piece's tokens were expected to cost; the last piece of a log group takes the rest."""
        log = piece.log
        expected = _stored(times(unit, piece.tokens))
        self._explained[log.log_id] += expected
        return expected

    def _move(self, log: Log, bill: Bill, expected: Decimal, tokens: Decimal) -> None:
        if log.cell != bill.cell:
            self._ground.moved.append(Moved(log.cell, bill.cell, expected, tokens))

    def _rates(self, piece: Piece, billed: Decimal, expected: Decimal) -> Iterator[Finding]:
        """Why tokens that both sides know cost `billed` and not `expected`."""
        bill, left = piece.bill, minus(billed, expected)
        if bill.reading is None:
            yield _of(bill, "rate_difference", left, detail="no price of the catalogue", other=piece.log)
            return
        for cause, amount, detail in self._steps(piece):
            part = _stored(amount)
            left = minus(left, part)
            yield _of(bill, cause, part, detail=detail, other=piece.log)
        yield _of(bill, "rounding", left, other=piece.log)

    def _steps(self, piece: Piece) -> Iterator[tuple[str, Decimal, str]]:
        """From the expected price to the billed one: lifetime, tier, scope, date, change, contract."""
        reading, tokens, log = piece.bill.reading, piece.tokens, piece.log
        assert reading is not None
        prices = self._ground.prices.get((piece.bill.cell.provider, piece.bill.cell.model), [])
        start = next((price for price in prices if price.price_id == log.price_id), None)
        if start is None:
            assert log.unit is not None
            yield "rate_difference", times(tokens, minus(reading.unit, log.unit)), "the price is withdrawn"
            return
        at = start.unit_price
        for cause, step, detail in _catalogue_steps(prices, start, reading.price, log):
            yield cause, times(tokens, log.contract, minus(step, at)), detail
            at = step
        if reading.tier != 1:
            step = times(at, reading.tier)
            told = f"{piece.bill.tier}, logged as {log.tier}: factor {reading.tier}"
            yield "tier", times(tokens, log.contract, minus(step, at)), told
            at = step
        if reading.change != 1:
            change = times(tokens, log.contract, at, minus(reading.change, Decimal(1)))
            yield reading.change_cause, change, f"{reading.change} of the catalogue's price"
        if reading.contract != log.contract:
            off = times(tokens, at, reading.change, minus(reading.contract, log.contract))
            yield "contract_discount", off, f"factor {reading.contract}"

    def _whole_amount(self, bill: Bill) -> Iterator[Finding]:
        """A line without a quantity, of an amount that no price explains: against all logged there."""
        here = self._logs_at.get(by_family(bill), ())
        logs = [log for log in here if log.left > 0 and log.in_month and not log.failed]
        if not bill.in_month:
            return
        priced = [log for log in logs if log.unit is not None]
        if logs and not priced:
            yield _of(bill, "unpriced_model", bill.billed, detail=bill.cell.model)
        elif not logs:
            cause = "tool_fees" if bill.cell.kind == "web_search" else "unlogged_usage"
            yield _of(bill, cause, bill.billed, detail=self._nobody(bill))
        else:
            expected = ZERO
            for log in priced:
                assert log.unit is not None
                part = _stored(times(log.unit, log.left))
                self._explained[log.log_id] += part
                self._move(log, bill, part, log.left)
                log.left = ZERO
                expected += part
            difference = minus(bill.billed, expected)
            cause = "rounding" if bill.fits(expected) else "unexplained"
            for log in priced:
                yield _of(bill, cause, ZERO, other=log, detail="the bill prints no quantity")
            yield _of(bill, cause, difference, detail="the bill prints no quantity")

    # --- Logs ------------------------------------------------------------------------------------

    def _of_log(self, log: Log) -> Iterator[Finding]:
        """What no bill took up of a log group."""
        if not log.in_month or log.expected is None:
            return
        left = minus(log.expected, self._explained[log.log_id])
        if left == 0:
            return
        cell = log.cell
        if log.left == 0:
            yield _of(log, "rounding", -left)
        elif cell.provider in self._foreign:
            yield _of(log, "currency", -left, -log.left, "billed in another currency")
        elif log.failed:
            yield _of(log, "failed_calls", -left, -log.left, cell.model)
        elif (cell.provider, cell.model) in self._names:
            name = self._names[cell.provider, cell.model]
            yield _of(log, "unmapped_billing_name", -left, -log.left, f"{name}: logged as {cell.model}")
        else:
            yield _of(log, "unbilled_usage", -left, -log.left, self._no_bill(log))

    def _no_bill(self, log: Log) -> str:
        if log.cell.provider not in self._billed_providers:
            return f"no bill of {log.cell.provider} for the month"
        return log.cell.model


def _of(
    item: Bill | Log,
    cause: str,
    cost: Decimal,
    tokens: Decimal | None = None,
    detail: str = "",
    *,
    other: Bill | Log | None = None,
) -> Finding:
    sides = [side for side in (item, other) if side is not None]
    return Finding(
        cell=item.cell,
        cause=cause,
        cost=cost,
        tokens=tokens or ZERO,
        detail=detail,
        bill_ids=frozenset(side.bill_id for side in sides if isinstance(side, Bill)),
        log_ids=frozenset(side.log_id for side in sides if isinstance(side, Log)),
    )


def _billed_part(piece: Piece) -> Decimal:
    """What the piece's tokens were billed: at the price that was read, else their share of the amount."""
    bill = piece.bill
    if bill.reading is not None:
        return _stored(times(bill.reading.unit, piece.tokens))
    assert bill.quantity is not None
    return _stored(EXACT.divide(times(bill.billed, piece.tokens), bill.quantity))


def _catalogue_steps(
    prices: list[Price], start: Price, end: Price, log: Log
) -> Iterator[tuple[str, Decimal, str]]:
    """(cause, price after the step, detail) of each dimension in which two catalogue prices differ."""
    kind, tier, scope = start.kind, start.tier, start.scope
    pending: tuple[str, str] | None = None
    at = start.unit_price
    for cause, field, told in (
        ("cache_lifetime", "kind", f"{end.kind}, logged as {start.kind}"),
        ("tier", "tier", f"{end.tier}, logged as {start.tier}"),
        ("scope_uplift", "scope", f"{end.scope}, logged as {start.scope}"),
    ):
        if getattr(start, field) == getattr(end, field):
            continue
        kind, tier, scope = (
            end.kind if field == "kind" else kind,
            end.tier if field == "tier" else tier,
            end.scope if field == "scope" else scope,
        )
        pending = (cause, told)
        step = _on_the_day(prices, (kind, tier, scope), start, log)
        if step is not None:
            yield cause, step.unit_price, told
            at, pending = step.unit_price, None
    if at != end.unit_price:
        day = log.cell.day
        late = day is not None and not end.holds_on(day)
        cause, told = pending or (
            ("price_change", f"the price of {end.valid_from_utc:%Y-%m-%d}")
            if late
            else ("context_band", f"from {end.min_prompt_tokens} tokens of prompt")
        )
        yield cause, end.unit_price, told


def _on_the_day(prices: list[Price], dims: tuple[str, str, str], start: Price, log: Log) -> Price | None:
    """The price of these dimensions that held when the log's did, of the same context band and hours."""
    same = [
        price
        for price in prices
        if (price.kind, price.tier, price.scope) == dims
        and price.hours_utc == start.hours_utc
        and price.min_prompt_tokens <= start.min_prompt_tokens
        and (log.cell.day is None or price.holds_on(log.cell.day))
    ]
    return max(same, key=lambda price: (price.min_prompt_tokens, price.valid_from_utc), default=None)


def _is_foreign(ground: Ground, bill: Bill) -> bool:
    """Whether the bill's currency is none that its model has a price in."""
    prices = ground.prices.get((bill.cell.provider, bill.cell.model), [])
    return bool(prices) and all(price.currency != bill.cell.currency for price in prices)


def _foreign_providers(ground: Ground) -> set[str]:
    """Providers all of whose token lines are in a currency that prices are not."""
    lines = [bill for bill in ground.bills if bill.nature == TOKEN and bill.in_month]
    foreign = {bill.cell.provider for bill in lines if _is_foreign(ground, bill)}
    return foreign - {bill.cell.provider for bill in lines if not _is_foreign(ground, bill)}


def conserved(ground: Ground, findings: list[Finding], currency: str) -> tuple[Decimal, Decimal, Decimal]:
    """(billed, expected, sum of causes) of the month in `currency`: the first two differ by the third."""
    billed = total([b.billed for b in ground.bills if b.in_month and b.cell.currency == currency])
    expected = total(
        [
            log.expected
            for log in ground.logs
            if log.in_month and log.expected and log.cell.currency == currency
        ]
    )
    return billed, expected, total([f.cost for f in findings if f.cell.currency == currency])
