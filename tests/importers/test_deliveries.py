"""Bills are delivered again and again: what a later file replaces, joins or leaves open."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.importers import FileResult
from tests.importers.desk import Desk

D = Decimal
HEADER = (
    "BillingAccountId,BilledCost,EffectiveCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,"
    "ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceProviderName,ServiceName,SkuId,InvoiceId\n"
)
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def line(
    day: int, cost: str = "1.00", *, account: str = "A", sku: str = "vcpu", invoice: str = "", month: int = 9
) -> str:
    """One line of one day in a month of 2026."""
    start, end = f"2026-{month:02d}-01", f"2026-{month + 1:02d}-01"
    at = f"2026-{month:02d}-{day:02d}T00:00:00Z"
    return (
        f"{account},{cost},{cost},USD,{start}T00:00:00Z,{end}T00:00:00Z,"
        f"Usage,{at},{at[:11]}23:59:59Z,VectorHub,Compute,{sku},{invoice}\n"
    )


def bill(desk: Desk, name: str, *lines: str) -> Path:
    return desk.write(name, HEADER + "".join(lines))


def counts(result: FileResult) -> tuple[int, int, int, int, int, int]:
    """read, added, repeated, replaced, withdrawn, rejected."""
    return (
        result.rows_read,
        result.rows_added,
        result.rows_repeated,
        result.rows_replaced,
        result.rows_withdrawn,
        result.rows_rejected,
    )


def billed(desk: Desk) -> list[tuple[str, int, Decimal]]:
    return desk.rows(
        "SELECT billing_account_id, count(*), sum(billed_cost) FROM charge GROUP BY ALL ORDER BY ALL"
    )


def test_a_restated_bill_replaces_and_says_by_how_much(desk: Desk) -> None:
    first = bill(desk, "1.csv", *(line(day) for day in range(1, 11)))
    final = bill(desk, "2.csv", *(line(day, "1.50" if day == 4 else "1.00") for day in range(1, 11)))
    assert counts(desk.one(first)) == (10, 10, 0, 0, 0, 0)
    result = desk.one(final)
    assert counts(result) == (10, 0, 9, 1, 0, 0)
    assert (result.billed_before, result.billed) == ({"USD": D(10)}, {"USD": D("10.5")})
    assert result.notes == [f"replaces {first} for A, 2026-09"]
    assert billed(desk) == [("A", 10, D("10.5"))]


def test_the_replaced_rows_are_kept_with_what_replaced_them(desk: Desk) -> None:
    desk.one(bill(desk, "1.csv", line(1, "1.10"), line(2, "2.20")))
    before = desk.rows("SELECT charge_id, file_id, row_number, billed_cost FROM charge ORDER BY ALL")
    desk.one(bill(desk, "2.csv", line(1, "1.10"), line(2, "3.30")))
    kept = desk.rows("SELECT charge_id, file_id, row_number, billed_cost FROM charge_superseded ORDER BY ALL")
    assert kept == before
    assert desk.rows("SELECT DISTINCT superseded_by_file_id FROM charge_superseded") == [(2,)]
    assert desk.rows("SELECT file_id, billed_cost, superseded_by_file_id FROM delivery ORDER BY ALL") == [
        (1, D("3.3"), 2),
        (2, D("4.4"), None),
    ]


def test_a_month_to_date_bill_grows(desk: Desk) -> None:
    for last in (5, 10, 30):
        result = desk.one(bill(desk, f"to-{last}.csv", *(line(day) for day in range(1, last + 1))))
    assert counts(result) == (30, 20, 10, 0, 0, 0)
    assert billed(desk) == [("A", 30, D(30))]
    assert desk.rows("SELECT count(*) FROM charge_superseded") == [(5 + 10,)]


def test_the_final_bill_with_its_invoice_number_replaces_the_open_one(desk: Desk) -> None:
    desk.one(bill(desk, "open.csv", *(line(day) for day in range(1, 4))))
    result = desk.one(bill(desk, "final.csv", *(line(day, invoice="INV-1") for day in range(1, 4))))
    assert counts(result) == (3, 0, 0, 3, 0, 0)
    assert desk.rows("SELECT DISTINCT invoice_id FROM charge") == [("INV-1",)]


def test_parts_of_one_bill_in_several_files_stay_beside_each_other(desk: Desk) -> None:
    parts = [
        bill(desk, f"part-{number}.csv", *(line(day, sku=f"sku-{number}") for day in range(1, 11)))
        for number in (1, 2, 3)
    ]
    results = desk.load(*parts)
    assert [counts(result) for result in results] == [(10, 10, 0, 0, 0, 0)] * 3
    assert billed(desk) == [("A", 30, D(30))]


def test_a_new_delivery_of_one_part_replaces_that_part_only(desk: Desk) -> None:
    for number in (1, 2):
        desk.one(bill(desk, f"part-{number}.csv", *(line(day, sku=f"s{number}") for day in range(1, 11))))
    result = desk.one(bill(desk, "part-1b.csv", *(line(day, "2.00", sku="s1") for day in range(1, 11))))
    assert counts(result) == (10, 0, 0, 10, 0, 0)
    assert billed(desk) == [("A", 20, D(30))]


def test_one_whole_bill_replaces_all_its_parts(desk: Desk) -> None:
    for number in (1, 2):
        desk.one(bill(desk, f"part-{number}.csv", *(line(day, sku=f"s{number}") for day in range(1, 11))))
    whole = [line(day, sku=f"s{number}") for number in (1, 2) for day in range(1, 11)]
    result = desk.one(bill(desk, "whole.csv", *whole, line(11, "5.00", sku="s1")))
    assert counts(result) == (21, 1, 20, 0, 0, 0)
    assert result.billed_before == {"USD": D(20)}
    assert billed(desk) == [("A", 21, D(25))]


def overlapping(desk: Desk) -> tuple[Path, Path]:
    """Days 1 to 10 and 8 to 17: three of ten lines stand in both."""
    return (
        bill(desk, "a.csv", *(line(day) for day in range(1, 11))),
        bill(desk, "b.csv", *(line(day) for day in range(8, 18))),
    )


def test_a_partial_overlap_is_a_question_and_nothing_is_imported(desk: Desk) -> None:
    first, second = overlapping(desk)
    desk.one(first)
    before = desk.figures()
    result = desk.one(second)
    assert result.status == "refused"
    assert result.error is not None
    assert result.error.message == (
        f"{second}: 30% of its lines for account A, 2026-09 are also in {first}: "
        "is it a new delivery of that bill, or another part of it?"
    )
    assert result.error.hint == "Nothing was imported. Say --delivery replace or --delivery parts."
    assert desk.figures() == before
    assert desk.rows("SELECT count(*) FROM imported_file") == [(1,)]


@pytest.mark.parametrize(("answer", "rows", "superseded"), [("parts", 20, 0), ("replace", 10, 10)])
def test_the_question_is_answered(desk: Desk, answer: str, rows: int, superseded: int) -> None:
    first, second = overlapping(desk)
    desk.one(first)
    assert desk.one(second).status == "refused"
    assert desk.one(second, delivery=answer).status == "imported"
    assert billed(desk) == [("A", rows, D(rows))]
    assert desk.rows("SELECT count(*) FROM charge_superseded") == [(superseded,)]
    assert desk.one(second, delivery=answer).status == "known"


def test_replacing_withdraws_lines_that_the_new_bill_no_longer_has(desk: Desk) -> None:
    first, second = overlapping(desk)
    desk.one(first)
    result = desk.one(second, delivery="replace")
    assert counts(result) == (10, 0, 3, 7, 0, 0)
    shorter = bill(desk, "c.csv", *(line(day) for day in range(8, 14)))
    result = desk.one(shorter, delivery="replace")
    assert counts(result) == (6, 0, 6, 0, 4, 0)
    assert billed(desk) == [("A", 6, D(6))]


def test_identical_lines_within_one_bill_are_all_counted(desk: Desk) -> None:
    """No key of a bill's line is reliable: two equal lines are two charges."""
    result = desk.one(bill(desk, "a.csv", line(1), line(1), line(1)))
    assert counts(result) == (3, 3, 0, 0, 0, 0)
    again = desk.one(bill(desk, "b.csv", line(1), line(1), line(2)))
    assert billed(desk) == [("A", 3, D(3))]
    assert counts(again) == (3, 0, 2, 1, 0, 0)


