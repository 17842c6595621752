"""Billing names that no model is known by, compared with models that are logged and on no bill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from finops_ai.reconciliation.model import TOKEN, ZERO, Bill, Ground, Log, times
from finops_ai.reconciliation.rates import CACHE_WRITES

_Place = tuple[date | None, str]
_AGREEING = Decimal("0.9")


def logged_as(ground: Ground, contracts: Mapping[tuple[str, str], Decimal]) -> dict[tuple[str, str], str]:
    """The model that each unknown billing name of a provider must be: its days and kinds agree, and only its.

    They agree where the quantities are equal, or the expected money (times the factor of the account in
    `contracts`) where the bill prints none.
    """
    names: dict[tuple[str, str], dict[_Place, list[Bill]]] = defaultdict(lambda: defaultdict(list))
    billed_models = set()
    for bill in ground.bills:
        if bill.nature == TOKEN and bill.in_month:
            if bill.cell.model:
                billed_models.add((bill.cell.provider, bill.cell.model))
            elif bill.model_name:
                names[bill.cell.provider, bill.model_name][bill.cell.day, _family(bill.cell.kind)].append(
                    bill
                )
    models: dict[tuple[str, str], dict[_Place, list[Log]]] = defaultdict(lambda: defaultdict(list))
    for log in ground.logs:
        key = (log.cell.provider, log.cell.model)
        if log.in_month and not log.failed and log.expected is not None and key not in billed_models:
            models[key][log.cell.day, _family(log.cell.kind)].append(log)
    found = {}
    for (provider, name), bills in sorted(names.items()):
        fitting = [
            m for (p, m), logs in sorted(models.items()) if p == provider and _agree(bills, logs, contracts)
        ]
        if len(fitting) == 1:
            found[provider, name] = fitting[0]
    return found


def _family(kind: str) -> str:
    return "cache_write" if kind in CACHE_WRITES else kind


def _agree(
    bills: dict[_Place, list[Bill]],
    logs: dict[_Place, list[Log]],
    contracts: Mapping[tuple[str, str], Decimal],
) -> bool:
    places = bills.keys() | logs.keys()
    equal = sum(_equal(bills.get(place, []), logs.get(place, []), contracts) for place in places)
    return equal >= 2 and equal >= len(places) * _AGREEING


def _equal(bills: list[Bill], logs: list[Log], contracts: Mapping[tuple[str, str], Decimal]) -> bool:
    if not bills or not logs:
        return False
    if all(bill.quantity is not None for bill in bills):
        return sum((bill.quantity or ZERO for bill in bills), ZERO) == sum((log.tokens for log in logs), ZERO)
    billed = sum((bill.billed for bill in bills), ZERO)
    expected = sum((times(log.unit, log.tokens) for log in logs if log.unit is not None), ZERO)
    expected *= contracts.get((bills[0].cell.provider, bills[0].cell.account), Decimal(1))
    return abs(billed - expected) <= sum((bill.epsilon for bill in bills), ZERO)
