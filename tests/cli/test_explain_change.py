"""`finops-ai explain change`: what people and programs read, at 80 and at 120 columns."""

from __future__ import annotations

import csv
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.__main__ import main
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.screen import show
from tests.cli.conftest import Run

CONFIG = """\
version: 1
workflows: {chat: {team: support, department: Care, cost_centre: CC-1}, search: {team: product}}
rules:
  - {workflow: chat, when: {model_name: gpt-5}}
  - {workflow: search, when: {model_name: gpt-5-mini}}
outcomes:
  - {kind: ticket, workflow: chat, link: session_id}
"""
BILL_HEAD = (
    "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,"
    "quantity_unit,line_item,user_id,api_key_id,project_id,organization_id,project_name,"
    "organization_name,user_email,api_source\n"
)
LOG_HEAD = "request_id,call_type,spend,startTime,prompt_tokens,completion_tokens,model,custom_llm_provider\n"
DAYS = {"2026-09": (1788566400, "2026-09-05"), "2026-10": (1791158400, "2026-10-05")}


def bill_line(month: str, item: str, tokens: int, cost: str, currency: str = "usd") -> str:
    at, day = DAYS[month]
    return (
        f"{at},{at + 86400},{day}T00:00:00,{day}T23:59:59,{cost},{currency},{tokens},tokens,"
        f'"{item}",,,,org-1,,Acme,,completions\n'
    )


def log_lines(month: str, model: str, calls: int, prompt: int, completion: int) -> str:
    day = DAYS[month][1]
    return "".join(
        f"{month}-{model}-{n},acompletion,0.1,{day}T10:00:00Z,{prompt},{completion},{model},openai\n"
        for n in range(calls)
    )


def outcomes(month: str, successes: int, failures: int) -> str:
    return "".join(
        f"{month}-{n},ticket,{'success' if n < successes else 'failed'},{month}-06T10:00:00Z\n"
        for n in range(successes + failures)
    )


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chat answers more tickets with longer answers at the same price; search is new in October."""
    home = tmp_path_factory.mktemp("two_months")
    (home / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    bill = (
        bill_line("2026-09", "gpt-5, input", 20_000, "20.00"),
        bill_line("2026-09", "gpt-5, output", 2_000, "10.00"),
        bill_line("2026-10", "gpt-5, input", 24_000, "24.00"),
        bill_line("2026-10", "gpt-5, output", 4_800, "24.00"),
        bill_line("2026-10", "gpt-5-mini, input", 5_000, "2.50"),
        bill_line("2026-10", "o3, output", 100, "1.25"),
    )
    log = (
        log_lines("2026-09", "gpt-5", 20, 1_000, 100),
        log_lines("2026-10", "gpt-5", 24, 1_000, 200),
        log_lines("2026-10", "gpt-5-mini", 5, 1_000, 0),
    )
    reached = outcomes("2026-09", 10, 5) + outcomes("2026-10", 12, 6)
    (home / "bill.csv").write_text(BILL_HEAD + "".join(bill), encoding="utf-8")
    (home / "log.csv").write_text(LOG_HEAD + "".join(log), encoding="utf-8")
    (home / "outcomes.csv").write_text(f"outcome_id,kind,status,resolved_at\n{reached}", encoding="utf-8")
    flags = ("--config", str(home / "finops.yaml"))
    files = [str(home / name) for name in ("bill.csv", "log.csv", "outcomes.csv")]
    assert main((*flags, "ingest", *files)) == 0
    assert main((*flags, "attribute")) == 0
    return home


@pytest.fixture
def two_months(folder: Path, books: Path) -> Path:
    """A copy of the books as the current folder."""
    shutil.copytree(books, folder, dirs_exist_ok=True)
    return folder


AT_80 = """\
Why billed spend changed, 2026-09 to 2026-10, USD
what moved it              amount  % of change
----------------------------------------------
Outcomes reached (volume)    6.92         31.8
Output tokens per call      11.08         51.0
New workflows                2.50         11.5
Gap: unlogged usage          1.25          5.7

billed 2026-09 30.00 + 21.75 = billed 2026-10 51.75 USD (difference 0)

