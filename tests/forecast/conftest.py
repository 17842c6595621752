"""A ledger filled by hand: bills in `charge`, attribution in stand-ins for its public views."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import pytest

from finops_ai.config import Config, Scenario
from finops_ai.forecast import Forecast, forecast_budgets
from finops_ai.ledger import Ledger
from finops_ai.months import Month

# As in the command, before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

CHARGE = """
INSERT INTO charge (
    file_id, row_number, source, provider, billing_account_id, billing_currency, charge_category,
    charge_frequency, charge_class, billed_cost, billing_period_start_utc, billing_period_end_utc,
    charge_period_start_utc, charge_period_end_utc
) VALUES (1, ?, 'test', ?, ?, ?, ?, ?, ?, ?::DECIMAL(38,15), ?, ?, ?, ?)
"""
STAND_INS = {
    "workflow_month": "month DATE, workflow VARCHAR, team VARCHAR, billing_currency VARCHAR, "
    "direct_cost DECIMAL(38,15), shared_cost DECIMAL(38,15), total_cost DECIMAL(38,15), calls BIGINT, "
    "tokens BIGINT, label VARCHAR",
    "gap": "month DATE, cause VARCHAR, provider VARCHAR, detail VARCHAR, billing_currency VARCHAR, "
    "cost DECIMAL(38,15), estimated_cost DECIMAL(38,15), charge_rows BIGINT, label VARCHAR",
}


class Book(AbstractContextManager["Book"]):
    """A ledger and the few words that tests fill it with. Money is text."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()
        self.path = Path(self._folder.name) / "finops.duckdb"
        self.ledger = Ledger.open(self.path)
        self.config = Config(path=None, ledger_path=self.path)
        self._rows = 0
        for name, columns in STAND_INS.items():
            kind = self.ledger.value(
                "SELECT table_type FROM information_schema.tables WHERE table_name = ?", [name]
            )
            if kind is not None:
                self.ledger.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {name}")
            self.ledger.execute(f"CREATE TABLE {name} ({columns})")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ledger.close()
        self._folder.cleanup()

    def charge(self, month: str, cost: str, **more: Any) -> None:
        """One line of the month's bill, by default for the whole month; `first` and `last` are its days."""
        bill = Month.parse(month)
        first: date = more.get("first", bill.first_day)
        after: date = more["last"] + timedelta(days=1) if "last" in more else bill.plus(1).first_day
        self._rows += 1
        self.ledger.execute(
            CHARGE,
            [
                self._rows,
                more.get("provider", "openai"),
                more.get("account", "acme"),
                more.get("currency", "USD"),
                more.get("category", "Usage"),
                more.get("frequency"),
                more.get("charge_class"),
                cost,
                bill.start_utc,
                bill.end_utc,
                datetime(first.year, first.month, first.day),
                datetime(after.year, after.month, after.day),
            ],
        )

    def attribute(self, month: str, workflows: Mapping[str, str], **more: Any) -> None:
        """What attribution says of the month; no workflow at all leaves only a gap."""
        day = Month.parse(month).first_day
        for name, cost in workflows.items():
            self.ledger.execute(
                "INSERT INTO workflow_month BY NAME SELECT ?::DATE AS month, ? AS workflow, "
                "? AS billing_currency, ?::DECIMAL(38,15) AS total_cost, ? AS label, ?::BIGINT AS calls",
                [
                    *(day, name, more.get("currency", "USD"), cost, more.get("label", "allocated")),
                    more.get("calls", {}).get(name),
                ],
            )
        self.ledger.execute(
            "INSERT INTO gap BY NAME SELECT ?::DATE AS month, 'unlogged_usage' AS cause, 0 AS cost", [day]
        )

    def month(self, month: str, workflows: Mapping[str, str], rest: str = "0") -> None:
        """A whole, attributed month: one line for the month per workflow, and one for the rest."""
        for cost in (*workflows.values(), rest):
            self.charge(month, cost)
        self.attribute(month, workflows)

    def months(self, first: str, costs: Mapping[str, list[float]]) -> None:
        """Whole months from `first`: one cost per month for each workflow."""
        for t in range(max(map(len, costs.values()))):
            workflows = {name: f"{line[t]:.2f}" for name, line in costs.items() if t < len(line)}
            self.month(str(Month.parse(first).plus(t)), workflows)

    def forecast(
        self, months: int = 12, *, as_of: str | None = None, scenarios: tuple[Scenario, ...] = ()
    ) -> Forecast:
        """The forecast by workflow."""
        config = replace(self.config, scenarios=scenarios)
        bound = None if as_of is None else Month.parse(as_of)
        return forecast_budgets(self.ledger, config, months=months, by_workflow=True, as_of=bound)


@pytest.fixture
def book() -> Any:
    with Book() as opened:
        yield opened


@pytest.fixture(scope="session")
def new_book() -> Callable[[], Book]:
    """For property tests: a fresh book for each example."""
    return Book