def test_the_same_bytes_under_two_names_in_one_run_count_once(desk: Desk) -> None:
    one, two = bill(desk, "a.csv", line(1)), bill(desk, "b.csv", line(1))
    results = desk.load(one, two)
    assert [result.status for result in results] == ["known", "imported"] or [
        result.status for result in results
    ] == ["imported", "known"]
    assert billed(desk) == [("A", 1, D(1))]


def test_a_superseded_file_delivered_again_does_not_come_back(desk: Desk) -> None:
    first = bill(desk, "a.csv", line(1, "1.00"))
    desk.load(first, bill(desk, "b.csv", line(1, "2.00")))
    assert desk.one(first).status == "known"
    assert billed(desk) == [("A", 1, D(2))]


def test_two_accounts_in_one_file_are_replaced_each_by_its_own(desk: Desk) -> None:
    desk.one(bill(desk, "both.csv", *(line(d, account=a) for a in "AB" for d in range(1, 6))))
    result = desk.one(bill(desk, "b-again.csv", *(line(day, "3.00", account="B") for day in range(1, 6))))
    assert counts(result) == (5, 0, 0, 5, 0, 0)
    assert result.billed_before == {"USD": D(5)}
    assert billed(desk) == [("A", 5, D(5)), ("B", 5, D(15))]
    assert desk.rows(
        "SELECT file_id, billing_account_id, superseded_by_file_id FROM delivery ORDER BY ALL"
    ) == [(1, "A", None), (1, "B", 2), (2, "B", None)]