By workflow, USD
workflow  2026-09  2026-10  change  most of it
--------------------------------------------------------------------------------
chat        30.00    48.00   18.00  output tokens per call +11.08, outcomes
                                    +6.92
search       0.00     2.50    2.50  new workflows +2.50
(none)       0.00     1.25    1.25  gap unlogged usage +1.25

Verdicts, USD
workflow  verdict          volume             unit cost
--------------------------------------------------------------
chat      both             10 to 12 outcomes  3.0000 to 4.0000
search    not enough data  n/a                n/a

chat: both, because volume grows and unit cost rises.
  - outcomes 10 to 12 (+20.0%): grow
  - direct cost per outcome 3.0000 to 4.0000 USD (+33.3%): rises
  - direct cost 30.00 to 48.00 USD (+60.0%)
  - successes of all attempts 66.7% to 66.7%
  - apart from volume +11.08: output tokens per call +11.08
search: not enough data, because nothing of it in 2026-09.

Amounts are billed; tokens, calls and outcomes are logged. In verdicts, a move
within 5% holds: docs/why-it-changed.md.
"""
OF_CHAT_AT_120 = """\
Why the spend of chat changed, 2026-09 to 2026-10, USD
what moved it              amount  % of change
----------------------------------------------
Outcomes reached (volume)    6.92         38.4
Output tokens per call      11.08         61.6

2026-09 30.00 + 18.00 = 2026-10 48.00 USD (difference 0)

What it is driven by
driver                   2026-09   2026-10  change
---------------------------------------------------
outcomes                   10.00     12.00  +20.0%
calls per outcome           2.00      2.00  +0.0%
calls                      20.00     24.00  +20.0%
input tokens per call   1,000.00  1,000.00  +0.0%
output tokens per call    100.00    200.00  +100.0%

Part by part, USD
model             tier      tokens          2026-09  2026-10  most of it
-----------------------------------------------------------------------------------------------------------
gpt-5-2025-08-07  standard  input_uncached    20.00    24.00  outcomes +4.00
gpt-5-2025-08-07  standard  output            10.00    24.00  output tokens per call +11.08, outcomes +2.92
"""


def trimmed(text: str) -> str:
    """Without the blanks at the end of a wrapped line."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


@pytest.mark.usefixtures("two_months")
def test_the_whole_bridge_at_80_columns(finops: Run) -> None:
    answer = finops("explain", "change", "--from", "2026-09", "--to", "2026-10")
    assert (answer.code, answer.err) == (0, "")
    assert trimmed(answer.out) == AT_80
    # The months default to the newest with charges and the one before.
    assert finops("explain", "change").out == answer.out


