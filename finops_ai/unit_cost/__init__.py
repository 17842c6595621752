"""What one success costs, how well that is known, and what it is worth."""

from __future__ import annotations

from finops_ai.unit_cost.intervals import SUCCESSES_MIN, Interval, UnitCost, unit_costs
from finops_ai.unit_cost.value import Coverage, Return, Worth, month_return
from finops_ai.unit_cost.verify import SPLITS, Check, HeldOut, verify

__all__ = [
    "SPLITS",
    "SUCCESSES_MIN",
    "Check",
    "Coverage",
    "HeldOut",
    "Interval",
    "Return",
    "UnitCost",
    "Worth",
    "month_return",
    "unit_costs",
    "verify",
]