def test_two_months_in_one_file_are_replaced_each_on_its_own(desk: Desk) -> None:
    desk.one(bill(desk, "two.csv", *(line(day, month=m) for m in (8, 9) for day in range(1, 6))))
    desk.one(bill(desk, "september.csv", *(line(day, "2.00") for day in range(1, 6))))
    assert desk.rows(
        "SELECT month(billing_period_start_utc), count(*), sum(billed_cost) FROM charge "
        "GROUP BY ALL ORDER BY ALL"
    ) == [(8, 5, D(5)), (9, 5, D(10))]


def test_another_source_of_the_same_account_replaces_nothing(desk: Desk) -> None:
    """A FOCUS file and an OpenAI export never replace each other, whatever account they name."""
    desk.one(bill(desk, "focus.csv", line(1, account="(organization not stated)")))
    page = {
        "data": [
            {
                "start_time": 1788220800,
                "end_time": 1788307200,
                "results": [{"amount": {"value": 4, "currency": "usd"}, "line_item": "gpt-5, input"}],
            }
        ]
    }
    result = desk.one(desk.write("openai.json", json.dumps(page)))
    assert counts(result) == (1, 1, 0, 0, 0, 0)
    assert billed(desk) == [("(organization not stated)", 2, D(5))]


def test_a_rejected_line_does_not_keep_a_delivery_from_replacing(desk: Desk) -> None:
    desk.one(bill(desk, "a.csv", *(line(day) for day in range(1, 11))))
    result = desk.one(
        bill(desk, "b.csv", *(line(day, "n/a" if day == 3 else "2.00") for day in range(1, 11)))
    )
    assert counts(result) == (10, 0, 0, 9, 1, 1)
    assert billed(desk) == [("A", 9, D(18))]


def test_the_restated_bill_of_the_samples(desk: Desk) -> None:
    """The OpenAI bill for May 2026 was issued twice; the sums are read here in plain Python."""
    names = ("openai_costs_2026-05.json", "openai_costs_2026-05_restated.json")
    files = [SAMPLES / "bills" / "openai" / name for name in names]
    sums = []
    for path in files:
        document = json.loads(path.read_text(encoding="utf-8"), parse_float=str, parse_int=str)
        amounts = [D(r["amount"]["value"]) for bucket in document["data"] for r in bucket["results"]]
        sums.append(sum(amounts, D(0)))
    first, restated = desk.load(*files)
    assert first.billed == {"USD": sums[0]}
    assert (restated.billed_before, restated.billed) == ({"USD": sums[0]}, {"USD": sums[1]})
    assert sums[0] != sums[1]
    assert (restated.rows_read, restated.rows_rejected) == (141, 0)
    assert desk.rows("SELECT sum(billed_cost) FROM charge") == [(sums[1],)]


