"""Small grounds written by hand: bill lines, logged calls and prices as the evidence engine sees them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from finops_ai.months import Month
from finops_ai.reconciliation import Finding, Reconciliation
from finops_ai.reconciliation.judge import judge
from finops_ai.reconciliation.model import Bill, Cell, Ground, Log, Origin, Price
from finops_ai.reconciliation.result import Acceptance, reconciled

D = Decimal
OCTOBER = Month(2026, 10)
FOREVER = (datetime(2020, 1, 1), datetime(9999, 12, 31))
MODEL = "claude-x"
# USD per million tokens of the standard tier; batch is half, regional 1.1 times.
RATES = {
    "input_uncached": "3",
    "cache_read": "0.3",
    "cache_write_5m": "3.75",
    "cache_write_1h": "6",
    "output": "15",
}


def price(kind: str, rate: Decimal, *, tier: str = "standard", scope: str = "global", **other: Any) -> Price:
    start, end = other.get("start", FOREVER[0]), other.get("end", FOREVER[1])
    return Price(
        kind=kind,
        tier=tier,
        scope=scope,
        min_prompt_tokens=other.get("band", 0),
        hours_utc=None,
        unit_price=rate,
        currency="USD",
        price_id=f"{kind}/{tier}/{scope}/{other.get('band', 0)}/{start:%Y-%m-%d}",
        valid_from_utc=start,
        valid_to_utc=end,
    )


def price_list() -> list[Price]:
    found = []
    for kind, text in RATES.items():
        rate = D(text) / 1_000_000
        found.append(price(kind, rate))
        found.append(price(kind, rate / 2, tier="batch"))
        found.append(price(kind, rate * D("1.1"), scope="regional"))
    return found


class Book:
    """Collects lines and answers with what was found; every line is of provider acme unless said."""

    def __init__(self, prices: list[Price] | None = None) -> None:
        self.ground = Ground(prices={("acme", MODEL): price_list() if prices is None else prices})

    def cell(self, **given: Any) -> Cell:
        day = given.get("day", 5)
        return Cell(
            provider=given.get("provider", "acme"),
            currency=given.get("currency", "USD"),
            account=given.get("account", "acct"),
            project=given.get("project", ""),
            api_key=given.get("api_key", ""),
            day=None if day is None else date(2026, given.get("month", 10), day),
            model=given.get("model", MODEL),
            kind=given.get("kind", "input_uncached"),
        )

    def bill(self, billed: str, quantity: int | None = None, **given: Any) -> None:
        rows = given.get("rows", 1)
        decimals = given.get("decimals", 12)
        self.ground.bills.append(
            Bill(
                bill_id=len(self.ground.bills) + 1,
                nature=given.get("nature", "token"),
                in_month=given.get("month", 10) == 10,
                cell=self.cell(**given),
                model_name=given.get("name", given.get("model", MODEL)),
                tier=given.get("tier", "standard"),
                scope=given.get("scope"),
                detail=given.get("detail", ""),
                billed=D(billed),
                quantity=None if quantity is None else D(quantity),
                charge_rows=rows,
                epsilon=D(5).scaleb(-1 - decimals) * rows,
            )
        )

    def log(self, tokens: int, **given: Any) -> None:
        kind = given.get("kind", "input_uncached")
        contract = D(given.get("contract", 1))
        found = [
            p
            for p in self.ground.prices["acme", MODEL]
            if (p.kind, p.tier, p.scope) == (kind, "standard", "global")
        ]
        listed = found[0] if given.get("priced", True) else None
        unit = None if listed is None else listed.unit_price * contract
        self.ground.logs.append(
            Log(
                log_id=len(self.ground.logs) + 1,
                in_month=given.get("month", 10) == 10,
                cell=self.cell(**given),
                origin=Origin(None, None, date(2026, 10, 1), MODEL, None, kind),
                tier="standard",
                scope="global",
                failed=given.get("failed", False),
                price_id=None if listed is None else listed.price_id,
                unit=unit,
                contract=contract,
                tokens=D(tokens),
                expected=None if unit is None else unit * tokens,
                usage_rows=1,
            )
        )

    def findings(self) -> list[Finding]:
        return judge(self.ground)

    def causes(self) -> dict[str, Decimal]:
        """The money under each cause."""
        found: dict[str, Decimal] = {}
        for finding in self.findings():
            found[finding.cause] = found.get(finding.cause, D(0)) + finding.cost
        return {cause: cost for cause, cost in found.items() if cost or cause == "cutoff"}

    def reconciled(
        self, *, tolerance: str = "0.005", accepted: tuple[Acceptance, ...] = ()
    ) -> Reconciliation:
        return reconciled(OCTOBER, self.ground, self.findings(), D(tolerance), accepted)
