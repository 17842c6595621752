"""The figures of the report, against sums done by hand on company.sql."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from finops_ai.config import Config
from finops_ai.forecast.result import Forecast
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reports import Report, monthly_report, render_markdown

OCTOBER = Month(2026, 10)


def test_the_bill_is_exact_and_per_currency(report: Report) -> None:
    dollars, euros = report.billed
    assert (dollars.currency, dollars.total, dollars.charge_rows) == ("USD", Decimal("1260.341555"), 7)
    assert (dollars.before, dollars.change) == (Decimal(975), Decimal("285.341555"))
    assert (euros.currency, euros.total, euros.before) == ("EUR", Decimal(10), None)


def test_the_reporting_currency_stands_first_even_without_a_bill(company: Ledger, config: Config) -> None:
    report = monthly_report(company, replace(config, reporting_currency="CHF"), OCTOBER)
    assert report.currencies == ("CHF", "EUR", "USD")
    assert report.billed[0].total == 0


def test_billed_is_workflows_plus_unallocated_plus_gaps(report: Report) -> None:
    proof = report.reconciliations[0]
    assert proof.direct == Decimal("1050.313")
    assert proof.shared == Decimal(200)
    assert proof.unallocated == 0
    assert proof.gaps == Decimal("10.028555")
    assert proof.explained == proof.billed == Decimal("1260.341555")
    assert proof.difference == 0
    assert [tie.difference for tie in proof.ties] == [0, 0, 0]
    assert sum(line.cost for line in proof.lines) == proof.billed
    assert report.holds


def test_a_lost_cent_is_printed(company: Ledger, config: Config) -> None:
    company.execute("UPDATE allocation SET cost = cost - 0.01 WHERE workflow = 'lab'")
    report = monthly_report(company, config, OCTOBER)
    assert report.reconciliations[0].difference == Decimal("0.01")
    assert report.reconciliations[0].ties[1].difference == Decimal("0.01")
    assert not report.holds


def test_a_bill_that_lost_rows_since_its_delivery_does_not_hold(company: Ledger, config: Config) -> None:
    company.execute("UPDATE delivery SET billed_cost = billed_cost + 1 WHERE month = '2026-10-01'")
    report = monthly_report(company, config, OCTOBER)
    assert report.reconciliations[0].difference == 0
    assert report.reconciliations[0].ties[0].difference == -3, "three USD accounts, one more each"
    assert not report.holds


def test_what_a_pool_keeps_is_shared_and_not_allocated(company: Ledger, config: Config) -> None:
    company.execute("DELETE FROM allocation WHERE kind IN ('pool_share') OR cost = -200")
    company.execute("UPDATE workflow_month SET shared_cost = 0, total_cost = direct_cost")
    proof = monthly_report(company, config, OCTOBER).reconciliations[0]
    assert (proof.unallocated, proof.shared, proof.difference) == (200, 0, 0)
    assert ("shared_unallocated", Decimal(200)) in [(line.name, line.cost) for line in proof.lines]


def test_unallocated_pools_are_no_gap_of_the_proof(company: Ledger, config: Config) -> None:
    company.execute("UPDATE allocation SET cause = 'shared_unallocated' WHERE cause = 'tax'")
    company.execute("UPDATE gap SET cause = 'shared_unallocated' WHERE cause = 'tax'")
    proof = monthly_report(company, config, OCTOBER).reconciliations[0]
    assert proof.unallocated == Decimal("60.033")
    assert proof.gaps == Decimal("-50.004445")
    assert proof.holds


def test_workflows_carry_their_owner_and_their_change(report: Report) -> None:
    first, second, third, gone = report.workflows
    assert (first.workflow, first.owner, first.cost_centre, first.gl_code) == (
        "support_triage", "Ada", "CC-100", "6400",
    )  # fmt: skip
    assert (first.direct, first.shared, first.total) == (Decimal("600.104"), Decimal(120), Decimal("720.104"))
    assert (second.before, second.change) == (Decimal(400), Decimal("-19.796"))
    assert (third.workflow, third.registered, third.before, third.change) == ("lab", False, None, None)
    assert (gone.workflow, gone.total, gone.change) == ("old_bot", 0, Decimal(-25))
    assert report.idle_workflows == ("never_used",)


def test_a_share_of_the_bill_is_a_fraction_of_its_own_currency(report: Report) -> None:
    share = report.workflows[0].share_of_bill
    assert share is not None
    assert round(share, 10) == round(Decimal("720.104") / Decimal("1260.341555"), 10)


def test_cost_centres_add_up_to_the_workflows(report: Report) -> None:
    assert [(line.cost_centre, line.total) for line in report.centres] == [
        ("CC-100", Decimal("720.104")),
        ("CC-200", Decimal("380.204")),
        (None, Decimal("150.005")),
    ]


def test_cost_per_success_and_none_without_a_success(report: Report) -> None:
    ticket, claim = report.outcomes
    assert (ticket.attributed_per_success, ticket.attributed_per_success_before) == (Decimal("4.8"), 5)
    assert ticket.loaded_per_success == Decimal("7.20104")
    assert ticket.failures == 20
    assert (claim.kind, claim.attributed_per_success, claim.linked) == ("claim_paid", None, 90)


def test_gaps_inside_the_bill_stand_apart_from_estimates(report: Report) -> None:
    assert [(gap.cause, gap.total) for gap in report.gap_causes] == [
        ("credit", Decimal(-100)),
        ("tax", Decimal("60.033")),
        ("unlogged_usage", Decimal("49.995555")),
        ("currency", Decimal(10)),
    ]
    assert {(line.cause, line.estimated) for line in report.estimates} == {
        ("unbilled_usage", Decimal("12.5")),
        ("rate_difference", Decimal(-30)),
        ("unpriced_model", None),
    }


def test_the_bill_by_provider_and_by_category(report: Report) -> None:
    assert [(part.name, part.total) for part in report.providers if part.currency == "USD"] == [
        ("openai", Decimal("860.341")),
        ("anthropic", Decimal("200.000555")),
        ("aws", Decimal(200)),
    ]
    categories = {part.name: part.total for part in report.categories if part.currency == "USD"}
    assert categories["Credit"] == -100
    assert categories["Tax"] == Decimal("60.033")
    assert categories["Usage"] == Decimal("1100.308555")


def test_models_show_billed_and_logged_side_by_side(report: Report) -> None:
    models = {(model.provider, model.name): model for model in report.models}
    assert models["openai", "gpt-5"].total == Decimal("900.308")
    assert models["openai", "gpt-5"].logged_tokens == 1200
    assert models["openai", "gpt-next"].total == 0, "logged and not billed"
    assert models["aws", None].logged_tokens is None, "no log is not zero tokens"


def test_the_trend_adds_up_to_the_bill_and_knows_what_it_does_not_know(report: Report) -> None:
    trend = next(trend for trend in report.trends if trend.currency == "USD")
    assert (str(trend.months[0]), len(trend.months)) == ("2025-09", 14)
    assert trend.known == (False, False, *[True] * 12)
    for at, billed in enumerate(trend.billed):
        assert sum(series.costs[at] for series in trend.series) == billed


def test_small_workflows_share_a_band(company: Ledger, config: Config) -> None:
    company.execute(
        "INSERT INTO workflow_month SELECT '2026-10-01', 'tiny_' || step, NULL, 'USD', 1, 0, 1, 1, 1, '' "
        "FROM range(5) AS tiny (step)"
    )
    trend = monthly_report(company, config, OCTOBER).trends[0]
    assert [series.kind for series in trend.series] == ["workflow"] * 6 + ["other", "gap"]
    assert trend.series[6].costs[-1] == 3


def test_data_quality_names_files_rejects_and_unpriced_usage(report: Report) -> None:
    assert [file.name for file in report.files] == [
        "bill.csv", "broken.csv", "outcomes.csv", "logs|<b>.jsonl",
    ]  # fmt: skip
    assert report.files[0].rows_in_month == 8
    assert report.rejects_total == 3
    assert [(reject.line, reject.column_name) for reject in report.rejects] == [
        (4, "at_utc"), (5, "output_tokens"), (2, None),
    ]  # fmt: skip
    assert [(line.model_name, line.status, line.tokens) for line in report.unpriced] == [
        ("gpt-next", "unknown_model", 77)
    ]


def test_weak_usage_figures_are_named_with_their_share_of_the_source(company: Ledger, config: Config) -> None:
    """October's log has 1200, 600 and 77 tokens: 1877; November's call is not among them."""
    assert monthly_report(company, config, OCTOBER).weaknesses == ()
    company.execute("UPDATE token_usage SET quality = 'no cache split' WHERE usage_id IN (2, 4)")
    company.execute("UPDATE token_usage SET quality = 'sampled' WHERE usage_id = 3")
    found = monthly_report(company, config, OCTOBER)
    assert [
        (weak.source, weak.what, weak.rows, weak.tokens, weak.source_tokens) for weak in found.weaknesses
    ] == [
        ("litellm", "no cache split", 1, 600, 1877),
        ("litellm", "sampled", 1, 77, 1877),
    ]
    text = render_markdown(found)
    assert "| litellm | no cache split | 1 | 600 | 32.0% |" in text
    assert "| litellm | sampled | 1 | 77 | 4.1% |" in text


def test_only_the_first_twenty_rejects_are_listed_and_all_are_counted(
    company: Ledger, config: Config
) -> None:
    company.execute("INSERT INTO reject SELECT 1, step, step, 'x', 'late', NULL FROM range(30) AS r (step)")
    company.execute("UPDATE imported_file SET rows_rejected = 30 WHERE file_id = 1")
    report = monthly_report(company, config, OCTOBER)
    assert len(report.rejects) == 20
    assert report.rejects_total == 33


def test_a_file_that_was_read_again_stands_in_its_own_months_alone(company: Ledger, config: Config) -> None:
    """`rejects retry` of an uncorrected file: its rows are repeated, its refusals are those of October."""
    file_id = company.value("SELECT min(file_id) FROM token_usage WHERE at_utc >= '2026-10-01'")
    company.execute(
        "INSERT INTO imported_file SELECT * REPLACE (99 AS file_id, 0 AS rows_added, 0 AS rows_replaced, "
        "rows_added AS rows_repeated, 1 AS rows_rejected) FROM imported_file WHERE file_id = $file_id",
        {"file_id": file_id},
    )
    before = {file.path for file in monthly_report(company, config, Month(2024, 1)).files}
    path = company.value("SELECT path FROM imported_file WHERE file_id = 99")
    assert path not in before
    assert [file.path for file in monthly_report(company, config, OCTOBER).files].count(path) == 2


def test_completeness_per_source(report: Report) -> None:
    days = {source.source: source for source in report.source_days}
    assert (str(days["focus"].last_day), days["focus"].days_seen) == ("2026-10-31", 31)
    assert days["focus"].reaches_month_end
    assert (str(days["outcomes"].last_day), days["outcomes"].reaches_month_end) == ("2026-10-30", False)
    assert days["litellm"].rows == 3, "the call at 2026-11-01 00:00 belongs to November"


def test_outcomes_that_may_still_change(report: Report) -> None:
    (kind,) = report.open_outcomes
    assert (kind.outcomes, kind.still_open, kind.reopened) == (3, 1, 1)
    assert str(kind.last_final_after_utc) == "2026-11-06 12:00:00"


def test_what_was_taken_back_later_is_told(company: Ledger, config: Config) -> None:
    company.execute(
        "UPDATE outcome SET reopened_at_utc = TIMESTAMP '2026-11-08' WHERE reopened_at_utc IS NOT NULL"
    )
    report = monthly_report(company, config, OCTOBER)
    assert [(change.outcomes, str(change.changed_month)) for change in report.restated] == [
        (-1, "2026-11-01")
    ]
    assert "Restated: 1 success of kind" in render_markdown(report)
    assert "of 2026-10 taken back in 2026-11; the month counts them no more." in render_markdown(report)


def test_what_the_months_outcomes_cost_in_other_months_is_a_note(company: Ledger, config: Config) -> None:
    company.execute(
        "INSERT INTO outcome_counted SELECT DATE '2026-10-01', kind, outcome_id, true FROM outcome "
        "WHERE kind = 'ticket_resolved' LIMIT 1"
    )
    company.execute(
        "INSERT INTO outcome_spend SELECT DATE '2026-09-01', outcome_kind, outcome_id, 'support_triage', "
        "'session_id', 'USD', 7.5 FROM outcome_counted"
    )
    report = monthly_report(company, config, OCTOBER)
    assert {outcome.cost_to_date for outcome in report.outcomes} == {Decimal("7.5"), None}
    assert "in whatever month their calls fell" in render_markdown(report)


def test_the_batch_is_the_last_that_touched_these_months(report: Report) -> None:
    assert report.ledger_batch == 5


def test_a_month_without_anything_is_a_report_too(company: Ledger, config: Config) -> None:
    report = monthly_report(company, config, Month(2024, 1))
    assert report.billed[0].total == 0
    assert report.workflows == ()
    assert report.holds


def test_budgets_come_unchanged_from_the_forecast(
    company: Ledger, config: Config, forecast: Forecast
) -> None:
    budgets = monthly_report(company, config, OCTOBER, forecast=forecast).budgets
    assert budgets is not None
    assert (budgets.run_rate, budgets.run_rate_yearly) == (1000, 12000)
    assert [(scenario.name, scenario.multiples, scenario.mid) for scenario in budgets.scenarios] == [
        ("conservative", "1.3x", 15600),
        ("expected", "1.8x to 2.2x", 24000),
        ("aggressive", "2.5x to 3x", 33000),
    ]
    assert budgets.contingency == 9000
    assert (str(budgets.months[0]), str(budgets.months[-1])) == ("2026-11", "2027-10")
