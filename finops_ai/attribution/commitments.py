"""Commitments as pools: throughput and seats are split by use, and what nobody used is a gap by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from finops_ai.attribution import rules
from finops_ai.config import Commitment, Config, Pool
from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "attribution"
BY_CAPACITY = "capacity"
"""How a commitment's pool is split: by what used it, the rest to the gap idle_capacity."""
_UNITS = {"throughput": "tokens", "seats": "seats"}


def active(config: Config, month: Month) -> tuple[Commitment, ...]:
    """The commitments that hold on any day of `month`."""
    return tuple(
        each
        for each in config.commitments
        if (each.valid_from is None or each.valid_from < month.plus(1).first_day)
        and (each.valid_to is None or each.valid_to > month.first_day)
    )


def all_pools(config: Config, month: Month) -> tuple[Pool, ...]:
    """The pools that charges of `month` may belong to: commitments first, then those of finops.yaml."""
    committed = tuple(
        Pool(each.name, each.conditions, BY_CAPACITY, line=each.line)
        for each in active(config, month)
        if each.kind in _UNITS
    )
    return (*committed, *config.pools)


def using_pools(config: Config, month: Month) -> tuple[Pool, ...]:
    """For each of `all_pools` the calls that use it, as a pool of the same place; none for other pools."""
    used_by = {each.name: each.used_by for each in active(config, month)}
    return tuple(replace(pool, conditions=used_by.get(pool.name, ())) for pool in all_pools(config, month))


def take_use(ledger: Ledger, config: Config, month: Month) -> None:
    """Fill temporary commitment_setting and commitment_user: what there is in `month`, and who used it."""
    found = [each for each in active(config, month) if each.kind in _UNITS]
    ledger.run(
        ROOM,
        "commitment_setting.sql",
        {
            "pools": [each.name for each in found],
            "kinds": [each.kind for each in found],
            "units": [_UNITS[each.kind] for each in found],
            "capacities": [format(_capacity(each, month), "f") for each in found],
        },
    )
    # Most companies have none, and the join of every call is not for nothing.
    if found:
        ledger.run(ROOM, "commitment_user.sql", {"month": month.first_day})
    else:
        ledger.run(ROOM, "commitment_user_none.sql")


def store_use(ledger: Ledger, config: Config, month: Month) -> None:
    """Write commitment_use of `month`: capacity, use and cost of each commitment, and what credits lost."""
    of_month: dict[str, object] = {"month": month.first_day}
    ledger.run(ROOM, "commitment_use.sql", of_month)
    prepaid = [each for each in active(config, month) if each.kind == "credits"]
    if not prepaid:
        return
    pools = [Pool(each.name, each.conditions, BY_CAPACITY) for each in prepaid]
    rules.match(ledger, "charge", month, rules.Owners((), tuple(pools)), "charge_credit")
    ledger.run(
        ROOM,
        "commitment_credit.sql",
        {
            **of_month,
            "ordinals": list(range(len(prepaid))),
            "names": [each.name for each in prepaid],
            "capacities": [format(each.capacity, "f") for each in prepaid],
            "currencies": [each.currency for each in prepaid],
            "since": [each.valid_from for each in prepaid],
            "until": [each.valid_to for each in prepaid],
        },
    )


def _capacity(commitment: Commitment, month: Month) -> Decimal:
    """Tokens for the days of `month` on which it holds, cut to whole ones; seats are not cut by days."""
    if commitment.kind == "seats":
        return commitment.capacity
    first = max(month.first_day, commitment.valid_from or month.first_day)
    end = min(month.plus(1).first_day, commitment.valid_to or month.plus(1).first_day)
    days = (end - first) // timedelta(days=1)
    return Decimal(int(commitment.capacity) * days // month.days)
