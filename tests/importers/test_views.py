"""Reports of one bill at several grains: each cent counts once, in any order."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest

from tests.importers.desk import Desk
from tests.importers.test_tools_formats import GITHUB_CREDITS, GITHUB_DETAILED, GITHUB_SUMMARY

REPORTS = {"credits": GITHUB_CREDITS, "detailed": GITHUB_DETAILED, "summary": GITHUB_SUMMARY}


@pytest.mark.parametrize("order", list(permutations(REPORTS)), ids=" then ".join)
def test_all_github_reports_of_a_month_count_each_cent_once(desk: Desk, order: tuple[str, ...]) -> None:
    for name in order:
        result = desk.one(desk.write(f"{name}.csv", REPORTS[name]))
        assert result.status == "imported", result.error
        counts = result.rows_added + result.rows_repeated + result.rows_replaced + result.rows_ignored
        assert result.rows_read == counts
    # 1.15 of credits with models and users, as the AI usage report has them, and two seats of 19.
    assert desk.rows(
        "SELECT billing_account_id, sum(billed_cost), list_sort(list(tags ->> '$.user')), "
        "list_distinct(list(model_name)) FROM charge GROUP BY 1 ORDER BY 1"
    ) == [
        ("acme", Decimal(38), ["ana", "ben"], []),
        ("acme/ai-credits", Decimal("1.15"), ["ana", "ben"], ["GPT-5.5"]),
    ]


def test_what_the_finer_report_does_not_tell_still_counts(desk: Desk) -> None:
    """A detailed report of one product says nothing of the others on those days."""
    header = (
        "date,product,sku,quantity,unit_type,applied_cost_per_quantity,gross_amount,discount_amount,"
        "net_amount,"
    )
    summary = header + (
        "organization,repository,cost_center_name\n"
        "2026-09-05,actions,actions_linux,30,minutes,0.006,0.18,0,0.18,acme,,\n"
        "2026-09-05,copilot,copilot_for_business,2,user-months,19,38,0,38,acme,,\n"
    )
    detailed = header + (
        "username,organization,repository,workflow_path,cost_center_name\n"
        "2026-09-05,copilot,copilot_for_business,1,user-months,19,19,0,19,ana,acme,,,\n"
        "2026-09-05,copilot,copilot_for_business,1,user-months,19,19,0,19,ben,acme,,,\n"
    )
    for order in ((summary, detailed), (detailed, summary)):
        for number, text in enumerate(order):
            assert desk.one(desk.write(f"{number}-{len(text)}.csv", text)).status in ("imported", "known")
        assert desk.rows("SELECT sku_id, sum(billed_cost) FROM charge GROUP BY 1 ORDER BY 1") == [
            ("actions_linux", Decimal("0.18")),
            ("copilot_for_business", Decimal(38)),
        ]