def test_an_older_month_to_date_bill_that_comes_late_is_a_question(desk: Desk) -> None:
    """Folders of cumulative deliveries are not always read in the order of their issue."""
    newer = bill(desk, "a-to-20.csv", *(line(day) for day in range(1, 21)))
    older = bill(desk, "b-to-10.csv", *(line(day) for day in range(1, 11)))
    first, second = desk.load(newer, older)
    assert first.status == "imported"
    assert second.status == "refused"
    assert second.error is not None
    assert second.error.message == (
        f"{older}: for account A, 2026-09 it holds nothing that {newer} does not hold, and it ends "
        "earlier: an older delivery of that bill?"
    )
    assert second.error.hint == (
        "Nothing was imported. Leave it out, or say --delivery replace if it is the newer one."
    )
    assert billed(desk) == [("A", 20, D(20))]
    assert counts(desk.one(older, delivery="replace")) == (10, 0, 10, 0, 10, 0)
    assert billed(desk) == [("A", 10, D(10))]


def test_a_final_bill_that_leaves_a_line_out_replaces_without_a_question(desk: Desk) -> None:
    """It reaches as far as the open one did, so it is no older delivery."""
    desk.one(bill(desk, "open.csv", *(line(day) for day in range(1, 11)), line(5, "7.00", sku="trial")))
    result = desk.one(bill(desk, "final.csv", *(line(day) for day in range(1, 11))))
    assert counts(result) == (10, 0, 10, 0, 1, 0)
    assert (result.billed_before, result.billed) == ({"USD": D(17)}, {"USD": D(10)})


def test_a_large_bill_is_compared_line_by_line(desk: Desk) -> None:
    """20,000 lines of one account and month: a comparison of all with all would not end."""
    lines = [line(1 + n % 28, sku=f"sku-{n}") for n in range(20_000)]
    desk.one(bill(desk, "a.csv", *lines))
    result = desk.one(bill(desk, "b.csv", *lines, line(28, "2.50", sku="late")))
    assert counts(result) == (20_001, 1, 20_000, 0, 0, 0)
    assert billed(desk) == [("A", 20_001, D("20002.50"))]


# --- Exports of any window of days ----------------------------------------------------------------


def costs(desk: Desk, name: str, days: dict[int, str], *, items: tuple[str, ...] = ("gpt-5, input",)) -> Path:
    """An answer of OpenAI's costs API: one amount per day of September 2026 and line item."""
    start = 1_788_220_800  # 2026-09-01
    buckets = [
        {
            "start_time": start + 86_400 * (day - 1),
            "end_time": start + 86_400 * day,
            "results": [
                {"amount": {"value": float(amount), "currency": "usd"}, "line_item": item} for item in items
            ],
        }
        for day, amount in days.items()
    ]
    return desk.write(name, json.dumps({"object": "page", "data": buckets}))


def every(days: range, amount: str = "1") -> dict[int, str]:
    return dict.fromkeys(days, amount)


def test_overlapping_windows_replace_the_days_that_both_cover(desk: Desk) -> None:
    desk.one(costs(desk, "a.json", every(range(1, 16))))
    result = desk.one(costs(desk, "b.json", every(range(11, 26), "2")))
    assert counts(result) == (15, 10, 0, 5, 0, 0)
    assert result.notes == [
        f"replaces {desk.folder}/files/a.json for (organization not stated), 2026-09-11 to 2026-09-15"
    ]
    assert billed(desk) == [("(organization not stated)", 25, D(10 + 30))]
    assert desk.rows(
        "SELECT file_id, charge_rows, billed_cost, superseded_by_file_id FROM delivery ORDER BY ALL"
    ) == [(1, 5, D(5), 2), (1, 10, D(10), None), (2, 15, D(30), None)]


