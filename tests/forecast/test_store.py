"""Stored forecasts, flat rows, and what loads when."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from finops_ai.forecast import forecast_budgets, forecast_payload, forecast_records, store_forecast
from finops_ai.ledger import Ledger

D = Decimal
MADE = datetime(2026, 11, 3, 8, 0)

FORECAST_TWICE = """
import sys
from pathlib import Path
from finops_ai.config import Config
from finops_ai.forecast import forecast_budgets, forecast_payload
from finops_ai.ledger import Ledger
path = Path(sys.argv[1])
with Ledger.open(path, read_only=True) as ledger:
    forecast = forecast_budgets(ledger, Config(path=None, ledger_path=path), months=12, by_workflow=True)
print(forecast_payload(forecast))
"""


@pytest.fixture
def filled(book: Any) -> Any:
    book.months("2026-03", {"support": [100 + 7.0 * t for t in range(8)], "coding": [55.0] * 8})
    return book


def store(book: Any, forecast: Any, made_at_utc: datetime | None = MADE) -> str:
    with book.ledger.transaction(writes="none"):
        return store_forecast(book.ledger, forecast, made_at_utc=made_at_utc)


def store_and_stop(book: Any, forecast: Any) -> None:
    with book.ledger.transaction(writes="none"):
        store_forecast(book.ledger, forecast, made_at_utc=MADE)
        raise RuntimeError("stop")


def test_a_stored_forecast_can_be_read_back_for_grading(filled: Any) -> None:
    forecast = filled.forecast()
    run_id = store(filled, forecast)
    [run] = filled.ledger.records("SELECT * FROM forecast_run")
    assert run["run_id"] == run_id
    assert str(run["made_for_month"]) == "2026-11-01"
    assert run["months"] == 12
    assert run["run_rate_basis"] == "last complete month 2026-10"
    assert run["made_at_utc"] == MADE
    assert run["created_batch"] == 1
    assert json.loads(run["payload"])["total"]["run_rate"]["monthly_cost"] == "200.161290322580645"
    totals = filled.ledger.rows(
        "SELECT scope, workflow, sum(budget) FROM forecast_point WHERE scenario = 'Expected' "
        "AND level = 'mid' GROUP BY ALL ORDER BY ALL"
    )
    assert totals == [
        ("not_attributed", None, D(0)),
        ("total", None, forecast.total.scenarios[1].mid.budget),
        ("workflow", "coding", forecast.lines[0].scenarios[1].mid.budget),
        ("workflow", "support", forecast.lines[1].scenarios[1].mid.budget),
    ]
    records = filled.ledger.value("SELECT count(*) FROM forecast_point")
    assert records == len(forecast_records(forecast))


def test_the_same_inputs_are_stored_once(filled: Any) -> None:
    first = store(filled, filled.forecast())
    again = store(filled, replace(filled.forecast(), by_workflow=False), made_at_utc=None)
    assert first == again
    assert filled.ledger.value("SELECT count(*) FROM forecast_run") == 1


def test_other_inputs_are_another_run(filled: Any) -> None:
    runs = {store(filled, filled.forecast()), store(filled, filled.forecast(6))}
    filled.month("2026-11", {"support": "160.00"})
    runs.add(store(filled, filled.forecast()))
    assert len(runs) == 3
    assert filled.ledger.value("SELECT count(*) FROM forecast_run") == 3


def test_a_failed_transaction_stores_nothing(filled: Any) -> None:
    forecast = filled.forecast()
    with pytest.raises(RuntimeError, match="stop"):
        store_and_stop(filled, forecast)
    assert filled.ledger.value("SELECT count(*) FROM forecast_run") == 0
    assert filled.ledger.value("SELECT count(*) FROM forecast_point") == 0


def test_rows_say_what_they_are(filled: Any) -> None:
    rows = forecast_records(filled.forecast(1))
    assert rows[0] == {
        "scope": "total",
        "workflow": None,
        "scenario": "Conservative",
        "level": "mid",
        "month": "2026-11",
        "budget": D("208.12"),  # 200.161290... x 1.03974334142112
        "currency": "USD",
        "label": "forecast",
    }
    assert {row["scope"] for row in rows} == {"total", "workflow", "not_attributed"}
    baseline = [row["level"] for row in rows if row["scope"] == "total" and row["scenario"] == "Baseline"]
    assert baseline == ["low", "mid", "high"]


def test_only_the_total_unless_by_workflow(filled: Any) -> None:
    forecast = forecast_budgets(filled.ledger, filled.config, months=12, by_workflow=False)
    assert {row["scope"] for row in forecast_records(forecast)} == {"total"}
    assert forecast.total == filled.forecast().total


def test_the_payload_holds_no_float(filled: Any) -> None:
    def no_floats(text: str) -> float:
        raise AssertionError(f"{text} is a float")

    payload = json.loads(forecast_payload(filled.forecast()), parse_float=no_floats)
    assert payload["label"] == "forecast"
    assert "by_workflow" not in payload


def test_two_processes_write_the_same_bytes(filled: Any) -> None:
    filled.ledger.close()
    payloads = []
    for seed in ("0", "4711"):
        ran = subprocess.run(
            [sys.executable, "-c", FORECAST_TWICE, str(filled.path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        payloads.append(ran.stdout)
    assert payloads[0] == payloads[1]
    assert b"Baseline from 8 complete months" in payloads[0]


def test_importing_the_room_loads_nothing_heavy() -> None:
    code = (
        "import sys, finops_ai.forecast; "
        "print([m for m in ('numpy', 'pandas', 'scipy', 'statsmodels') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("view", ["workflow_month", "gap"])
def test_the_real_views_have_the_columns_that_are_read(ledger: Ledger, view: str) -> None:
    needed = {
        "gap": {"month"},
        "workflow_month": {"month", "workflow", "billing_currency", "total_cost", "label"},
    }
    columns = ledger.rows("SELECT column_name FROM information_schema.columns WHERE table_name = ?", [view])
    if not columns:
        pytest.skip(f"no migration makes the view {view} yet")
    assert needed[view] <= {name for (name,) in columns}


def test_stored_budgets_are_decimals(ledger: Ledger) -> None:
    kind = ledger.value(
        "SELECT data_type FROM information_schema.columns WHERE table_name = 'forecast_point' "
        "AND column_name = 'budget'"
    )
    assert kind == "DECIMAL(38,15)"
