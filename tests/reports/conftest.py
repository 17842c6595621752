"""A ledger filled by hand, its configuration and a forecast: what the tests of this room read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.config import Config, Workflow
from finops_ai.forecast.result import (
    Forecast,
    LeftOut,
    LevelBudget,
    Line,
    MonthBudget,
    RunRate,
    ScenarioBudget,
)
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reports import Report, monthly_report

OCTOBER = Month(2026, 10)
PRESETS = {"conservative": ("1.3",), "expected": ("1.8", "2", "2.2"), "aggressive": ("2.5", "2.75", "3")}


@pytest.fixture
def company(ledger: Ledger) -> Ledger:
    """The ledger of company.sql, for a test that changes it."""
    return _filled(ledger)


@pytest.fixture(scope="session")
def config() -> Config:
    return Config(
        path=None,
        ledger_path=Path("finops.duckdb"),
        workflows=(
            Workflow("support_triage", "Ada", "support", "Service", "CC-100", "6400"),
            Workflow("claims_intake", "Grace", "claims", "Claims", "CC-200", "6400"),
            Workflow("never_used", "Alan"),
        ),
    )


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory, config: Config, forecast: Forecast) -> Report:
    """October's report with budgets; frozen, so that the tests that only read it share it."""
    with Ledger.open(tmp_path_factory.mktemp("reports") / "finops.duckdb") as ledger:
        return monthly_report(_filled(ledger), config, OCTOBER, forecast=forecast)


@pytest.fixture(scope="session")
def forecast() -> Forecast:
    """A flat run rate of 1000 USD a month and the three presets, spread evenly."""
    rate = RunRate(Decimal(1000), None, None, differs=False)
    scenarios = tuple(_scenario(name, multipliers) for name, multipliers in PRESETS.items())
    return Forecast(
        currency="USD",
        first_month=Month(2026, 11),
        months=12,
        by_workflow=True,
        run_rate_basis="trailing_30_days",
        total=Line("total", None, rate, scenarios, None),
        lines=(Line("workflow", "support_triage", rate, scenarios, None, ("short_history",)),),
        contingency=Decimal(9000),
        conservative_shortfall=Decimal(8400),
        baseline_note="Too little history for a baseline.",
        left_out=(LeftOut("tax", "USD", Decimal("60.033")),),
        notes=("Presets, not facts.",),
        inputs_hash="0" * 64,
    )


def _filled(ledger: Ledger) -> Ledger:
    ledger.execute(Path(__file__).with_name("company.sql").read_text(encoding="utf-8"))
    return ledger


def _scenario(name: str, multipliers: tuple[str, ...]) -> ScenarioBudget:
    levels = ("mid",) if len(multipliers) == 1 else ("low", "mid", "high")
    return ScenarioBudget(name, "a preset", tuple(map(_level, levels, multipliers)))


def _level(level: str, multiplier: str) -> LevelBudget:
    monthly = 1000 * Decimal(multiplier)
    months = tuple(MonthBudget(Month(2026, 11).plus(step), monthly) for step in range(12))
    return LevelBudget(level, Decimal(multiplier), None, None, 12 * monthly, 12 * monthly, months)
