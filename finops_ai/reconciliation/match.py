"""Which logged tokens explain which billed tokens: from what agrees in everything to what agrees in less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from decimal import Decimal

from finops_ai.reconciliation.model import TOKEN, ZERO, Bill, Ground, Log, Piece
from finops_ai.reconciliation.rates import CACHE_WRITES, meeting

_Key = Callable[[Bill | Log], Hashable]
_DAY = timedelta(days=1)


def match(ground: Ground) -> list[Piece]:
    """Lay billed and logged tokens side by side; what is left stands in their `left`.

    A pass matches as much as both sides have; the passes about failed calls and about midnight want the
    quantities to be equal, since there nothing else speaks for a match.
    """
    bills = [
        bill for bill in ground.bills if bill.nature == TOKEN and bill.cell.model and bill.tokens is not None
    ]
    for bill in bills:
        bill.left = bill.tokens or ZERO
    for log in ground.logs:
        log.left = log.tokens
    answered = [log for log in ground.logs if not log.failed]
    failed = [log for log in ground.logs if log.failed]
    pieces: list[Piece] = []
    for key in (_by_price, _by_tier, meeting, by_family, _without_project, _without_key):
        pieces += _lay(bills, answered, key)
    pieces += _lay_equal(bills, failed)
    pieces += _lay_across_midnight(bills, answered)
    return pieces


# --- What two sides must have in common --------------------------------------------------------------


def _by_price(item: Bill | Log) -> Hashable:
    if isinstance(item, Bill):
        return (*meeting(item), item.reading.price.price_id if item.reading else None)
    return (*meeting(item), item.price_id)


def _by_tier(item: Bill | Log) -> Hashable:
    return (*meeting(item), item.tier)


def _family(kind: str) -> str:
    return "cache_write" if kind in CACHE_WRITES else kind


def by_family(item: Bill | Log) -> Hashable:
    """Where bills and logs meet when cache writes of every lifetime are one kind."""
    return meeting(item, _family(item.cell.kind))


def _without_project(item: Bill | Log) -> Hashable:
    """Without the project, where one side does not know it; see `_may_meet`."""
    cell = item.cell
    return cell.provider, cell.currency, cell.api_key, cell.day, cell.model, _family(cell.kind)


def _without_key(item: Bill | Log) -> Hashable:
    cell = item.cell
    return cell.provider, cell.currency, cell.day, cell.model, _family(cell.kind)


def _may_meet(bill: Bill, log: Log) -> bool:
    """Two names that differ never meet; a missing one may be any."""
    return all(
        not one or not other or one == other
        for one, other in ((bill.cell.project, log.cell.project), (bill.cell.api_key, log.cell.api_key))
    )


# --- Passes ------------------------------------------------------------------------------------------


def _lay(bills: Iterable[Bill], logs: Iterable[Log], key: _Key) -> list[Piece]:
    groups: dict[Hashable, list[Log]] = defaultdict(list)
    for log in logs:
        if log.left > 0:
            groups[key(log)].append(log)
    pieces = []
    for bill in bills:
        for log in groups.get(key(bill), ()) if bill.left > 0 else ():
            tokens = min(bill.left, log.left)
            if tokens > 0 and _may_meet(bill, log):
                pieces.append(_take(bill, log, tokens))
    return pieces


def _take(bill: Bill, log: Log, tokens: Decimal, *, shifted: bool = False) -> Piece:
    bill.left -= tokens
    log.left -= tokens
    return Piece(bill, log, tokens, shifted)


def _lay_equal(bills: list[Bill], failed: list[Log]) -> list[Piece]:
    """Failed calls were billed where what is left of the bill is exactly what they used."""
    billed: dict[Hashable, list[Bill]] = defaultdict(list)
    for bill in bills:
        if bill.left > 0:
            billed[by_family(bill)].append(bill)
    logged: dict[Hashable, list[Log]] = defaultdict(list)
    for log in failed:
        logged[by_family(log)].append(log)
    pieces: list[Piece] = []
    for key, logs in logged.items():
        group = billed.get(key, [])
        if group and sum(bill.left for bill in group) == sum(log.left for log in logs):
            pieces += _lay(group, logs, by_family)
    return pieces


# --- Midnight ----------------------------------------------------------------------------------------


def _series(item: Bill | Log) -> Hashable:
    cell = item.cell
    return cell.provider, cell.currency, cell.project, cell.api_key, cell.model, _family(cell.kind)


def _lay_across_midnight(bills: list[Bill], logs: list[Log]) -> list[Piece]:
    """Tokens billed a day before or after they were logged.

    The evidence is a run of neighbouring days whose surpluses and deficits add up to exactly zero, the
    sum never changing its side: each midnight then has a known quantity that crossed it.
    """
    billed: dict[Hashable, dict[date, list[Bill]]] = defaultdict(lambda: defaultdict(list))
    logged: dict[Hashable, dict[date, list[Log]]] = defaultdict(lambda: defaultdict(list))
    for bill in bills:
        if bill.left > 0 and bill.cell.day is not None:
            billed[_series(bill)][bill.cell.day].append(bill)
    for log in logs:
        if log.left > 0 and log.cell.day is not None:
            logged[_series(log)][log.cell.day].append(log)
    pieces: list[Piece] = []
    for series, by_day in billed.items():
        logs_by_day = logged.get(series)
        if logs_by_day:
            for run in _runs(_nets(by_day, logs_by_day)):
                pieces += _cross(run, by_day, logs_by_day)
    return pieces


def _nets(billed: dict[date, list[Bill]], logged: dict[date, list[Log]]) -> dict[date, Decimal]:
    nets: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for day, bills in billed.items():
        nets[day] += sum((bill.left for bill in bills), ZERO)
    for day, logs in logged.items():
        nets[day] -= sum((log.left for log in logs), ZERO)
    return {day: net for day, net in nets.items() if net != 0}


def _runs(nets: dict[date, Decimal]) -> list[list[date]]:
    """Days one after another whose nets add up to zero for the first time, the sum keeping its sign."""
    runs = []
    used: set[date] = set()
    for first in sorted(nets):
        if first in used:
            continue
        days, balance, day = [first], nets[first], first + _DAY
        positive = balance > 0
        while balance != 0 and day in nets and day not in used:
            balance += nets[day]
            days.append(day)
            if balance != 0 and (balance > 0) != positive:
                break
            day += _DAY
        if balance == 0:
            runs.append(days)
            used.update(days)
    return runs


def _cross(run: list[date], billed: dict[date, list[Bill]], logged: dict[date, list[Log]]) -> list[Piece]:
    """Pair the surplus of each day of `run` with the nearest deficit."""
    pieces = []
    bills = [bill for day in run for bill in billed.get(day, ())]
    logs = [log for day in run for log in logged.get(day, ())]
    for bill in bills:
        for log in logs:
            tokens = min(bill.left, log.left)
            if tokens > 0:
                pieces.append(_take(bill, log, tokens, shifted=True))
    return pieces
