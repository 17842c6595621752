"""The verdict of each workflow of a table written by hand, and the edges of every threshold."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.attribution.bridge import judge_change, spend_change
from finops_ai.attribution.bridge.verdict import MEANINGS, Point, Verdict, judge
from finops_ai.ledger import Ledger
from finops_ai.months import Month

D = Decimal
JUNE = Month(2026, 6)
with (Path(__file__).parent / "verdicts.csv").open(encoding="utf-8", newline="") as _file:
    LABELLED = list(csv.DictReader(_file))


def count(text: str) -> int:
    return 0 if text == "-" else int(text)


def share(text: str) -> Decimal | None:
    return None if text == "-" else D(text)


def judged(row: dict[str, str]) -> Verdict:
    columns = [row[name].split() for name in ("cost", "calls", "outcomes")]
    points = [
        Point(JUNE.plus(number), D(cost), calls=count(calls), successes=count(reached))
        for number, (cost, calls, reached) in enumerate(zip(*columns, strict=True))
    ]
    first, second = (share(text) for text in row["billed_share"].split())
    return judge(points, (first, second))


@pytest.mark.parametrize("row", LABELLED, ids=lambda row: row["workflow"])
def test_the_verdict_is_the_labelled_one(row: dict[str, str]) -> None:
    found = judged(row)
    assert found.name == row["expected"], f"{row['why']}; got {found}"
    assert (found.volume is None) == (found.name == "not enough data")


def test_the_labelled_set_holds_every_verdict_several_times() -> None:
    labels = Counter(row["expected"] for row in LABELLED)
    assert len(LABELLED) >= 40
    assert len({row["workflow"] for row in LABELLED}) == len(LABELLED)
    assert set(labels) == set(MEANINGS)
    assert min(labels.values()) >= 4


@pytest.mark.parametrize(
    ("volume", "cost", "name"),
    [
        (1050, "525.00", "steady"),  # +5% exactly holds
        (1051, "525.50", "adoption"),
        (1000, "525.00", "steady"),
        (1000, "525.01", "consumption"),
        (950, "475.00", "steady"),
        (949, "474.50", "shrinking"),
        (1000, "475.00", "steady"),
        (1000, "474.99", "shrinking"),
    ],
)
def test_five_percent_exactly_still_holds(volume: int, cost: str, name: str) -> None:
    points = [Point(JUNE, D(500), successes=1000), Point(JUNE.plus(1), D(cost), successes=volume)]
    assert judge(points).name == name


@pytest.mark.parametrize(
    ("outcomes", "calls", "name"),
    [(10, 0, "steady"), (9, 1000, "not enough data"), (0, 100, "steady"), (0, 99, "not enough data")],
)
def test_ten_outcomes_or_a_hundred_calls_are_enough(outcomes: int, calls: int, name: str) -> None:
    points = [Point(JUNE.plus(n), D(5), calls=calls, successes=outcomes) for n in range(2)]
    assert judge(points).name == name


@pytest.mark.parametrize(("billed", "name"), [("0.80", "steady"), ("0.79", "not enough data")])
def test_eighty_percent_billed_are_enough(billed: str, name: str) -> None:
    points = [Point(JUNE.plus(n), D(5), successes=50) for n in range(2)]
    assert judge(points, (D(1), D(billed))).name == name


def test_reasons_say_what_is_missing() -> None:
    reasons = {row["workflow"]: judged(row).reason for row in LABELLED}
    assert reasons["new-in-the-second-month"] == "it is there in one month only"
    assert reasons["nine-outcomes-then-many"] == "9 outcomes in 2026-06, below 10"
    assert reasons["few-calls"] == "99 calls in 2026-06, below 100"
    assert reasons["free-now"] == "no direct cost in 2026-07"
    assert reasons["bill-half-done"] == "the bill covers 52% of its logged tokens in 2026-07, below 80%"
    assert reasons["logs-without-calls"] == "no outcomes and no calls in 2026-06"


def test_the_trend_is_the_median_slope_by_hand() -> None:
    # 100, 110, 121, 133.1 and costs that follow: every slope is ln 1.1, three months on 33.1%.
    points = [Point(JUNE.plus(n), D(cost), successes=count) for n, (count, cost) in enumerate(
        ((1000, "100"), (1100, "110"), (1210, "121"), (1331, "133.1"))
    )]  # fmt: skip
    found = judge(points)
    assert found.volume is not None
    assert found.unit_cost is not None
    assert found.trend_months == 4
    assert found.volume.change.quantize(D("1e-12")) == D("0.331")
    assert found.unit_cost.change.quantize(D("1e-12")) == 0


# --- The same table through a ledger --------------------------------------------------------------

LOGGED_TOKENS = 1_000_000


def write_month(ledger: Ledger, row: dict[str, str], number: int, at: Month) -> None:
    """One month of one workflow as attribution would leave it: a model, a bill line and a row of log."""
    shares = row["billed_share"].split()
    last = len(row["cost"].split()) - 1
    if last == 0:
        # There in one month only: the one with a share.
        if shares[number] == "-":
            return
        shares, number = [shares[number]] * 2, 0
    cost, calls, reached = (row[name].split()[number] for name in ("cost", "calls", "outcomes"))
    share_billed = shares[1 if number == last else 0]
    # Without a share, nothing is logged or nothing billed: then this workflow is not there.
    if row["expected"] == "not enough data" and share_billed == "-" and count(calls):
        return
    name, day = row["workflow"], at.first_day
    covered = int(LOGGED_TOKENS * D("1" if share_billed == "-" else share_billed))
    key = LABELLED.index(row) * 100 + number + 1
    seen = {"month": day, "workflow": name}
    used = {"file_id": 1, "row_number": key, "usage_id": key, "provider": "openai", "model_id": "m"}
    line = {"month": day, "cell_id": key}
    said = {"nature": "token", "provider": "openai", "billing_currency": "USD", "charge_category": "Usage"}
    billed = {"model_id": "m", "token_kind": "output", "charge_rows": 1, "billed_cost": D(cost)}
    insert(ledger, "cell", {**line, **said, **billed})
    insert(ledger, "allocation_row", {**line, "workflow": name}, label="allocated", kind="direct",
           tokens=covered, cost=D(cost))  # fmt: skip
    insert(ledger, "usage_month", seen, provider="openai", calls=count(calls), tokens=LOGGED_TOKENS)
    insert(ledger, "usage_attributed", {**seen, **used})
    insert(ledger, "token_usage", used, source="t", source_key="k", at_utc=at.start_utc,
           calls=count(calls), output_tokens=LOGGED_TOKENS)  # fmt: skip
    costs = dict.fromkeys(("linked_cost", "unlinked_cost", "shared_cost", "gap_cost"), D(0))
    insert(ledger, "outcome_month", {**seen, **costs}, kind="ticket", billing_currency="USD",
           attempts=count(reached), successes=count(reached))  # fmt: skip


def insert(ledger: Ledger, table: str, row: Mapping[str, object], **more: object) -> None:
    values = {**row, **more}
    names, marks = ", ".join(values), ", ".join("?" for _ in values)
    ledger.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*values.values()])


@pytest.mark.parametrize("months", [2, 4, 5])
def test_the_labelled_workflows_are_judged_the_same_from_a_ledger(ledger: Ledger, months: int) -> None:
    rows = [row for row in LABELLED if len(row["cost"].split()) == months]
    for number in range(months):
        at = JUNE.plus(number)
        said = {"config_hash": "", "catalogue_hash": "", "outcome_file_id": 0, "reporting_currency": "USD"}
        insert(ledger, "month_attributed", {"month": at.first_day, **said})
        for row in rows:
            write_month(ledger, row, number, at)
    change = spend_change(ledger, JUNE, JUNE.plus(months - 1))
    assert change.difference("USD") == 0
    found = {each.workflow: each.verdict.name for each in judge_change(ledger, change)}
    assert found == {row["workflow"]: row["expected"] for row in rows}


EVIDENCE = {
    "chat-grows-at-one-price": (
        "outcomes 100 to 150 (+50.0%): grow",
        "direct cost per outcome 0.5000 to 0.5000 USD (+0.0%): holds within 5%",
        "direct cost 50.00 to 75.00 USD (+50.0%)",
        "successes of all attempts 100.0% to 100.0%",
        "apart from volume +0.00: output tokens per call -25.00, price +25.00",
    ),
    "search-calls-grow": (
        "calls 1,000 to 1,400 (+40.0%): grow",
        "direct cost per call 0.0100 to 0.0100 USD (+0.0%): holds within 5%",
        "direct cost 10.00 to 14.00 USD (+40.0%)",
        "apart from volume +0.00: output tokens per call -4.00, price +4.00",
    ),
    "nine-outcomes-then-many": ("9 outcomes in 2026-06, below 10",),
    "retired-after-the-first": ("nothing of it in 2026-07",),
    "new-in-the-second-month": ("nothing of it in 2026-06",),
}


def test_evidence_is_said_in_numbers(ledger: Ledger) -> None:
    rows = [row for row in LABELLED if row["workflow"] in EVIDENCE]
    said = {"config_hash": "", "catalogue_hash": "", "outcome_file_id": 0, "reporting_currency": "USD"}
    for number in range(2):
        at = JUNE.plus(number)
        insert(ledger, "month_attributed", {"month": at.first_day, **said})
        for row in rows:
            write_month(ledger, row, number, at)
    change = spend_change(ledger, JUNE, JUNE.plus(1))
    found = {each.workflow: each.evidence for each in judge_change(ledger, change)}
    # As many tokens for more calls is shorter calls at a dearer token: they cancel, as the unit cost says.
    assert found == EVIDENCE


def test_a_trend_is_said_beside_the_ends(ledger: Ledger) -> None:
    row = next(row for row in LABELLED if row["workflow"] == "odd-last-month-does-not-decide")
    said = {"config_hash": "", "catalogue_hash": "", "outcome_file_id": 0, "reporting_currency": "USD"}
    for number in range(5):
        insert(ledger, "month_attributed", {"month": JUNE.plus(number).first_day, **said})
        write_month(ledger, row, number, JUNE.plus(number))
    (found,) = judge_change(ledger, spend_change(ledger, JUNE, JUNE.plus(4)))
    assert found.verdict.name == "steady"
    # Ten slopes; the middle two are 0 and ln 1.01: half of that, four months on, is 2.0%.
    assert found.evidence[:4] == (
        "outcomes 100 to 150 (+50.0%, trend +2.0%): hold within 5%",
        "direct cost per outcome 0.5000 to 0.5000 USD (+0.0%, trend +0.0%): holds within 5%",
        "direct cost 50.00 to 75.00 USD (+50.0%)",
        "trend: the median slope of 5 months; it decides, not the two ends",
    )