def test_windows_in_any_order_end_in_the_same_days(desks: Callable[[], Desk]) -> None:
    totals = []
    for order in ("abc", "cba", "bca"):
        desk = desks()
        windows = {"a": range(1, 16), "b": range(11, 26), "c": range(20, 31)}
        for name in order:
            desk.one(costs(desk, f"{name}.json", every(windows[name])))
        totals.append((billed(desk), desk.rows("SELECT charge_period_start_utc FROM charge ORDER BY 1")))
    assert totals[0] == totals[1] == totals[2]
    assert totals[0][0] == [("(organization not stated)", 30, D(30))]


def test_a_day_that_was_fetched_before_it_ended_is_replaced_but_never_brought_back(desk: Desk) -> None:
    desk.one(costs(desk, "noon.json", {1: "1", 2: "0.5"}))
    result = desk.one(costs(desk, "night.json", {1: "1", 2: "2"}, items=("gpt-5, input", "gpt-5, output")))
    assert counts(result) == (4, 2, 1, 1, 0, 0)
    again = desk.one(costs(desk, "noon-again.json", {1: "1", 2: "0.6"}))
    assert again.status == "refused"
    assert billed(desk) == [("(organization not stated)", 4, D(6))]


def test_parts_of_the_same_days_stay_beside_each_other(desk: Desk) -> None:
    desk.one(costs(desk, "a.json", every(range(1, 11)), items=("gpt-5, input",)))
    desk.one(costs(desk, "b.json", every(range(1, 11)), items=("gpt-5, output",)))
    assert billed(desk) == [("(organization not stated)", 20, D(20))]


# --- Which of two is newer ------------------------------------------------------------------------


def test_an_open_bill_does_not_replace_the_final_one(desk: Desk) -> None:
    final = bill(desk, "final.csv", *(line(day, "1.10", invoice="INV-1") for day in range(1, 4)))
    still_open = bill(desk, "open.csv", *(line(day) for day in range(1, 4)))
    desk.one(final)
    result = desk.one(still_open)
    assert result.error is not None
    assert result.error.message == (
        f"{still_open}: for account A, 2026-09 it has no invoice number, but {final} has: "
        "an older delivery of that bill, from before it was final?"
    )
    assert billed(desk) == [("A", 3, D("3.3"))]
    assert desk.one(still_open, delivery="replace").status == "imported"
    assert billed(desk) == [("A", 3, D(3))]


def test_a_money_preview_names_months_before_and_after(desk: Desk) -> None:
    desk.one(bill(desk, "a.csv", line(1), line(2)))
    result = desk.one(bill(desk, "b.csv", line(1, "3.00"), line(2), line(1, "7.00", month=10)))
    assert [(c.month, c.billing_currency, c.before, c.after) for c in result.months] == [
        ("2026-09", "USD", D(2), D(4)),
        ("2026-10", "USD", D(0), D(7)),
    ]


# --- Reading again what was rejected --------------------------------------------------------------


def retried(desk: Desk, path: Path) -> FileResult:
    (result,) = desk.load(path, retry=True)
    return result


def test_a_file_with_rejects_is_read_again_only_when_asked(desk: Desk) -> None:
    path = bill(desk, "a.csv", line(1), line(2, "x"))
    assert counts(desk.one(path)) == (2, 1, 0, 0, 0, 1)
    assert desk.one(path).status == "known"
    assert counts(retried(desk, path)) == (2, 0, 1, 0, 0, 1)
    assert desk.rows("SELECT file_id, row_number FROM reject") == [(2, 2)]
    assert billed(desk) == [("A", 1, D(1))]


def test_a_corrected_file_at_the_same_place_settles_its_rejects(desk: Desk) -> None:
    path = bill(desk, "a.csv", line(1), line(2, "x"))
    desk.one(path)
    bill(desk, "a.csv", line(1), line(2, "5.00"))
    assert counts(retried(desk, path)) == (2, 1, 1, 0, 0, 0)
    assert desk.rows("FROM reject") == []
    assert billed(desk) == [("A", 2, D(6))]
    assert retried(desk, path).status == "known"
