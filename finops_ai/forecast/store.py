"""Keeps a forecast in the ledger, so that it can be graded when the actual months arrive."""

from __future__ import annotations

import json
from datetime import datetime

from finops_ai.forecast.records import all_records, forecast_payload
from finops_ai.forecast.result import Forecast
from finops_ai.ledger import Ledger
from finops_ai.money import plain

_RUN_ID_DIGITS = 16


def store_forecast(ledger: Ledger, forecast: Forecast, *, made_at_utc: datetime | None) -> str:
    """Store `forecast` with all its lines and return its run id; call inside a transaction.

    The id follows from the inputs, so a forecast of the same inputs is stored once: the second
    call adds nothing and returns the same id.
    """
    run_id = forecast.inputs_hash[:_RUN_ID_DIGITS]
    if ledger.value("SELECT count(*) FROM forecast_run WHERE run_id = $run_id", {"run_id": run_id}):
        return run_id
    ledger.run(
        "forecast",
        "insert_run.sql",
        {
            "run_id": run_id,
            "made_for_month": forecast.first_month.first_day,
            "months": forecast.months,
            "run_rate_basis": forecast.run_rate_basis,
            "billing_currency": forecast.currency,
            "inputs_hash": forecast.inputs_hash,
            "created_batch": ledger.next_batch_id,
            "made_at_utc": made_at_utc,
            "payload": forecast_payload(forecast),
        },
    )
    points = [{**record, "budget": plain(record["budget"])} for record in all_records(forecast)]
    ledger.run("forecast", "insert_points.sql", {"run_id": run_id, "points": json.dumps(points)})
    return run_id
