"""Budgets against spend: exact boundaries, the pace, crossing days worked by hand, states that latch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_ai.config import Budget, Config, Workflow
from finops_ai.forecast.budget_ahead import Ahead, last_month_over
from finops_ai.forecast.budget_days import Period, period_of, periods
from finops_ai.forecast.budget_relief import ModelUse, suggestions
from finops_ai.forecast.budget_watch import BudgetAlert, BudgetStanding, members, replayed, watched
from finops_ai.forecast.result import Baseline, BaselineMonth
from finops_ai.forecast.spend import Spend, amount, quanta
from finops_ai.months import Month

D = Decimal
OCTOBER = date(2026, 10, 1)
TOTAL = Budget("total", "total", cost=D(1000))


def spend(costs: dict[date, str], tokens: dict[date, int] | None = None, first: date = OCTOBER) -> Spend:
    """Everything is spent by workflow `chat`."""
    return Spend(
        currency="USD",
        costs={"chat": {day: quanta(D(cost)) for day, cost in costs.items()}},
        tokens={"chat": {day: quanta(count) for day, count in (tokens or {}).items()}},
        first_cost_day=first,
        last_day=max(costs, default=first),
        first_token_day=min(tokens or {}, default=None),
        last_token_day=max(tokens or {}, default=None),
        missing_bills=(),
        unconverted_months=(),
    )


def config(*budgets: Budget) -> Config:
    flows = (Workflow("chat", team="support"), Workflow("claims", team="claims"))
    return Config(None, None, budgets=budgets, workflows=flows)  # type: ignore[arg-type]


def every_day(first: date, count: int, cost: str) -> dict[date, str]:
    return {first + timedelta(days=n): cost for n in range(count)}


def one(costs: dict[date, str], as_of: date, budget: Budget = TOTAL) -> BudgetStanding:
    (found,) = watched(config(budget), spend(costs), as_of)
    return found


def raised(alerts: tuple[BudgetAlert, ...] | list[BudgetAlert]) -> list[tuple[str, str, str, str]]:
    return [(str(a.on_day), a.basis, str(a.percent), a.state) for a in alerts]


@pytest.mark.parametrize(
    ("cost", "state", "percent"),
    [
        ("699.90", "ok", "69.990"),
        ("699.999999999999999", "ok", "69.999"),
        ("700", "warn", "70.000"),
        ("899.999999999999999", "warn", "89.999"),
        ("900", "degrade", "90.000"),
        ("999.99", "degrade", "99.999"),
        ("1000", "stop", "100.000"),
        ("1000.01", "stop", "100.001"),
    ],
)
def test_spend_reaches_a_level_at_its_boundary_and_not_before(cost: str, state: str, percent: str) -> None:
    """Less than a week of spend, so that no forecast takes part."""
    found = one({OCTOBER: cost}, OCTOBER)
    assert (found.state, str(found.actual_percent)) == (state, percent)
    assert [alert.state for alert in found.alerts] == ([] if state == "ok" else [state])


@pytest.mark.parametrize(
    ("daily", "alerts"),
    # 28 days of February at one pace; on the 7th the forecast is 28 days of it.
    [
        ("24.9964", []),  # 699.8992
        ("25", [("2026-02-07", "forecast", "70", "ok")]),  # 700
        ("32.15", [("2026-02-07", "forecast", "90", "ok")]),  # 900.20
        ("36", [("2026-02-07", "forecast", "100", "warn")]),  # 1008
    ],
)
def test_a_forecast_reaches_the_same_levels(daily: str, alerts: list[tuple[str, ...]]) -> None:
    february = date(2026, 2, 1)
    found = watched(config(TOTAL), spend(every_day(february, 7, daily), first=february), date(2026, 2, 7))
    assert raised(found[0].alerts) == alerts
    assert found[0].forecast == D(daily) * 28


def test_the_crossing_day_worked_by_hand() -> None:
    """Mondays to Fridays 50, weekends 10: 270 a week. 1-14 October 2026 (a Thursday on) cost 540.

    After the 14th: 15th Thu 590, 16th Fri 640, 17-18 660, 19-23 910, 24-25 930, 26th Mon 980, 27th Tue
    1030: so 1000 is reached on the 27th. The month ends at 1030 + 4 more days: 28th, 29th, 30th 50 each
    and Saturday 31st 10: 1190.
    """
    costs = {}
    for n in range(14):
        day = OCTOBER + timedelta(days=n)
        costs[day] = "10" if day.isoweekday() > 5 else "50"
    found = one(costs, date(2026, 10, 14))
    assert found.actual == 540
    assert found.forecast == 1190
    assert found.crosses_on == date(2026, 10, 27)
    assert found.state == "warn"
    assert raised(found.alerts) == [("2026-10-07", "forecast", "100", "warn")]


def test_a_budget_that_is_reached_exactly_on_the_last_day_is_crossed_then() -> None:
    assert one(
        every_day(OCTOBER, 7, "10"), date(2026, 10, 7), replace(TOTAL, cost=D(310))
    ).crosses_on == date(2026, 10, 31)
    assert (
        one(every_day(OCTOBER, 7, "10"), date(2026, 10, 7), replace(TOTAL, cost=D("310.01"))).crosses_on
        is None
    )


def test_a_crossed_budget_names_the_day_of_the_fact() -> None:
    found = one(every_day(OCTOBER, 14, "100"), date(2026, 10, 14))
    assert found.crosses_on == date(2026, 10, 10)
    assert found.state == "stop"


def test_the_pace_is_the_weekdays_of_four_weeks() -> None:
    """Four Mondays of 10, 20, 30 and 40 make the next Monday 25; older ones are forgotten."""
    mondays = {
        date(2026, 8, 31) + timedelta(weeks=n): cost for n, cost in enumerate(["999", "10", "20", "30", "40"])
    }
    days = spend({**mondays, date(2026, 10, 4): "0"}, first=date(2026, 8, 31))
    (found,) = watched(config(TOTAL), days, date(2026, 10, 4))
    # October: 5, 12, 19 and 26 are Mondays to come.
    assert found.actual == 0
    assert found.forecast == 100


def test_under_a_week_of_spend_has_no_forecast_except_at_the_end() -> None:
    assert one(every_day(OCTOBER, 6, "1"), date(2026, 10, 6)).forecast is None
    late = {date(2026, 10, 30): "5"}
    assert one(late, date(2026, 10, 30)).forecast is None
    assert one(late, date(2026, 10, 31)).forecast == 5


def test_a_state_is_left_only_by_the_next_period() -> None:
    """A refund takes spend back under every level: what was reached stays reached until November."""
    costs = {OCTOBER: "950", date(2026, 10, 2): "-940", date(2026, 11, 1): "1"}
    assert one(costs, date(2026, 10, 1)).state == "degrade"
    found = one(costs, date(2026, 10, 2))
    assert (found.state, found.actual) == ("degrade", 10)
    assert one(costs, date(2026, 11, 1)).state == "ok"


def test_each_level_is_raised_once() -> None:
    costs = {OCTOBER: "700", date(2026, 10, 2): "-100", date(2026, 10, 3): "200", date(2026, 10, 4): "150"}
    assert raised(one(costs, date(2026, 10, 6)).alerts) == [
        ("2026-10-01", "actual", "70", "warn"),
        ("2026-10-04", "actual", "90", "degrade"),
    ]


def test_levels_can_be_chosen() -> None:
    own = replace(TOTAL, alerts=(D("50"), D("79.5"), D("110")))
    assert one({OCTOBER: "794.99"}, OCTOBER, own).state == "warn"
    assert one({OCTOBER: "795"}, OCTOBER, own).state == "degrade"
    assert one({OCTOBER: "1099"}, OCTOBER, own).state == "degrade"
    assert one({OCTOBER: "1100"}, OCTOBER, own).state == "stop"


def test_tokens_that_no_log_tells_of_are_unknown_and_no_alert() -> None:
    own = Budget("chat", "workflow", "chat", tokens=100)
    for logs in ({}, {date(2026, 9, 30): 5000}):
        (found,) = watched(config(own), spend({OCTOBER: "1"}, logs), OCTOBER)
        assert (found.actual, found.actual_percent, found.forecast, found.state) == (
            None,
            None,
            None,
            "unknown",
        )
        assert found.alerts == ()


def test_tokens_have_a_limit_of_their_own() -> None:
    both = Budget("chat", "workflow", "chat", cost=D(1000), tokens=100)
    found = watched(config(both), spend({OCTOBER: "1"}, {OCTOBER: 90}), OCTOBER)
    assert [(s.measure, s.state, s.actual) for s in found] == [
        ("cost", "ok", D(1)),
        ("tokens", "degrade", D(90)),
    ]


@pytest.mark.parametrize(
    ("budget", "names"),
    [
        (TOTAL, None),
        (Budget("chat", "workflow", "chat"), ("chat",)),
        (Budget("support", "team", "support"), ("chat",)),
    ],
)
def test_whose_spend_counts(budget: Budget, names: tuple[str, ...] | None) -> None:
    assert members(config(), budget) == names


@pytest.mark.parametrize(
    ("period", "valid_from", "day", "first", "last"),
    [
        ("month", None, date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        ("quarter", None, date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
        ("year", None, date(2026, 6, 30), date(2026, 1, 1), date(2026, 12, 31)),
        ("year", date(2025, 7, 1), date(2026, 6, 30), date(2025, 7, 1), date(2026, 6, 30)),
        ("year", date(2025, 7, 1), date(2026, 7, 1), date(2026, 7, 1), date(2027, 6, 30)),
        ("quarter", date(2026, 2, 1), date(2026, 4, 30), date(2026, 2, 1), date(2026, 4, 30)),
    ],
)
def test_periods_count_from_the_budgets_first_month(
    period: str, valid_from: date | None, day: date, first: date, last: date
) -> None:
    budget = replace(TOTAL, period=period, valid_from=valid_from)
    assert period_of(budget, day) == Period(first, last)


def test_a_budget_holds_only_in_its_months() -> None:
    own = replace(TOTAL, valid_from=date(2026, 9, 1), valid_to=date(2026, 11, 1))
    assert period_of(own, date(2026, 8, 31)) is None
    assert period_of(own, date(2026, 11, 1)) is None
    assert [str(p) for p in periods(own, date(2026, 7, 1), date(2026, 12, 31))] == ["2026-09", "2026-10"]
    assert watched(config(own), spend({OCTOBER: "5"}), date(2026, 11, 1)) == []


def test_a_years_budget_sums_its_months() -> None:
    costs = {**every_day(date(2026, 1, 1), 273, "1"), **every_day(OCTOBER, 28, "1")}
    yearly = replace(TOTAL, period="year", cost=D(365))
    (found,) = watched(config(yearly), spend(costs, first=date(2026, 1, 1)), date(2026, 10, 28))
    assert (found.actual, found.forecast, found.crosses_on) == (D(301), D(365), date(2026, 12, 31))


def expecting(first: str, *costs: str) -> Baseline:
    """A baseline that expects these costs, from month `first` on."""
    months = [Month.parse(first).plus(n) for n in range(len(costs))]
    points = tuple(BaselineMonth(m, None, D(cost), None) for m, cost in zip(months, costs, strict=True))
    return Baseline("flat_run_rate", "", points, 0, None, None, None)


YEARLY = replace(TOTAL, period="year", cost=D(3300))
TEN_A_DAY = every_day(date(2026, 1, 1), 288, "10")
SEPTEMBER = Month(2026, 9)


def test_a_years_later_months_are_those_of_the_forecast() -> None:
    """By hand: 288 days of 10, 16 more to the end of October, then 400 and 500: 2,880 + 160 + 900.

    At the end of October 260 are missing; November costs 400 / 30 a day, so its 20th day spends them.
    """
    known = spend(TEN_A_DAY, first=date(2026, 1, 1))
    ahead = Ahead({SEPTEMBER: expecting("2026-10", "350", "400", "500", "600")})
    (found,) = watched(config(YEARLY), known, date(2026, 10, 15), ahead)
    assert (found.actual, found.forecast, found.projection) == (D(2880), D(3940), "forecast")
    assert found.crosses_on == date(2026, 11, 20)
    # At the pace alone: 365 x 10, and the 42nd day from the 15th spends the 420 that are missing.
    (paced,) = watched(config(YEARLY), known, date(2026, 10, 15))
    assert (paced.forecast, paced.projection, paced.crosses_on) == (D(3650), "pace", date(2026, 11, 26))


def test_a_quarters_later_month_is_that_of_the_forecast() -> None:
    """October to December, on 31 October: the month is over, so what was forecast from it counts."""
    days = {**every_day(date(2026, 9, 1), 61, "10")}
    quarterly = replace(TOTAL, period="quarter", cost=D(1200))
    ahead = Ahead({Month(2026, 10): expecting("2026-11", "450", "620")})
    (found,) = watched(config(quarterly), spend(days, first=date(2026, 9, 1)), date(2026, 10, 31), ahead)
    assert (found.actual, found.forecast) == (D(310), D(1380))
    # 450 of November leave 440 of 1,200; December costs 20 a day.
    assert found.crosses_on == date(2026, 12, 22)


@pytest.mark.parametrize(
    ("budget", "ahead"),
    [
        (TOTAL, Ahead({SEPTEMBER: expecting("2026-10", "1", "1", "1")})),  # a month has no later months
        (YEARLY, Ahead({Month(2026, 8): expecting("2026-09", "1", "1", "1", "1")})),  # known too early
        (YEARLY, Ahead({SEPTEMBER: expecting("2026-10", "350", "400")})),  # December is not forecast
        (replace(YEARLY, cost=None, tokens=500), Ahead({SEPTEMBER: expecting("2026-10", "1", "1", "1")})),
        (
            replace(YEARLY, scope="workflow", subject="chat"),
            Ahead({SEPTEMBER: expecting("2026-10", "1", "1", "1")}),
        ),
    ],
    ids=["month", "other month", "too short", "tokens", "no line of its own"],
)
def test_the_pace_goes_on_where_no_forecast_can(budget: Budget, ahead: Ahead) -> None:
    tokens = dict.fromkeys(TEN_A_DAY, 1)
    known = spend(TEN_A_DAY, tokens, first=date(2026, 1, 1))
    as_of = date(2026, 10, 15)
    assert watched(config(budget), known, as_of, ahead) == watched(config(budget), known, as_of)


def test_a_teams_later_months_are_the_sum_of_its_workflows() -> None:
    own = replace(YEARLY, scope="team", subject="support")
    lines = {"chat": expecting("2026-10", "350", "400", "500"), "claims": expecting("2026-10", "9", "9", "9")}
    ahead = Ahead({}, {SEPTEMBER: lines})
    (found,) = watched(config(own), spend(TEN_A_DAY, first=date(2026, 1, 1)), date(2026, 10, 15), ahead)
    assert (found.forecast, found.projection) == (D(3940), "forecast")


def test_a_month_is_over_on_its_last_day() -> None:
    assert last_month_over(date(2026, 10, 30)) == SEPTEMBER
    assert last_month_over(date(2026, 10, 31)) == Month(2026, 10)


money = st.decimals("-50", "200", places=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(money, min_size=1, max_size=75), st.decimals("1", "3000", places=2))
def test_a_replay_says_what_each_days_check_would_have_said(daily: list[Decimal], limit: Decimal) -> None:
    """Nothing later decides an alert: checks day by day find the same ones, each on its day."""
    costs = {date(2026, 8, 20) + timedelta(days=n): str(cost) for n, cost in enumerate(daily)}
    known, own = spend(costs, first=date(2026, 8, 1)), config(replace(TOTAL, cost=limit))
    last = max(costs)
    by_day: list[BudgetAlert] = []
    for n in range((last - date(2026, 8, 1)).days + 1):
        day = date(2026, 8, 1) + timedelta(days=n)
        until = spend({d: c for d, c in costs.items() if d <= day}, first=date(2026, 8, 1))
        (standing,) = watched(own, until, day)
        by_day += [alert for alert in standing.alerts if alert.on_day == day]
    assert by_day == replayed(own, known, last)


@given(st.decimals("0", "99999999", places=15), st.sampled_from([28, 29, 30, 31]))
def test_a_days_part_of_a_month_is_exact(cost: Decimal, days: int) -> None:
    assert quanta(cost) % days == 0
    assert quanta(cost) // days % 12 == 0
    assert amount(quanta(cost)) == cost


MOVE = (
    "Move work from opus (99% of the list cost, 10.00 per 1M tokens on average) to mini (0.50), "
    "in use already."
)


def test_suggestions_name_what_was_measured() -> None:
    standing = one({OCTOBER: "950"}, OCTOBER)
    dear = ModelUse("opus", 100, 10, 8_000_000, 400_000, 2_000_000, 1_000_000, D("100"))
    cheap = ModelUse("mini", 100, 0, 2_000_000, 0, 0, 0, D("1"))
    assert list(suggestions([dear, cheap], standing)) == [
        MOVE,
        "Cache prompts: 4% of 10,000,000 input tokens came from a cache.",
        "Lower the reasoning effort: 50% of 2,000,000 output tokens are reasoning.",
        "Stop retries: 10 of 200 calls (5%) failed.",
    ]
    tokens = replace(standing, measure="tokens")
    assert next(iter(suggestions([dear, cheap], tokens))) == (
        "Shorten prompts: 50,000 input tokens a call are 83% of all tokens."
    )
    assert list(suggestions([], standing)) == []
