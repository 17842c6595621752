"""Which alerts were raised before: each is noted once and never raised again in its period."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from finops_ai.forecast.budget_watch import COST, BudgetAlert
from finops_ai.ledger import Ledger
from finops_ai.money import plain

Key = tuple[Any, ...]
_KNOWN = """
SELECT
    budget, measure, period_first_day, period_last_day, basis, percent, limit_amount, coalesce(currency, '')
FROM budget_alert
"""


def new_alerts(ledger: Ledger, alerts: Iterable[BudgetAlert], currency: str) -> list[BudgetAlert]:
    """Those of `alerts` that no earlier check has noted, in their order."""
    known = {(*row[:5], _number(row[5]), _number(row[6]), row[7]) for row in ledger.rows(_KNOWN)}
    return [alert for alert in alerts if _key(alert, currency) not in known]


def note_alerts(
    ledger: Ledger, alerts: Sequence[BudgetAlert], currency: str, *, recorded_at_utc: datetime
) -> None:
    """Keep `alerts` as raised; call inside a transaction."""
    rows = [_row(alert, currency) for alert in alerts]
    ledger.run(
        "forecast",
        "insert_alerts.sql",
        {
            "alerts": json.dumps(rows),
            "recorded_batch": ledger.next_batch_id,
            "recorded_at_utc": recorded_at_utc,
        },
    )


def _key(alert: BudgetAlert, currency: str) -> Key:
    return (
        *(alert.budget, alert.measure, alert.period.first_day, alert.period.last_day, alert.basis),
        *(_number(alert.percent), _number(alert.limit), currency if alert.measure == COST else ""),
    )


def _number(value: Decimal) -> str:
    return plain(value)


def _row(alert: BudgetAlert, currency: str) -> dict[str, str | None]:
    return {
        "budget": alert.budget,
        "scope": alert.scope,
        "subject": alert.subject,
        "measure": alert.measure,
        "period_first_day": str(alert.period.first_day),
        "period_last_day": str(alert.period.last_day),
        "basis": alert.basis,
        "level": alert.level,
        "percent": plain(alert.percent),
        "on_day": str(alert.on_day),
        "amount": plain(alert.amount),
        "limit_amount": plain(alert.limit),
        "currency": currency if alert.measure == COST else None,
    }
