"""Which month the run rate rests on, and what it is to the last digit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from finops_ai.errors import ConfigError, InputError
from finops_ai.months import Month

if TYPE_CHECKING:
    from collections.abc import Callable

D = Decimal


def test_february_is_normalised_by_its_days(book: Any) -> None:
    book.month("2026-02", {"support": "84000.00"})
    found = book.forecast()
    assert found.run_rate_basis == "last complete month 2026-02"
    assert found.total.run_rate.monthly_cost == D("91250.00")
    assert found.total.run_rate.yearly_cost == D("1095000.00")
    assert found.first_month == Month(2026, 3)


def test_the_published_budgets_follow_from_a_ledger(book: Any) -> None:
    book.month("2026-04", {"support": "98630.136986301369863"})  # 100,000 x 360 / 365
    found = book.forecast()
    assert [[level.budget for level in s.levels] for s in found.total.scenarios] == [
        [D("1560000.00")],
        [D("2160000.00"), D("2400000.00"), D("2640000.00")],
        [D("3000000.00"), D("3300000.00"), D("3600000.00")],
    ]
    assert found.contingency == D("900000.00")
    assert found.conservative_shortfall == D("840000.00")


def test_an_unfinished_month_is_passed_over(book: Any) -> None:
    book.month("2026-09", {"support": "300.00"})
    book.charge("2026-10", "170.00", first=date(2026, 10, 1), last=date(2026, 10, 1))
    book.charge("2026-10", "170.00", first=date(2026, 10, 17), last=date(2026, 10, 17))
    book.attribute("2026-10", {"support": "340.00"})
    found = book.forecast()
    assert found.run_rate_basis == "last complete month 2026-09"
    assert found.first_month == Month(2026, 10)
    assert "2026-10 is not complete: the bill of openai acme ends on 2026-10-17." in found.notes


def test_a_monthly_fee_does_not_finish_a_month_of_daily_lines(book: Any) -> None:
    book.month("2026-09", {"support": "300.00"})
    book.charge("2026-10", "50.00")  # a seat, paid for all of October on the 1st
    book.charge("2026-10", "10.00", first=date(2026, 10, 3), last=date(2026, 10, 3))
    book.attribute("2026-10", {"support": "60.00"})
    assert book.forecast().run_rate_basis == "last complete month 2026-09"


def test_an_account_whose_bill_has_not_come_holds_the_month_open(book: Any) -> None:
    for month in ("2026-08", "2026-09"):
        book.month(month, {"support": "300.00"})
        book.charge(month, "70.00", account="other")
    book.month("2026-10", {"support": "310.00"})
    found = book.forecast()
    assert found.run_rate_basis == "last complete month 2026-09"
    assert "2026-10 is not complete: the bill of openai other is missing." in found.notes


def test_an_account_that_never_comes_back_has_ended(book: Any) -> None:
    book.month("2026-08", {"support": "300.00"})
    book.charge("2026-08", "70.00", account="other")
    book.month("2026-09", {"support": "300.00"})
    book.month("2026-10", {"support": "310.00"})
    found = book.forecast()
    assert found.run_rate_basis == "last complete month 2026-10"
    assert "Accounts taken as ended: openai other after 2026-08." in found.notes


def weekdays(month: str, last: int) -> list[date]:
    days = [Month.parse(month).first_day.replace(day=day) for day in range(1, last + 1)]
    return [day for day in days if day.isoweekday() <= 5]


@pytest.mark.parametrize(("last", "basis"), [(30, "2026-10"), (29, "2026-09")])
def test_an_office_that_rests_on_saturdays_ends_its_month_on_friday(book: Any, last: int, basis: str) -> None:
    # 31 October 2026 is a Saturday: a bill up to the 30th is whole, one up to the 29th is not.
    for month, end in (("2026-09", 30), ("2026-10", last)):
        for day in weekdays(month, end):
            book.charge(month, "10.00", first=day, last=day)
        book.attribute(month, {"support": "100.00"})
    found = book.forecast()
    assert found.run_rate_basis == f"last complete month {basis}"
    trusted = "these accounts have no charges on the weekdays that follow: openai acme (2026-10-30)."
    assert any(note.endswith(trusted) for note in found.notes) is (basis == "2026-10")


def test_a_ledger_that_begins_on_a_monday_after_a_quiet_weekend_is_whole(book: Any) -> None:
    for day in weekdays("2026-08", 31):  # 1 August 2026 is a Saturday
        book.charge("2026-08", "10.00", first=day, last=day)
    book.attribute("2026-08", {"support": "100.00"})
    assert book.forecast().run_rate_basis == "last complete month 2026-08"


def test_a_regular_account_that_skips_a_month_breaks_history(book: Any) -> None:
    for t, month in enumerate(("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")):
        book.month(month, {"support": "300.00"})
        if t != 3:
            book.charge(month, "70.00", account="other")
    assert "2026-08 is not complete: the bill of openai other is missing." in book.forecast().notes


def test_an_account_that_bills_now_and_then_breaks_nothing(book: Any) -> None:
    for t, month in enumerate(("2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")):
        book.month(month, {"support": "300.00"})
        if t % 2 == 0:
            continue
        book.charge(month, "70.00", account="other")
    book.charge("2026-10", "70.00", account="other")
    found = book.forecast()
    assert found.baseline_note.startswith("Baseline from 7 complete months")


def test_twelve_names_are_cut_to_ten(book: Any) -> None:
    book.months("2026-04", {"old": [100.0] * 6})
    book.attribute("2026-09", {f"pilot-{n:02}": "1.00" for n in range(12)})
    note = next(note for note in book.forecast().notes if note.startswith("Launched"))
    assert "pilot-09 and 2 more." in note


def test_no_whole_month_falls_back_to_the_days_there_are(book: Any) -> None:
    for day in range(10, 18):
        book.charge("2026-10", "30.00", first=date(2026, 10, day), last=date(2026, 10, day))
    book.attribute("2026-10", {"support": "160.00"})
    found = book.forecast()
    assert found.run_rate_basis == "trailing 8 days to 2026-10-17 (the ledger begins on 2026-10-10)"
    assert found.total.run_rate.monthly_cost == D("912.50")  # 30 a day x 365 / 12
    assert [line.run_rate.monthly_cost for line in found.lines] == [
        D("608.333333333333333"),
        D("304.166666666666667"),
    ]
    assert found.first_month == Month(2026, 11)
    assert found.baseline_note == "0 complete months of history: a statistical baseline needs 6."


def test_trailing_thirty_days_reach_into_the_month_before(book: Any) -> None:
    for day in range(10, 31):
        book.charge("2026-09", "30.00", first=date(2026, 9, day), last=date(2026, 9, day))
    for day in range(1, 18):
        book.charge("2026-10", "60.00", first=date(2026, 10, day), last=date(2026, 10, day))
    book.attribute("2026-09", {"support": "630.00"})
    book.attribute("2026-10", {"support": "1020.00"})
    found = book.forecast()
    assert found.run_rate_basis == "trailing 30 days to 2026-10-17"
    # 13 days of September and 17 of October: 390 + 1,020 = 1,410 in 30 days, 47 a day.
    assert found.total.run_rate.monthly_cost == D("1429.583333333333333")


def test_a_month_long_line_counts_for_its_days_in_the_window(book: Any) -> None:
    book.month("2026-10", {"support": "310.00"})
    found = book.forecast().total.run_rate
    assert found.trailing_30_days_cost == found.monthly_cost == D("304.166666666666667")
    assert not found.differs


def test_variants_that_differ_by_more_than_a_tenth_are_flagged(book: Any) -> None:
    book.months("2026-08", {"support": [100.0, 100.0, 150.0], "steady": [1000.0, 967.74, 1000.0]})
    found = book.forecast()
    flags = {line.label: line.flags for line in found.lines}
    assert flags["support"] == ("run_rate_differs",)
    assert flags["steady"] == ()
    assert found.total.run_rate.mean_3_months_cost == D("1096.897735507246377")  # 3,317.74 / 92 x 365 / 12


@pytest.mark.parametrize(("last", "differs"), [("119.69", False), ("119.70", True)])
def test_the_tenth_is_a_tenth_of_the_run_rate(book: Any, last: str, differs: bool) -> None:
    # 92 days: the mean (200 + x) / 92 is 0.9 of x / 31 at x = 119.691...
    for month, cost in (("2026-03", "100.00"), ("2026-04", "100.00"), ("2026-05", last)):
        book.month(month, {"support": cost})
    assert book.forecast().total.run_rate.differs is differs


def test_credits_taxes_refunds_and_one_time_charges_are_left_out_and_named(book: Any) -> None:
    book.month("2026-06", {"support": "300.00"}, rest="60.00")
    book.charge("2026-06", "-100.00", category="Credit")
    book.charge("2026-06", "57.00", category="Tax")
    book.charge("2026-06", "5000.00", category="Purchase", frequency="One-Time")
    book.charge("2026-06", "-20.00", category="Usage", charge_class="Correction")
    found = book.forecast()
    assert found.total.run_rate.monthly_cost == D("365.00")
    assert {part.part: part.cost for part in found.left_out} == {
        "credit": D(-100),
        "one_time": D(5000),
        "refund": D(-20),
        "tax": D(57),
    }
    assert (
        "Left out of 2026-06: credits -100.00 USD, one-time charges 5,000.00 USD, refunds -20.00 USD, "
        "tax 57.00 USD." in found.run_rate_notes
    )
    assert [(line.label, line.run_rate.monthly_cost) for line in found.lines] == [
        ("support", D("304.166666666666667")),
        ("not attributed", D("60.833333333333333")),
    ]


def test_another_currency_is_named_and_never_added(book: Any) -> None:
    book.month("2026-06", {"support": "360.00"})
    book.charge("2026-06", "1000.00", currency="EUR", account="europe")
    book.attribute("2026-06", {"support": "1000.00"}, currency="EUR")
    found = book.forecast()
    assert found.total.run_rate.monthly_cost == D("365.00")
    assert "Left out of 2026-06: 1,000.00 EUR billed in another currency." in found.notes


def test_logged_and_estimated_rows_are_not_on_the_bill(book: Any) -> None:
    book.month("2026-06", {"support": "360.00"})
    book.attribute("2026-06", {"support": "99.00"}, label="estimated")
    assert book.forecast().lines[0].run_rate.monthly_cost == D("365.00")


def test_a_bill_without_any_workflow_is_one_line(book: Any) -> None:
    book.month("2026-06", {}, rest="360.00")
    found = book.forecast()
    assert [(line.label, line.run_rate.monthly_cost) for line in found.lines] == [("not attributed", D(365))]
    assert found.total.run_rate.monthly_cost == D(365)


def test_a_recent_workflow_is_a_launch_and_an_old_one_is_not(book: Any) -> None:
    book.months("2026-05", {"old": [100.0] * 6})
    for month in ("2026-09", "2026-10"):
        book.charge(month, "10.00")
        book.attribute(month, {"pilot": "10.00"})
    found = book.forecast()
    flags = {line.label: line.flags for line in found.lines}
    assert "launch" in flags["pilot"]
    assert "launch" not in flags["old"]
    assert any(note.startswith("Launched less than 3 months ago: pilot.") for note in found.notes)


def test_a_young_ledger_does_not_call_everything_a_launch(book: Any) -> None:
    book.months("2026-09", {"support": [100.0, 100.0]})
    assert "launch" not in book.forecast().lines[0].flags


def test_a_workflow_that_ended_has_a_line_of_nothing(book: Any) -> None:
    book.months("2026-05", {"old": [100.0] * 6, "ended": [50.0] * 3})
    found = book.forecast()
    ended = next(line for line in found.lines if line.label == "ended")
    assert ended.run_rate.monthly_cost == 0
    assert "no_cost_in_run_rate" in ended.flags
    assert {level.budget for s in ended.scenarios for level in s.levels} == {D("0.00")}


def test_as_of_forgets_what_came_later(book: Any) -> None:
    book.months("2026-05", {"support": [100.0, 200.0, 400.0]})
    then = book.forecast(as_of="2026-06")
    assert then.run_rate_basis == "last complete month 2026-06"
    assert then.total.run_rate.monthly_cost == D("202.777777777777778")


def test_a_month_not_attributed_is_left_out_and_named(book: Any) -> None:
    book.month("2026-09", {"support": "300.00"})
    book.charge("2026-10", "400.00")
    found = book.forecast()
    assert found.run_rate_basis == "last complete month 2026-09"
    assert any("finops-ai attribute --month 2026-10" in note for note in found.notes)


def test_an_empty_ledger_says_to_ingest(book: Any) -> None:
    with pytest.raises(InputError, match="no recurring charge in USD") as refused:
        book.forecast()
    assert "finops-ai ingest" in refused.value.hint
    assert "finops-ai attribute" in refused.value.hint


def test_bills_in_another_currency_say_so(book: Any) -> None:
    book.charge("2026-10", "400.00", currency="EUR")
    with pytest.raises(InputError, match="no recurring charge in USD, but charges in EUR") as refused:
        book.forecast()
    assert "reporting_currency" in refused.value.hint


def test_bills_without_attribution_say_to_attribute(book: Any) -> None:
    book.charge("2026-10", "400.00")
    with pytest.raises(InputError, match="No month is attributed") as refused:
        book.forecast()
    assert "finops-ai attribute --month 2026-10" in refused.value.hint


@pytest.mark.parametrize("months", [-1, 0, 37])
def test_months_outside_one_to_thirty_six_are_refused(book: Any, months: int) -> None:
    book.month("2026-10", {"support": "400.00"})
    with pytest.raises(ConfigError, match=f"{months} months cannot be forecast"):
        book.forecast(months)


def test_a_negative_rest_is_forecast_as_it_is(new_book: Callable[[], Any]) -> None:
    with new_book() as book:
        book.charge("2026-06", "360.00")
        book.attribute("2026-06", {"support": "400.00"})
        found = book.forecast()
        assert sum(line.scenarios[1].mid.budget for line in found.lines) == D("8760.00")
        assert found.total.scenarios[1].mid.budget == D("8760.00")
        assert found.lines[-1].scenarios[1].mid.budget < 0


def read(book: Any, at_utc: str) -> None:
    """The bill of the book was read at this instant."""
    book.ledger.execute(
        "INSERT INTO imported_file SELECT 1, 'sha', 'bill.csv', 'focus', 'charge', 1, 1, 1, 0, 0, 0, 0, 0, "
        "0, NULL, NULL, ?::TIMESTAMP",
        [at_utc],
    )


@pytest.mark.parametrize(
    ("at_utc", "basis"),
    [
        ("2026-09-30 12:00:00", "last complete month 2026-10"),  # no clock can read a bill before its month
        ("2026-10-31 23:59:59", "last complete month 2026-09"),
        ("2026-11-02 23:59:59", "last complete month 2026-09"),
        ("2026-11-03 00:00:00", "last complete month 2026-10"),
    ],
)
def test_a_bill_is_whole_two_days_after_its_month(book: Any, at_utc: str, basis: str) -> None:
    book.month("2026-09", {"support": "300.00"})
    book.month("2026-10", {"support": "310.00"})
    read(book, at_utc)
    found = book.forecast()
    assert found.run_rate_basis == basis
    early = f"2026-10 is not complete: its bills were read on {at_utc[:10]}, less than 2 days after its end."
    assert (early in found.notes) == (basis.endswith("09"))


def test_the_run_rate_is_at_effective_cost(book: Any) -> None:
    """A commitment paid for in advance: 84,000 of use in February, of which 4,000 are on its bill."""
    book.charge("2026-02", "4000.00")
    book.charge("2026-02", "960000.00", category="Purchase", frequency="One-Time")
    book.ledger.execute(
        "UPDATE charge SET effective_cost = CASE WHEN billed_cost = 4000 THEN 84000 ELSE 0 END"
    )
    book.attribute("2026-02", {"support": "4000.00"})
    found = book.forecast()
    assert found.total.run_rate.monthly_cost == D("91250.00")
    assert {line.label: line.run_rate.monthly_cost for line in found.lines} == {
        "support": D("4345.238095238095238"),
        "not attributed": D("86904.761904761904762"),
    }
    assert "Left out of 2026-02: one-time charges 960,000.00 USD." in found.run_rate_notes
