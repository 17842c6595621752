"""Contract rates: which agreement holds for which call, folded into unit prices before tokens meet them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

from finops_ai.config import Config, ContractRate
from finops_ai.config_file import shown_path
from finops_ai.ledger import Ledger
from finops_ai.money import plain
from finops_ai.months import Month
from finops_ai.prices.model import METERS, Price
from finops_ai.prices.names import price_provider
from finops_ai.yaml_text import problem_at

_USED = """
SELECT DISTINCT u.provider, u.model_name, u.model_id, u.project_id, u.service_tier, r.price_provider
FROM token_usage AS u
JOIN (SELECT DISTINCT provider, model_name, price_provider FROM model_resolution) AS r
    USING (provider, model_name)
WHERE u.at_utc >= $month_start_utc AND u.at_utc < $month_end_utc
ORDER BY ALL
"""
_ACCOUNTS = "SELECT DISTINCT provider, sub_account_id, billing_account_id FROM charge ORDER BY ALL"


@dataclass(frozen=True)
class Call:
    """What the calls of one kind have in common: all that a contract can ask for, but the time."""

    provider: str
    model_name: str
    model_id: str | None
    project_id: str | None
    service_tier: str
    price_provider: str
    """Whose price list holds: that of the provider behind a gateway."""


def price_contracts(ledger: Ledger, config: Config, month: Month) -> None:
    """Rebuild `contract_usage` and fill the contract columns of `priced_usage` for `month`.

    Needs the month's rate card. Raises ConfigError when a multiplier cannot be folded into a list
    price exactly.
    """
    ledger.execute("DELETE FROM contract_usage WHERE month = $month", {"month": month.first_day})
    if not config.contract_rates:
        return
    instants = {"month_start_utc": month.start_utc, "month_end_utc": month.end_utc}
    accounts = _Accounts(ledger)
    rows = [
        (call, rate, from_utc, to_utc)
        for call in (Call(*row) for row in ledger.rows(_USED, instants))
        for rate, from_utc, to_utc in spans(config.contract_rates, call, accounts.of(call), month)
    ]
    if not rows:
        return
    ledger.run("prices", "contract_span.sql", _columns(rows))
    _refuse_inexact(ledger, config)
    ledger.run("prices", "contract_unit_price.sql")
    ledger.run("prices", "contract_card.sql")
    ledger.run("prices", "price_contracts.sql", {**instants, "month": month.first_day})
    ledger.run("prices", "note_contracts.sql", {"month": month.first_day})
    ledger.execute("DROP TABLE contract_card")
    ledger.execute("DROP TABLE contract_span")


def spans(
    rates: Sequence[ContractRate], call: Call, accounts: frozenset[str], month: Month
) -> Iterator[tuple[ContractRate, datetime, datetime]]:
    """The rate that holds for `call` in each part of `month`; parts without a rate are left out."""
    matching = [rate for rate in rates if matches(rate, call, accounts)]
    edges = {month.start_utc, month.end_utc}
    for rate in matching:
        edges |= {_midnight(day) for day in (rate.valid_from, rate.valid_to) if day is not None}
    cuts = sorted(edge for edge in edges if month.start_utc <= edge <= month.end_utc)
    for from_utc, to_utc in pairwise(cuts):
        valid = [rate for rate in matching if is_valid(rate, from_utc.date())]
        if valid:
            yield max(valid, key=rank), from_utc, to_utc


def rank(rate: ContractRate) -> tuple[Any, ...]:
    """The most specific rate is the greatest: account, project, model, tier; then the first in the file."""
    return (*rate.specificity, rate.service_tier is not None, -rate.ordinal)


def matches(rate: ContractRate, call: Call, accounts: frozenset[str]) -> bool:
    """Whether `rate` may hold for `call`, whose project is billed under one of `accounts`."""
    if price_provider(rate.provider) != call.price_provider:
        return False
    if rate.service_tier not in (None, call.service_tier):
        return False
    return (
        (rate.account is None or any(re.fullmatch(rate.account, name) for name in accounts))
        and _fits(rate.project, call.project_id)
        and (_fits(rate.model, call.model_id) or _fits(rate.model, call.model_name))
    )


def is_valid(rate: ContractRate, on: date) -> bool:
    """Whether `rate` holds on day `on`."""
    return (rate.valid_from is None or rate.valid_from <= on) and (
        rate.valid_to is None or on < rate.valid_to
    )


def agreed(rates: Sequence[ContractRate], price: Price, on: date) -> Iterator[tuple[ContractRate, Decimal]]:
    """The rates that hold for some calls at list price `price` on day `on`, the most specific first.

    With each, what is paid per token or call instead, in the currency of the rate or of the list.
    """
    for rate in sorted(rates, key=rank, reverse=True):
        fits = price_provider(rate.provider) == price.provider and _fits(rate.model, price.model_id)
        if not fits or rate.service_tier not in (None, price.service_tier) or not is_valid(rate, on):
            continue
        if rate.multiplier is not None:
            with localcontext(prec=60):
                yield rate, price.unit_price * rate.multiplier
        elif price.meter in dict(rate.unit_prices):
            yield rate, dict(rate.unit_prices)[price.meter]


def _fits(pattern: str | None, value: str | None) -> bool:
    return pattern is None or (value is not None and re.fullmatch(pattern, value) is not None)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


class _Accounts:
    """Under which billing account a project is billed, as the bills show it."""

    def __init__(self, ledger: Ledger) -> None:
        self._of_project: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._of_provider: dict[str, set[str]] = defaultdict(set)
        for provider, sub_account_id, billing_account_id in ledger.rows(_ACCOUNTS):
            owner = price_provider(provider)
            self._of_provider[owner].add(billing_account_id)
            if sub_account_id is not None:
                self._of_project[owner, sub_account_id].add(billing_account_id)

    def of(self, call: Call) -> frozenset[str]:
        """The accounts of a call: its project itself (an AWS account, say), and who is billed for it.

        Where all bills of the provider go to one account, every call belongs to it.
        """
        owner = call.price_provider
        found = set(self._of_project.get((owner, call.project_id or ""), ()))
        if not found and len(self._of_provider.get(owner, ())) == 1:
            found |= self._of_provider[owner]
        return frozenset(found | ({call.project_id} if call.project_id else set()))


def _columns(rows: list[tuple[Call, ContractRate, datetime, datetime]]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        "provider": [call.provider for call, _, _, _ in rows],
        "model_name": [call.model_name for call, _, _, _ in rows],
        "model_id": [call.model_id for call, _, _, _ in rows],
        "project_id": [call.project_id for call, _, _, _ in rows],
        "service_tier": [call.service_tier for call, _, _, _ in rows],
        "from_utc": [from_utc for _, _, from_utc, _ in rows],
        "to_utc": [to_utc for _, _, _, to_utc in rows],
        "contract_name": [rate.name for _, rate, _, _ in rows],
        "multiplier": [None if rate.multiplier is None else plain(rate.multiplier) for _, rate, _, _ in rows],
        "currency": [rate.currency for _, rate, _, _ in rows],
    }
    for meter in METERS:
        prices = [dict(rate.unit_prices).get(meter) for _, rate, _, _ in rows]
        columns[meter] = [None if price is None else plain(price) for price in prices]
    return columns


def _refuse_inexact(ledger: Ledger, config: Config) -> None:
    found = ledger.run("prices", "contract_inexact.sql").fetchone()
    if found is None:
        return
    name, model_name, meter, unit_price = found
    rate = next(rate for rate in config.contract_rates if rate.name == name)
    assert rate.multiplier is not None
    raise problem_at(
        Path("finops.yaml") if config.path is None else shown_path(config.path),
        rate.line,
        f'contract rate "{name}": {plain(rate.multiplier)} x {plain(unit_price)} ({meter} of {model_name}) '
        "cannot be kept exactly: it has more than 15 decimals a unit, or is 1,000 or more.",
        hint="Write a multiplier of fewer decimals, or the agreed price itself: per_1m: {...}.",
    )
