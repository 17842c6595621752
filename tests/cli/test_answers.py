"""What each command answers, as text at 80 columns; the amounts are checked by hand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from finops_ai.ledger import Ledger
from tests.cli.conftest import BILL, OUTCOMES, Run, bill_line

ATTRIBUTE = """\
2026-10 by workflow, USD
workflow        direct  shared  total  calls  tokens
----------------------------------------------------
support-triage   70.10   15.00  85.10      0       0
claims-intake     0.00   15.00  15.00      0       0

Billed, without a workflow, USD
cause            provider  detail     cost  rows
------------------------------------------------
unmapped_charge  hosting   Seats      7.25     1
tax              hosting   Sales tax  3.00     1

billed 110.35 USD = workflows 100.10 + shared not allocated 0.00 + gaps 10.25
(difference 0)

Cost per successful outcome, failed attempts included, USD
outcome       workflow       tried  success  spend  attributed   loaded  ceiling
--------------------------------------------------------------------------------
claim_        claims-intake      1        0  15.00         n/a      n/a      n/a
processed
ticket_       support-           3        2  85.10         n/a  42.5500  42.5500
resolved      triage

"""


def unspaced(text: str) -> str:
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def test_ingest_says_what_became_of_every_row(folder: Path, finops: Run) -> None:
    (folder / "bill.csv").write_text(BILL, encoding="utf-8")
    (folder / "outcomes.csv").write_text(OUTCOMES, encoding="utf-8")
    answer = finops("ingest", "bill.csv", "outcomes.csv")
    assert answer.code == 0
    assert answer.err == ""
    assert unspaced(answer.out) == (
        "focus (charge)\n"
        "file      read  added      billed\n"
        "---------------------------------\n"
        "bill.csv     4      4  110.35 USD\n"
        "\n"
        "outcomes (outcome)\n"
        "file          read  added  billed\n"
        "---------------------------------\n"
        "outcomes.csv     4      4\n"
        "\n"
        "2 files: rows 8 read, 8 added, 0 repeated, 0 replaced, 0 rejected, 0 ignored;\n"
        "billed 110.35 USD.\n"
    )


@pytest.mark.usefixtures("company")
def test_ingest_again_changes_nothing(finops: Run) -> None:
    before = finops("attribute", "--format", "json").out
    answer = finops("ingest", "bill.csv", "outcomes.csv")
    assert answer.code == 0
    assert unspaced(answer.out) == (
        "2 files (2 already in the ledger): rows 0 read, 0 added, 0 repeated, 0 replaced,\n"
        "0 rejected, 0 ignored.\n"
    )
    assert finops("attribute", "--format", "json").out == before


def test_a_dry_run_writes_nothing(folder: Path, finops: Run) -> None:
    (folder / "bill.csv").write_text(BILL, encoding="utf-8")
    answer = finops("ingest", "--dry-run", "bill.csv", "--format", "json")
    assert answer.code == 0
    facts = json.loads(answer.out)
    assert (facts["version"], facts["command"], facts["dry_run"]) == (1, "ingest", True)
    assert facts["files"][0]["status"] == "would import"
    assert facts["files"][0]["billed"] == {"USD": "110.35"}
    assert facts["totals"]["added"] == 4
    assert [path.name for path in folder.iterdir()] == ["bill.csv"]


def test_rejected_rows_are_shown_and_the_others_are_in(folder: Path, finops: Run) -> None:
    (folder / "bill.csv").write_text(BILL + bill_line('"1,204"', "More GPU"), encoding="utf-8")
    answer = finops("ingest", "bill.csv")
    assert answer.code == 3
    assert 'bill.csv     6  BilledCost  "1,204" is not a plain number\n' in answer.out
    assert answer.err == (
        'error: bill.csv, line 6, column BilledCost: "1,204" is not a plain number '
        "(1 row rejected, --max-rejects is 0).\n"
        '  Export numbers with "." decimals, no thousands mark and no currency. All other\n'
        "  rows are in the ledger. `finops-ai rejects` lists the rejected ones; correct\n"
        "  the file and run `finops-ai rejects retry`, or accept them with --max-rejects.\n"
    )
    facts = json.loads(
        finops("sql", "SELECT count(*) AS n, sum(billed_cost) AS cost FROM charge", "--format", "json").out
    )
    assert facts == {"version": 1, "command": "sql", "rows": [{"n": 4, "cost": "110.35"}]}


def test_tolerated_rejects_exit_0(folder: Path, finops: Run) -> None:
    (folder / "bill.csv").write_text(BILL + bill_line("x", "More GPU"), encoding="utf-8")
    assert finops("ingest", "bill.csv", "--max-rejects", "1").code == 0


@pytest.mark.usefixtures("company")
def test_attribute_accounts_for_every_cent(finops: Run) -> None:
    answer = finops("attribute", "--month", "2026-10")
    assert (answer.code, answer.err) == (0, "")
    assert unspaced(answer.out) == ATTRIBUTE


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("by", ["workflow", "team", "model", "provider", "outcome"])
def test_attribute_by_anything_states_the_same_total(finops: Run, by: str) -> None:
    facts = json.loads(finops("attribute", "--by", by, "--format", "json").out)
    assert (facts["version"], facts["command"], facts["month"], facts["by"]) == (
        1,
        "attribute",
        "2026-10",
        by,
    )
    assert facts["balances"] == [
        {
            "currency": "USD",
            "billed": "110.35",
            "workflows": "100.1",
            "shared_unallocated": "0",
            "gaps": "10.25",
            "difference": "0",
        }
    ]


@pytest.mark.usefixtures("company")
def test_csv_and_table_say_the_same(finops: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(finops("attribute", "--format", "csv").out)))
    assert rows[0] == {
        "name": "support-triage",
        "currency": "USD",
        "direct": "70.1",
        "shared": "15",
        "total": "85.1",
        "calls": "0",
        "tokens": "0",
    }
    assert [row["name"] for row in rows] == ["support-triage", "claims-intake"]


@pytest.mark.usefixtures("company")
def test_markdown_is_a_table(finops: Run) -> None:
    out = finops("attribute", "--format", "markdown").out
    assert out.startswith(
        "## 2026-10 by workflow, USD\n\n"
        "| workflow | direct | shared | total | calls | tokens |\n"
        "|---|---:|---:|---:|---:|---:|\n"
        "| support-triage | 70.10 | 15.00 | 85.10 | 0 | 0 |\n"
    )


@pytest.mark.usefixtures("company")
def test_forecast_states_its_run_rate_and_three_budgets(finops: Run) -> None:
    answer = finops("forecast", "--months", "12")
    assert (answer.code, answer.err) == (0, "")
    # (70.10 + 30.00 + 7.25) / 31 days x 365/12 days; the tax does not recur by itself.
    assert "105.33 USD a" in answer.out
    assert "Left out of 2026-10: tax 3.00 USD.\n" in answer.out
    assert "Conservative  1.3             1,643.15  1,643.15  1,643.15\n" in answer.out
    assert "Expected      1.8 / 2 / 2.2   2,275.13  2,527.92  2,780.71\n" in answer.out
    assert "Aggressive    2.5 / 2.75 / 3  3,159.90  3,475.89  3,791.88\n" in answer.out
    assert "1 complete month of history: a statistical baseline needs 6.\n" in answer.out


def test_a_forecast_is_stored_once(company: Path, finops: Run) -> None:
    finops("forecast")
    finops("forecast", "--by", "workflow")
    with Ledger.open(company / "finops.duckdb", read_only=True) as ledger:
        assert ledger.value("SELECT count(*) FROM forecast_run") == 1


@pytest.mark.usefixtures("company")
def test_forecast_csv_holds_every_month_of_every_level(finops: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(finops("forecast", "--months", "3", "--format", "csv").out)))
    # conservative has one level, the other two have three
    assert len(rows) == 3 * (1 + 3 + 3)
    assert {row["month"] for row in rows} == {"2026-11", "2026-12", "2027-01"}


@pytest.mark.usefixtures("company")
def test_report_prints_its_files_and_runs_twice_alike(finops: Run) -> None:
    first = finops("report", "--month", "2026-10", "--out", "out")
    assert (first.code, first.err) == (0, "")
    paths = [Path(line) for line in first.out.splitlines()]
    assert {path.suffix for path in paths} == {".md", ".html", ".csv", ".json"}
    before = {path: path.read_bytes() for path in paths}
    assert finops("report", "--month", "2026-10", "--out", "out").out == first.out
    assert {path: path.read_bytes() for path in paths} == before


@pytest.mark.usefixtures("company")
def test_report_in_one_format(finops: Run) -> None:
    assert finops("report", "--out", "out", "--format", "markdown").out == "out/finops-2026-10.md\n"


@pytest.mark.usefixtures("company")
def test_status_flags_what_needs_a_look(finops: Run) -> None:
    answer = finops("status")
    assert answer.code == 0
    assert unspaced(answer.out) == (
        "Sources\n"
        "source    feeds    files  rows  refused  first day   last day    age\n"
        "--------------------------------------------------------------------\n"
        "focus     charge       1     4        0  2026-10-01  2026-10-01    5\n"
        "outcomes  outcome      1     4        0  2026-10-03  2026-10-06    0\n"
        "\n"
        "Months, USD\n"
        "month    billed  attributed  unattributed  calls\n"
        "------------------------------------------------\n"
        "2026-10  110.35      100.10         10.25    n/a\n"
        "\n"
        "! 2026-10: billed, and no usage is logged.\n"
    )


def test_status_names_weak_figures_and_refused_rows(folder: Path, finops: Run) -> None:
    log = "request_id,call_type,spend,startTime,prompt_tokens,completion_tokens,model\n"
    calls = "r1,acompletion,0,2026-10-01,100,50,gpt-5\nr2,acompletion,0,2026-10-02,20,5,gpt-5\n"
    (folder / "log.csv").write_text(log + calls + "r3,acompletion,0,soon,1,1,gpt-5\n", encoding="utf-8")
    assert finops("ingest", "log.csv", "--max-rejects", "1").code == 0
    with Ledger.open(folder / "finops.duckdb") as ledger:
        ledger.execute("UPDATE token_usage SET quality = 'sampled' WHERE request_id = 'r2'")
    out = unspaced(finops("status").out)
    assert (
        "Data quality: figures that are weak\n"
        "source   what is weak  rows  tokens  share\n"
        "------------------------------------------\n"
        "litellm  sampled          1      25  14.3%\n"
    ) in out
    assert "! 1 row refused: `finops-ai rejects` says why.\n" in out
    facts = json.loads(finops("status", "--format", "json").out)
    assert facts["data_quality"] == [
        {
            "source": "litellm",
            "quality": "sampled",
            "rows": 1,
            "tokens": 25,
            "source_tokens": 175,
            "share": "14.3%",
        }
    ]


@pytest.mark.usefixtures("company")
def test_status_measures_age_against_a_day(finops: Run) -> None:
    facts = json.loads(finops("status", "--as-of", "2026-10-31", "--format", "json").out)
    assert {row["importer"]: row["age_days"] for row in facts["sources"]} == {"focus": 30, "outcomes": 25}
    assert "focus: its newest row is 30 days old (2026-10-01)." in facts["flags"]


@pytest.mark.usefixtures("company")
def test_sql_reads(finops: Run) -> None:
    answer = finops("sql", "SELECT service_name, billed_cost, NULL AS nothing FROM charge ORDER BY ALL")
    assert unspaced(answer.out) == (
        "service_name  billed_cost  nothing\n"
        "----------------------------------\n"
        "Sales tax               3     NULL\n"
        "Seats                7.25     NULL\n"
        "Triage GPU           70.1     NULL\n"
        "Vector Store           30     NULL\n"
        "\n"
    )


@pytest.mark.usefixtures("company")
def test_sql_reads_its_query_from_stdin(finops: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 1 AS a, 2 AS a"))
    facts = json.loads(finops("sql", "-", "--format", "json").out)
    assert facts["rows"] == [{"a": 1, "a_2": 2}]


@pytest.mark.usefixtures("company")
def test_sql_lists_the_tables(finops: Run) -> None:
    out = finops("sql", "--tables", "--format", "csv").out
    assert "\ncharge,table," in out
    assert "\nworkflow_month,view," in out


@pytest.mark.usefixtures("company")
def test_check_proves_every_promise(finops: Run) -> None:
    answer = finops("check", "--format", "json")
    facts = json.loads(answer.out)
    assert answer.code == 0
    assert facts["holds"] is True
    assert facts["violations"] == []
    assert len(facts["checks"]) >= 2


def test_check_finds_a_changed_figure(company: Path, finops: Run) -> None:
    with Ledger.open(company / "finops.duckdb") as ledger:
        ledger.execute("UPDATE charge SET billed_cost = billed_cost + 0.01 WHERE service_name = 'Seats'")
    answer = finops("check")
    assert answer.code == 7
    assert "the charges in force add up to the deliveries in force" in answer.out


@pytest.mark.usefixtures("company")
def test_config_show_names_origins(finops: Run) -> None:
    facts = json.loads(finops("--lock-timeout", "5", "config", "show", "--format", "json").out)
    origins = {row["setting"]: (row["value"], row["origin"]) for row in facts["settings"]}
    assert origins["reporting_currency"] == ("USD", "default")
    assert origins["workflows.support-triage"] == ("maria, support", "finops.yaml:3")
    assert origins["lock-timeout"] == ("5 s", "flag --lock-timeout")


@pytest.mark.usefixtures("company")
def test_doctor_finds_everything(finops: Run) -> None:
    answer = finops("doctor", "--format", "json")
    facts = json.loads(answer.out)
    states = {row["check"]: row["state"] for row in facts["findings"]}
    assert states["bills"] == "found"
    assert states["token logs"] == "empty"
    assert states["permissions"] == "found"
    assert states["finops.yaml"] == "found"


def test_doctor_names_a_ledger_that_others_can_read(company: Path, finops: Run) -> None:
    (company / "finops.duckdb").chmod(0o644)
    answer = finops("doctor", "--format", "json")
    assert answer.code == 4
    finding = next(row for row in json.loads(answer.out)["findings"] if row["check"] == "permissions")
    assert finding["state"] == "problem"
    assert finding["next_step"] == f"chmod 600 {company / 'finops.duckdb'}"


def test_doctor_works_before_anything_is_there(folder: Path, finops: Run) -> None:
    states = {
        row["check"]: row["state"] for row in json.loads(finops("doctor", "--format", "json").out)["findings"]
    }
    assert (states["finops.yaml"], states["ledger"]) == ("missing", "missing")
    assert list(folder.iterdir()) == []


def test_init_finds_files_and_refuses_to_overwrite(folder: Path, finops: Run) -> None:
    (folder / "bills").mkdir()
    (folder / "bills" / "october.csv").write_text(BILL, encoding="utf-8")
    (folder / "bills" / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    answer = finops("init")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "wrote finops.yaml\n"
        "  focus (charge): bills/october.csv\n"
        "  1 file in no known format (see `finops-ai importers`)\n"
        "Next:\n"
        "  1. finops-ai ingest bills\n"
        "  2. register your workflows and rules in finops.yaml\n"
        "  3. finops-ai attribute\n"
        "  4. finops-ai report --out out\n"
    )
    assert (
        "#   focus (charge): 1 file, for example bills/october.csv\n" in (folder / "finops.yaml").read_text()
    )
    again = finops("init")
    assert again.code == 2
    assert again.err == "error: finops.yaml: is there already.\n  Edit it, or overwrite it with --force.\n"
    assert finops("init", "--force").code == 0


def test_the_steps_of_init_can_be_followed_as_they_stand(folder: Path, finops: Run) -> None:
    """For another folder they go there first, and names with blanks are quoted."""
    (folder / "my files" / "old bills").mkdir(parents=True)
    (folder / "my files" / "old bills" / "october.csv").write_text(BILL, encoding="utf-8")
    answer = finops("init", "my files")
    assert answer.code == 0
    assert "  1. cd 'my files' && finops-ai ingest 'old bills'\n" in answer.out


@pytest.mark.usefixtures("folder")
def test_importers_lists_every_format(finops: Run) -> None:
    facts = json.loads(finops("importers", "--format", "json").out)
    assert {"focus", "aws_cur", "litellm_payload", "claude_code", "outcomes"} <= {
        row["importer"] for row in facts["importers"]
    }


@pytest.mark.usefixtures("folder")
def test_importers_for_people_say_what_was_built_from_documentation(finops: Run) -> None:
    lines = finops("importers").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line in ("Bills", "Logs", "Outcomes")] == ["Bills", "Logs", "Outcomes"]
    (jira,) = (line for line in lines if line.startswith("jira_issues"))
    assert jira.split("  ")[-1].strip().startswith("built from")
    (code,) = (line for line in lines if line.startswith("claude_code "))
    assert "built from" not in code


@pytest.mark.usefixtures("folder")
def test_one_importer_in_full(finops: Run) -> None:
    out = unspaced(finops("importers", "outcomes").out)
    assert out.startswith(
        "outcomes: What was achieved, in columns that you fill\n"
        "what         said\n"
        "---------------------------------------\n"
        "feeds        outcome\n"
        "kinds        csv, jsonl, parquet\n"
        "a row again  by its id; the last stands\n"
        "tested on    its own definition\n"
        "file         outcomes.sql\n"
    )
    assert "outcome_id                         yes\n" in out
    assert "- status is success, failed, escalated, abandoned or open." in out
    facts = json.loads(finops("importers", "zendesk_tickets", "--format", "json").out)
    (zendesk,) = facts["importers"]
    assert zendesk["built_from_documentation"] is True
    assert zendesk["spellings"]["requester_id"] == ["Requester", "Requester name"]
    assert "tags" in zendesk["optional"]


def test_a_refused_file_does_not_stop_the_others(folder: Path, finops: Run) -> None:
    (folder / "bill.csv").write_text(BILL, encoding="utf-8")
    (folder / "wrong.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    answer = finops("ingest", "wrong.csv", "bill.csv")
    assert answer.code == 3
    assert "bill.csv     4      4  110.35 USD\n" in answer.out
    assert "Refused files\n" in answer.out
    assert answer.err.startswith("error: wrong.csv: no importer knows this format. ")


def test_a_folder_without_known_files_is_refused(folder: Path, finops: Run) -> None:
    (folder / "wrong.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    answer = finops("ingest", ".")
    assert answer.code == 3
    assert answer.err == (
        "error: no importer knows the format of the 1 file found there.\n"
        "  `finops-ai importers` lists the formats; docs/importers.md says how to write\n"
        "  one.\n"
    )


def test_status_says_once_that_months_wait_for_attribution(folder: Path, finops: Run) -> None:
    september = BILL.replace("2026-10-01", "2026-09-01").replace("2026-11-01", "2026-10-01")
    (folder / "october.csv").write_text(BILL, encoding="utf-8")
    (folder / "september.csv").write_text(september, encoding="utf-8")
    assert finops("ingest", "october.csv", "september.csv").code == 0
    answer = finops("status")
    assert answer.out.splitlines()[-1] == (
        "! 2026-09 to 2026-10: not attributed yet; `finops-ai attribute` does it."
    )
