"""What a report takes over from a forecast."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from finops_ai.forecast import Forecast
from finops_ai.forecast.result import Baseline
from finops_ai.reports.budgets import from_forecast


def test_what_the_run_rate_section_says_is_no_note_below_it(forecast: Forecast) -> None:
    """The section names the rate, its basis and what it leaves out; notes say the rest, once."""
    whole = replace(
        forecast, run_rate_notes=("Run rate: 1,000.00 USD.", "Left out of 2026-10: tax 60.03 USD.")
    )
    found = from_forecast(whole)
    assert found.left_out == (("tax", "USD", Decimal("60.033")),)
    assert found.notes == ("Too little history for a baseline.", "Presets, not facts.")


def test_the_baselines_statement_is_a_sentence(forecast: Forecast) -> None:
    baseline = Baseline("sum_of_lines", "sum of 2 lines", (), 3, None, None, None)
    found = from_forecast(replace(forecast, total=replace(forecast.total, baseline=baseline)))
    assert found.notes[0] == "Sum of 2 lines."
