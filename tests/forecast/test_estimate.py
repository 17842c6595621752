"""From a sample to production, and price falls against volume: numbers of the essays, worked by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_ai.errors import InputError
from finops_ai.forecast.estimate import Request, Traffic, estimate, interval
from finops_ai.forecast.grid import grid

D = Decimal
AT_UTC = datetime(2026, 10, 5, 10)


def request(
    cost: str | None, number: int = 0, calls: int = 1, retries: int = 0, retry_cost: str = "0"
) -> Request:
    price = None if cost is None else D(cost)
    return Request(f"r{number}", AT_UTC, AT_UTC, calls, retries, 12000, 1500, price, D(retry_cost), "m1")


def test_the_published_extrapolation() -> None:
    """100 queries a day at 0.13 become 10,000 users with 10 a day: 390,000 in 30 days."""
    found = estimate([request("0.13", n) for n in range(100)], Traffic(D(10000), D(10), D(30)))
    assert found.request_cost == D("0.13")
    assert found.monthly(found.request_cost) == D(390000)
    assert (found.input_tokens_per_request, found.output_tokens_per_request) == (12000, 1500)
    assert round(found.low_request_cost, 12) == round(found.high_request_cost, 12) == D("0.13")


def test_a_month_is_a_twelfth_of_a_year() -> None:
    found = estimate([request("1")], Traffic(D(12), D(1)))
    assert found.monthly(found.request_cost) == D(365)


def test_retries_are_measured_and_stay_inside() -> None:
    """Each request has a second call that repeats the first: calls x2, cost x2 (the essay's 780,000)."""
    found = estimate([request("0.26", n, 2, 1, "0.13") for n in range(10)], Traffic(D(10000), D(10), D(30)))
    assert (found.retry_factor, found.retry_calls_factor) == (2, 2)
    assert found.monthly(found.request_cost) == 780000
    assert found.monthly(found.request_cost_without_retries) == 390000


def test_a_sample_of_retries_alone_has_no_factor() -> None:
    found = estimate([request("0.1", 0, 1, 1, "0.1")], Traffic(D(1), D(1)))
    assert (found.retry_factor, found.retry_calls_factor) == (None, None)


def test_requests_without_a_price_are_counted_and_left_out() -> None:
    found = estimate([request("0.2"), request(None, 1), request("0.4", 2)], Traffic(D(1), D(1)))
    assert (found.requests, found.unpriced_requests, found.request_cost) == (3, 1, D("0.3"))
    with pytest.raises(InputError, match="No request of the sample has a list price"):
        estimate([request(None)], Traffic(D(1), D(1)))


def test_the_interval_is_that_of_the_mean() -> None:
    """Half cost 0, half 2: the mean of 100 has a standard error of 0.1, 80% of means lie within 0.128."""
    low, high = interval([0.0, 2.0] * 50)
    assert low == pytest.approx(1 - 0.128, abs=0.03)
    assert high == pytest.approx(1 + 0.128, abs=0.03)
    low, high = interval([0.0, 2.0] * 2000)
    assert (low, high) == (pytest.approx(1 - 0.02027, abs=1e-4), pytest.approx(1 + 0.02027, abs=1e-4))


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=40))
def test_an_interval_is_in_order_and_the_same_each_time(costs: list[float]) -> None:
    low, high = interval(costs)
    assert low <= high
    assert (low, high) == interval(costs)


def test_break_even_volume_of_the_essays() -> None:
    (row,) = grid([D("-0.9")], [D(10), D(50)], migrates=D(1), years=D(5), elasticity=None)
    assert row.break_even_volume == 10
    assert round(row.yearly_change, 3) == D("-0.369")
    assert list(row.spend) == [1, 5]
    assert row.rebound is None


@pytest.mark.parametrize(("change", "spend", "rebound"), [("-0.7", "1.14", "1.20"), ("-0.9", "1.29", "1.32")])
def test_rebound_at_the_measured_elasticity(change: str, spend: str, rebound: str) -> None:
    (row,) = grid([D(change)], [D(1)], migrates=D(1), years=D(5), elasticity=D("-1.11"))
    assert row.answered_spend is not None
    assert row.rebound is not None
    assert (round(row.answered_spend, 2), round(row.rebound, 2)) == (D(spend), D(rebound))


def test_only_what_migrates_pays_the_new_price() -> None:
    still, half, rise = grid(
        [D("-0.5")] * 2 + [D("0.5")], [D(1)], migrates=D("0.5"), years=D(1), elasticity=D(-1)
    )[:3]
    assert still == half
    assert half.spend == (D("0.75"),)
    assert half.answered_spend == 1  # at -1 spend is what it was
    assert rise.rebound is None
    (nothing,) = grid([D("-0.9")], [D(1)], migrates=D(0), years=D(1), elasticity=D("-1.11"))
    assert (nothing.spend, nothing.break_even_volume, nothing.answered_spend) == ((1,), 1, 1)
