"""Accruals of days that are logged and not billed, and their true-up."""

from finops_ai.attribution.accrual.accrue import (
    Accrual,
    accrue_month,
    booked_accrual,
    month_accrual,
    reverse_month,
)

__all__ = ["Accrual", "accrue_month", "booked_accrual", "month_accrual", "reverse_month"]
