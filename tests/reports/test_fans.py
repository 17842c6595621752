"""The fan picture: pixels worked by hand, names escaped, and lines without an interval."""

from __future__ import annotations

from decimal import Decimal

from finops_ai.months import Month
from finops_ai.reports.fans import fan_chart
from finops_ai.reports.model import Budgets, Fan, FanMonth

D = Decimal
MONTHS = tuple(Month(2026, number) for number in (9, 10, 11))


def budgets(*fans: Fan) -> Budgets:
    return Budgets("USD", D(1), D(12), "basis", MONTHS[2:], (), None, None, (), (), (), fans)


def fan(name: str, low: str | None, high: str | None) -> Fan:
    bounds = [None if each is None else D(each) for each in (low, high)]
    ahead = (FanMonth(MONTHS[2], bounds[0], D(80), bounds[1]),)
    return Fan(name, ((MONTHS[0], D(50)), (MONTHS[1], D(60))), ahead, (("Expected", (D(100),)),))


def test_each_month_stands_at_its_place() -> None:
    """Months at 46, 243 and 440; amounts from 0 at 204 (26 + 206 - 28) to 100 at 60 (26 + 34)."""
    drawn = str(fan_chart(budgets(fan("chat", "70", "90"))))
    assert '<polyline class="fan-past" points="46.0,132.0 243.0,117.6"><title>billed: 110.00 USD' in drawn
    assert 'class="fan-expected" points="243.0,117.6 440.0,88.8"><title>expected: 80.00 USD' in drawn
    assert 'class="fan-band" points="243.0,117.6 440.0,74.4 440.0,103.2 243.0,117.6"' in drawn
    assert 'class="fan-plan" points="243.0,117.6 440.0,60.0"><title>Expected: 100.00 USD' in drawn
    assert 'viewBox="0 0 920 232"' in drawn  # one row of panels under the legend


def test_panels_stand_two_in_a_row_and_names_are_text() -> None:
    drawn = str(fan_chart(budgets(*(fan(f"<b>{number}</b>", None, None) for number in range(3)))))
    assert 'viewBox="0 0 920 438"' in drawn
    assert "<b>" not in drawn
    assert "&lt;b&gt;2&lt;/b&gt;" in drawn
    assert "fan-band" not in drawn.partition("</text><path")[2].partition("scenarios (mid)")[2]