@pytest.mark.usefixtures("two_months")
def test_one_workflow_at_120_columns(finops: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    out = finops("explain", "change", "--workflow", "chat").out
    assert out.startswith(OF_CHAT_AT_120)
    assert "chat: both, because volume grows and unit cost rises." in out
    assert max(map(len, out.splitlines())) <= 120


@pytest.mark.usefixtures("two_months")
@pytest.mark.parametrize(
    "by", ["workflow", "team", "department", "cost-centre", "product", "provider", "model", "tier", "kind"]
)
def test_every_grouping_fits_80_columns_and_adds_up(finops: Run, by: str) -> None:
    out = finops("explain", "change", "--by", by).out
    assert f"By {by.replace('-', ' ')}, USD" in out
    assert max(map(len, out.splitlines())) <= 80
    rows = list(csv.DictReader(io.StringIO(finops("explain", "change", "--by", by, "--format", "csv").out)))
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal("21.75")


@pytest.mark.usefixtures("two_months")
def test_departments_are_those_of_finops_yaml(finops: Run) -> None:
    found = json.loads(finops("explain", "change", "--by", "department", "--format", "json").out)
    assert [(each["name"], each["change"]) for each in found["groups"]] == [
        ("Care", "18"),
        ("(none)", "3.75"),
    ]


@pytest.mark.usefixtures("two_months")
def test_programs_get_every_digit_and_the_proof(finops: Run) -> None:
    found = json.loads(finops("explain", "change", "--format", "json").out)
    assert found["billed"] == [{"currency": "USD", "first": "30", "second": "51.75", "difference": "0"}]
    assert {each["effect"]: each["amount"] for each in found["effects"]} == {
        # 4.00 of input, and 14 / ln 2.4 * ln 1.2 of output.
        "outcomes": "6.915583031360194",
        "output_tokens_per_call": "11.084416968639806",
        "new_workflows": "2.5",
        "gap_unlogged_usage": "1.25",
    }
    chat, search = found["verdicts"]
    assert (chat["verdict"], chat["volume_change"], chat["unit_cost_change"]) == ("both", "0.2", "0.3333")
    assert chat["evidence"][0] == "outcomes 10 to 12 (+20.0%): grow"
    assert (search["verdict"], search["reason"]) == ("not enough data", "nothing of it in 2026-09")
    own = json.loads(finops("explain", "change", "--workflow", "chat", "--format", "json").out)
    assert own["drivers"][0] == {
        "driver": "outcomes",
        "first": "10",
        "second": "12",
        "change": "+20.0%",
    }
    # 24.00 for 24,000 tokens and 24.00 for 4,800: 1,000 and 5,000 a million, as in September.
    assert [
        (part["token_kind"], part["second_tokens"], part["second_price_per_1m"]) for part in own["parts"]
    ] == [
        ("input_uncached", "24000", "1000"),
        ("output", "4800", "5000"),
    ]


def test_currencies_have_bridges_of_their_own(folder: Path, finops: Run) -> None:
    (folder / "finops.yaml").write_text(CONFIG.split("outcomes:", maxsplit=1)[0], encoding="utf-8")
    bill = (
        bill_line("2026-09", "gpt-5, input", 20_000, "20.00"),
        bill_line("2026-10", "gpt-5, input", 20_000, "22.00"),
    )
    other = (
        bill_line("2026-09", "gpt-5-mini, input", 5_000, "5.00", "eur"),
        bill_line("2026-10", "gpt-5-mini, input", 5_000, "4.00", "eur"),
    )
    log = [
        log_lines(month, model, calls, 1_000, 0)
        for month in DAYS
        for model, calls in (("gpt-5", 20), ("gpt-5-mini", 5))
    ]
    (folder / "bill.csv").write_text(BILL_HEAD + "".join(bill), encoding="utf-8")
    # Another account: two currencies of one account and month would be two deliveries of it.
    (folder / "other.csv").write_text(BILL_HEAD + "".join(other).replace("org-1", "org-2"), encoding="utf-8")
    (folder / "log.csv").write_text(LOG_HEAD + "".join(log), encoding="utf-8")
    assert finops("ingest", "bill.csv", "other.csv", "log.csv").code == 0
    out = finops("explain", "change").out
    assert "Why billed spend changed, 2026-09 to 2026-10, EUR" in out
    assert "billed 2026-09 5.00 - 1.00 = billed 2026-10 4.00 EUR (difference 0)" in out
    assert "billed 2026-09 20.00 + 2.00 = billed 2026-10 22.00 USD (difference 0)" in out
    assert "search    EUR          5.00     4.00   -1.00  price -1.00" in out
    assert "Volume is calls where one of the months has no outcomes: chat, search." in out
    rows = list(csv.DictReader(io.StringIO(finops("explain", "change", "--format", "csv").out)))
    assert [(row["currency"], row["name"], row["effect"], row["amount"]) for row in rows] == [
        ("EUR", "search", "price", "-1"),
        ("USD", "chat", "price", "2"),
    ]


def test_a_minus_stays_with_its_number_where_text_is_wrapped(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    assert folder.is_dir()
    rows = (("aa-bb-cc-dd-ee", "costs: x -0.73, less: -1.00"),)
    show(Document("test", (Table("t", "", columns("name:name", "moved:moved"), rows),)))
    assert (
        capsys.readouterr().out
        == """\
name         moved
------------------------
aa-bb-cc-    costs: x
dd-ee        -0.73,
             less: -1.00

"""
    )
