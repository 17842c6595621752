# ruff: noqa: E501 (answers at 120 columns)
"""`finops-ai verify` and `finops-ai roi`: what is printed at 80 and 120 columns, codes and errors."""

from __future__ import annotations

import csv
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.ledger import Ledger
from tests.attribution.attribution_books import Books
from tests.cli.conftest import Run

CONFIG = """\
version: 1
workflows: {support-triage: {}, contract-review: {}, chatter: {}}
rules:
  - {workflow: support-triage, when: {tags.w: triage}}
  - {workflow: contract-review, when: {tags.w: contracts}}
  - {workflow: chatter, when: {tags.w: chatter}}
outcomes:
  - {kind: ticket_resolved, workflow: support-triage, link: session_id}
  - {kind: contract_reviewed, workflow: contract-review, link: session_id}
"""
VALUE = """\
value:
  hourly_cost: "60"
  outcomes:
    ticket_resolved: {human_minutes: 12, review_minutes: "1.5"}
    contract_reviewed: {value: "80.00"}
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 tickets at 1.00 or 2.00, 24 solved; 8 contracts; a workflow without outcomes; lost logs."""
    home = tmp_path_factory.mktemp("tried")
    (home / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    with Ledger.open(home / "finops.duckdb") as ledger:
        books = Books(ledger)
        books.tokens("70.00", "output", 700)
        for number in range(30):
            books.call(output_tokens=10 + 10 * (number % 2), session_id=f"t{number}", tags='{"w": "triage"}')
            status = "success" if number % 5 else "failure"
            books.outcome(f"T{number}", kind="ticket_resolved", session_id=f"t{number}", status=status)
        for number in range(8):
            books.call(output_tokens=20, session_id=f"c{number}", tags='{"w": "contracts"}')
            books.outcome(f"C{number}", kind="contract_reviewed", session_id=f"c{number}")
        books.call(output_tokens=30, tags='{"w": "chatter"}')
        ledger.execute("INSERT INTO month_input VALUES (DATE '2026-10-01', 1)")
    return home


@pytest.fixture
def month(folder: Path, tried: Path) -> Path:
    """A copy of it as the current folder."""
    shutil.copytree(tried, folder, dirs_exist_ok=True)
    return folder


def with_value(folder: Path) -> None:
    (folder / "finops.yaml").write_text(CONFIG + VALUE, encoding="utf-8")


VERIFY_80 = """\
2026-10: cost per success (estimated), 95% in the long run, USD
workflow         outcome            success  per success    from      to  known
-------------------------------------------------------------------------------
chatter          n/a                    n/a          n/a     n/a     n/a  ?
contract-review  contract_reviewed        8       2.1875     n/a     n/a  ?
support-triage   ticket_resolved         24       2.0508  1.6563  2.5184  no

Logs are lost: cost per success of this month itself, 95%, USD
workflow         outcome            logged  estimate    from      to  lost
--------------------------------------------------------------------------
contract-review  contract_reviewed  2.0000    2.1875  2.0000  2.6204  1.50
support-triage   ticket_resolved    1.8750    2.0508  1.8750  2.1250  4.22

One half held out, the middle of 20 divisions, USD
workflow        outcome          estimate  actual    off  hit  hits  inside
---------------------------------------------------------------------------
support-triage  ticket_resolved    2.1094  1.9688  -6.7%  yes    16      19

chatter: not enough data; no outcome kind names it. Name its outcomes under
outcomes in finops.yaml and ingest them.
contract-review, contract_reviewed: not enough data; 8 successes, 20 are needed.
Verify a month with more of them.
support-triage, ticket_resolved: no; known within 23% only: sessions cost too
unlike each other for 24 successes. About 31 successes would do.

Known within 20%: 0 of 3, 0% of their spend.
hits, inside: of 20 divisions, in how many the half held out was within the
limit, and inside the 95% interval stated from the other half.
"""
VERIFY_120 = """\
2026-10: cost per success (estimated), 95% in the long run, USD
workflow         outcome            success  per success    from      to  known
-------------------------------------------------------------------------------
chatter          n/a                    n/a          n/a     n/a     n/a  ?
contract-review  contract_reviewed        8       2.1875     n/a     n/a  ?
support-triage   ticket_resolved         24       2.0508  1.6563  2.5184  no

Logs are lost: cost per success of this month itself, 95%, USD
workflow         outcome            logged  estimate    from      to  lost
--------------------------------------------------------------------------
contract-review  contract_reviewed  2.0000    2.1875  2.0000  2.6204  1.50
support-triage   ticket_resolved    1.8750    2.0508  1.8750  2.1250  4.22

One half held out, the middle of 20 divisions, USD
workflow        outcome          estimate  actual    off  hit  hits  inside
---------------------------------------------------------------------------
support-triage  ticket_resolved    2.1094  1.9688  -6.7%  yes    16      19

chatter: not enough data; no outcome kind names it. Name its outcomes under outcomes in finops.yaml and ingest them.
contract-review, contract_reviewed: not enough data; 8 successes, 20 are needed. Verify a month with more of them.
support-triage, ticket_resolved: no; known within 23% only: sessions cost too unlike each other for 24 successes. About
31 successes would do.

Known within 20%: 0 of 3, 0% of their spend.
hits, inside: of 20 divisions, in how many the half held out was within the limit, and inside the 95% interval stated
from the other half.
"""
ROI_80 = """\
2026-10: return on AI spend, USD
outcome         workflow         benefit  AI cost  review       ROI  ratio  days
--------------------------------------------------------------------------------
contract_       contract-review   640.00    16.00     n/a  3,900.0%  40.00  0.78
reviewed
ticket_         support-triage    288.00    45.00   45.00    220.0%   3.20  9.69
resolved

A case done by a human, and by AI first (estimated), USD
outcome       workflow       human  AI first  success  break-even  time to value
--------------------------------------------------------------------------------
ticket_       support-       12.00      5.40    80.0%       25.0%          31.00
resolved      triage

ticket_resolved of support-triage: no value stated, the benefit is human time
saved.
No review minutes stated, no review in the cost: contract_reviewed.
ROI coverage of 70.00 USD billed: 87.1% has a defined outcome, 87.1% a defined
value.
Workflows without an outcome: chatter 3.00.
ROI: (benefit - cost) / cost, with cost = AI cost + review; ratio: benefit /
cost; days: how many days of the benefit pay the month's cost.
AI first: AI tries each case and a human does those that fail; break-even: the
success rate from which that is cheaper; time to value: days in which humans
would cost what the outcomes are worth.
"""
ROI_120 = """\
2026-10: return on AI spend, USD
outcome            workflow         benefit  AI cost  review       ROI  ratio  days
-----------------------------------------------------------------------------------
contract_reviewed  contract-review   640.00    16.00     n/a  3,900.0%  40.00  0.78
ticket_resolved    support-triage    288.00    45.00   45.00    220.0%   3.20  9.69

A case done by a human, and by AI first (estimated), USD
outcome          workflow        human  AI first  success  break-even  time to value
------------------------------------------------------------------------------------
ticket_resolved  support-triage  12.00      5.40    80.0%       25.0%          31.00

ticket_resolved of support-triage: no value stated, the benefit is human time saved.
No review minutes stated, no review in the cost: contract_reviewed.
ROI coverage of 70.00 USD billed: 87.1% has a defined outcome, 87.1% a defined value.
Workflows without an outcome: chatter 3.00.
ROI: (benefit - cost) / cost, with cost = AI cost + review; ratio: benefit / cost; days: how many days of the benefit
pay the month's cost.
AI first: AI tries each case and a human does those that fail; break-even: the success rate from which that is cheaper;
time to value: days in which humans would cost what the outcomes are worth.
"""


def lines(text: str) -> list[str]:
    """Lines without the blanks that wrapped sentences end with."""
    return [line.rstrip() for line in text.splitlines()]


def test_verify_at_80_columns(month: Path, finops: Run) -> None:
    assert month.is_dir()
    answer = finops("verify")
    assert (answer.code, answer.err) == (4, "")
    assert lines(answer.out) == lines(VERIFY_80)
    assert max(len(line) for line in answer.out.splitlines()) <= 80


def test_verify_at_120_columns(month: Path, finops: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert month.is_dir()
    monkeypatch.setenv("COLUMNS", "120")
    assert lines(finops("verify").out) == lines(VERIFY_120)


def test_roi_at_80_columns(month: Path, finops: Run) -> None:
    with_value(month)
    answer = finops("roi")
    assert (answer.code, answer.err) == (0, "")
    assert lines(answer.out) == lines(ROI_80)
    assert max(len(line) for line in answer.out.splitlines()) <= 80


def test_roi_at_120_columns(month: Path, finops: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with_value(month)
    monkeypatch.setenv("COLUMNS", "120")
    assert lines(finops("roi").out) == lines(ROI_120)


def test_verify_for_machines(month: Path, finops: Run) -> None:
    assert month.is_dir()
    found = json.loads(finops("verify", "--month", "2026-10", "--format", "json").out)
    assert (found["command"], found["within"], found["known"], found["failed"]) == ("verify", "0.2", 0, 1)
    by_outcome = {check["outcome"]: check for check in found["checks"]}
    tickets = by_outcome["ticket_resolved"]
    assert (tickets["attempts"], tickets["successes"], tickets["sessions"]) == (30, 24, 30)
    # 45.00 logged of 64.00, 6.00 lost: 45 * 70 / 64 / 24.
    assert Decimal(tickets["estimate"]) == Decimal("2.050781250")
    assert Decimal(tickets["attributed"]) == Decimal("1.875")
    assert by_outcome[None]["reason"] == "no outcome kind names it"
    rows = list(csv.DictReader(io.StringIO(finops("verify", "--format", "csv").out)))
    assert [row["workflow"] for row in rows] == ["chatter", "contract-review", "support-triage"]
    assert rows[2]["estimate"] == "2.05078125"


KNOWN_80 = """\
How well cost per success is known (estimated), 95% intervals, USD
outcome            sessions  estimate  this month        in the long run
-------------------------------------------------------------------------
contract_reviewed         8    2.1875  2.0000 to 2.6204  n/a
ticket_resolved          30    2.0508  1.8750 to 2.1250  1.6563 to 2.5184
"""


def test_outcomes_show_the_intervals_of_verify(month: Path, finops: Run) -> None:
    assert month.is_dir()
    answer = finops("outcomes")
    assert (answer.code, answer.err) == (0, "")
    assert "\n".join(lines(KNOWN_80)) in "\n".join(lines(answer.out))
    assert "contract_reviewed (contract-review): interval n/a, too few: 8 of 20 successes." in answer.out
    assert max(len(line) for line in answer.out.splitlines()) <= 80
    checks = json.loads(finops("verify", "--format", "json").out)["checks"]
    verified = {check["outcome"]: check for check in checks}
    shown = json.loads(finops("outcomes", "--format", "json").out)["outcomes"]
    assert [row["kind"] for row in shown] == ["contract_reviewed", "ticket_resolved"]
    for row in shown:
        for name in ("sessions", "estimate", "month_low", "month_high", "expected_low", "expected_high"):
            assert row[name] == verified[row["kind"]][name]
    few, many = shown
    assert (few["expected_method"], few["interval_reason"]) == (None, "too few: 8 of 20 successes")
    assert (many["month_method"], many["interval_reason"]) == ("bootstrap-t over lost logs", None)
    assert many["expected_method"] == "bootstrap-t over sessions and lost logs"


def test_outcomes_csv_has_the_intervals_of_what_is_asked(month: Path, finops: Run) -> None:
    assert month.is_dir()
    (row,) = csv.DictReader(
        io.StringIO(finops("outcomes", "--kind", "ticket_resolved", "--format", "csv").out)
    )
    assert (row["sessions"], row["estimate"]) == ("30", "2.05078125")
    assert Decimal(row["month_low"]) == Decimal("1.875") < Decimal(row["month_high"])


def test_the_report_shows_the_intervals_and_its_figures_stand_without_them(month: Path, finops: Run) -> None:
    assert finops("report", "--out", "out").code == 0
    text = (month / "out" / "finops-2026-10.md").read_text(encoding="utf-8")
    assert "95% interval in the long run 1.6563 to 2.5184, 30 sessions." in text
    assert "95% interval n/a, too few: 8 of 20 successes." in text
    assert (
        "| ticket resolved (support-triage) | 30 | 2.0508 USD "
        "| 1.8750 to 2.1250 (bootstrap-t over lost logs) "
        "| 1.6563 to 2.5184 (bootstrap-t over sessions and lost logs) |"
    ) in text
    assert "1.6563 to 2.5184" in (month / "out" / "finops-2026-10.html").read_text(encoding="utf-8")
    written = (month / "out" / "finops-2026-10-intervals.csv").read_text(encoding="utf-8")
    found = [tuple(row.values())[1:] for row in csv.DictReader(io.StringIO(written))]
    assert [row[7:] for row in found if row[0] == "contract_reviewed"] == [
        ("95%", "2", "2.620386826", "bootstrap-t over lost logs", "", "estimated"),
        ("95%", "", "", "", "too few: 8 of 20 successes", "estimated"),
    ]
    assert {row[6] for row in found} == {"this month", "long run"}


def test_verify_twice_says_the_same(month: Path, finops: Run) -> None:
    assert month.is_dir()
    assert finops("verify", "--format", "json").out == finops("verify", "--format", "json").out


def test_a_wide_limit_is_kept_and_ends_well(month: Path, finops: Run) -> None:
    assert month.is_dir()
    answer = finops("verify", "--within", "60%")
    assert answer.code == 0
    assert "support-triage, ticket_resolved: yes" in answer.out


@pytest.mark.parametrize("within", ["0", "120%", "-5%", "a fifth", "", "nan"])
def test_a_limit_that_is_no_share(month: Path, finops: Run, within: str) -> None:
    assert month.is_dir()
    answer = finops("verify", f"--within={within}")
    assert answer.code == 2
    assert f'error: --within "{within}" is no share up to 100%.' in answer.err
    assert "Write it as 20% or as 0.2." in answer.err


@pytest.mark.parametrize("command", ["verify", "roi"])
def test_a_month_without_data(month: Path, finops: Run, command: str) -> None:
    assert month.is_dir()
    answer = finops(command, "--month", "2026-07")
    assert answer.code == 3
    assert "2026-07: the ledger holds no charge and no usage of this month." in answer.err


@pytest.mark.parametrize("command", ["verify", "roi"])
def test_no_ledger_yet(folder: Path, finops: Run, command: str) -> None:
    assert folder.is_dir()
    answer = finops(command)
    assert answer.code == 2
    assert "there is no ledger yet" in answer.err


def test_roi_for_machines(month: Path, finops: Run) -> None:
    with_value(month)
    found = json.loads(finops("roi", "--format", "json").out)
    tickets = next(each for each in found["outcomes"] if each["outcome"] == "ticket_resolved")
    # 24 x 12 minutes at 1.00; 45.00 of cost and 30 x 1.5 minutes of review.
    assert (tickets["basis"], tickets["benefit"], tickets["cost"]) == ("labour", "288", "45")
    assert (tickets["review_cost"], tickets["roi"], tickets["ratio"]) == ("45", "2.2", "3.2")
    assert found["coverage"] == [
        {
            "currency": "USD", "billed": "70", "with_outcome": "61", "outcome_share": "0.871428571",
            "with_value": "61", "value_share": "0.871428571",
            "without_outcome": [{"workflow": "chatter", "cost": "3"}],
        }
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(finops("roi", "--format", "csv").out)))
    assert [row["outcome"] for row in rows] == ["contract_reviewed", "ticket_resolved"]


def test_what_nothing_billed_belongs_to_has_an_unknown_cost(
    folder: Path, finops: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    with_value(folder)
    with Ledger.open(folder / "finops.duckdb") as ledger:
        books = Books(ledger)
        books.call(output_tokens=20, session_id="c", tags='{"w": "contracts"}')
        books.outcome("C", kind="contract_reviewed", session_id="c")
        ledger.execute("INSERT INTO month_input VALUES (DATE '2026-10-01', 1)")
    answer = finops("roi", "--month", "2026-10")
    assert answer.code == 0
    (line,) = [line for line in answer.out.splitlines() if line.startswith("contract_reviewed  contract")]
    assert line.split()[2:] == ["80.00", "n/a", "n/a", "n/a", "n/a", "n/a"]
    assert "AI cost n/a, nothing that is billed belongs to contract-review." in " ".join(answer.out.split())
    found = json.loads(finops("roi", "--month", "2026-10", "--format", "json").out)
    assert {each["cost"] for each in found["outcomes"]} == {None}


def test_without_outcomes_both_say_so(company: Path, finops: Run) -> None:
    text = (company / "finops.yaml").read_text(encoding="utf-8")
    kept = text[: text.index("outcomes:")] + text[text.index("pools:") :]
    (company / "finops.yaml").write_text(kept, encoding="utf-8")
    answer = finops("verify")
    assert answer.code == 0
    assert "no outcome kind names it" in answer.out
    assert "finops.yaml names no outcome, so there is no return to show." in finops("roi").out


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{hourly_cost: -1}", "-1 is not more than zero."),
        ("{hourly_cost: a lot}", '"a lot" is not a plain number.'),
        ("{per_hour: 3}", 'unknown key "per_hour".'),
        ("{outcomes: {ticket: {value: 3}}}", '"ticket" is no outcome kind of this file.'),
        ("{outcomes: {ticket_resolved: {worth: 3}}}", 'unknown key "worth".'),
        ("{outcomes: {ticket_resolved: {}}}", 'value of "ticket_resolved" states nothing.'),
        ("[1]", '"value" is not a mapping.'),
    ],
)
def test_mistakes_in_the_value_section(month: Path, finops: Run, value: str, said: str) -> None:
    (month / "finops.yaml").write_text(CONFIG + f"value: {value}\n", encoding="utf-8")
    answer = finops("roi")
    assert answer.code == 2
    assert answer.err.startswith("error: finops.yaml, line 1")
    assert said in answer.err


def test_config_show_names_what_outcomes_are_worth(month: Path, finops: Run) -> None:
    with_value(month)
    found = json.loads(finops("config", "show", "--format", "json").out)
    said = {row["setting"]: (row["value"], row["origin"]) for row in found["settings"]}
    assert said["value.hourly_cost"] == ("60", "finops.yaml:11")
    assert said["value.outcomes.ticket_resolved"][0] == "human minutes 12, review minutes 1.5"
