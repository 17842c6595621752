"""`finops-ai explain`: small bills worked by hand, and the samples' October by reading its files."""

from __future__ import annotations

import csv
import gzip
import json
import shlex
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops_ai.__main__ import main
from tests.cli.conftest import Answer, Run

D = Decimal
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
OCTOBER = ("--month", "2026-10")


@pytest.fixture(scope="module")
def october(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the samples' ledger of October, made by the commands themselves."""
    home = tmp_path_factory.mktemp("october")
    shutil.copy(SAMPLES / "finops.yaml", home)
    found = sorted(path for path in SAMPLES.rglob("*2026-10*") if path.is_file())
    flags = ("--config", str(home / "finops.yaml"))
    assert (
        main(
            (*flags, "ingest", "--max-rejects", "9", *map(str, found), str(SAMPLES / "logs" / "claude_code"))
        )
        == 0
    )
    assert main((*flags, "attribute", *OCTOBER)) == 0
    return home


@pytest.fixture
def brightwater(october: Path, monkeypatch: pytest.MonkeyPatch, finops: Run) -> Run:
    """Runs commands in the samples' October."""
    monkeypatch.chdir(october)
    return finops


def answer_of(answer: Answer) -> dict[str, Any]:
    assert (answer.code, answer.err) == (0, "")
    found: dict[str, Any] = json.loads(answer.out)
    return found


def total(rows: list[dict[str, Any]], column: str) -> Decimal:
    return sum((D(row[column]) for row in rows if row[column] is not None), D(0))


@pytest.mark.usefixtures("company")
def test_a_workflow_is_its_rule_and_its_share_of_a_pool_to_the_bill_line(finops: Run) -> None:
    # 70.10 by the rule, and half of the pool's 30.00.
    answer = finops("explain", "cost", "--workflow", "support-triage")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[:2] == [
        "2026-10, workflow support-triage: 85.1 USD (allocated)",
        "= 70.1 + 15",
    ]
    found = answer_of(finops("explain", "cost", "--workflow", "support-triage", "--format", "json"))
    assert [(p["how"], p["why"], p["label"], p["cost"]) for p in found["parts"]] == [
        ("bill line itself", "rule 1, line 6 of finops.yaml: service_name = Triage*", "billed", "70.1"),
        (
            "share of pool vector-search",
            "line 12 of finops.yaml: service_name = Vector Store, split evenly",
            "allocated",
            "15",
        ),
    ]
    assert [(c["file"], c["record"], c["what"], c["billed_cost"]) for c in found["charges"]] == [
        ("bill.csv", 1, "Triage GPU", "70.1"),
        ("bill.csv", 2, "Vector Store", "30"),
    ]
    assert "pool vector-search: billed 30 USD, split evenly over 2 workflows; here 15" in answer.out


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("options", "figure", "label", "records"),
    [
        ((), "110.35", "billed", [1, 2, 3, 4]),
        (("--cause", "tax"), "3", "billed", [4]),
        (("--cause", "unmapped_charge"), "7.25", "billed", [3]),
        (("--part", "gaps"), "10.25", "billed", [3, 4]),
        (("--part", "workflows"), "100.1", "allocated", [1, 2]),
        (("--pool", "vector-search"), "30", "billed", [2]),
        (("--workflow", "claims-intake"), "15", "allocated", [2]),
        (("--workflow", "support-triage", "--part", "direct"), "70.1", "billed", [1]),
        (("--team", "support", "--part", "shared"), "15", "allocated", [2]),
    ],
)
def test_each_figure_leads_to_its_bill_lines(
    finops: Run, options: tuple[str, ...], figure: str, label: str, records: list[int]
) -> None:
    found = answer_of(finops("explain", "cost", *options, "--format", "json"))
    assert (found["figure"], found["label"], found["currency"]) == (figure, label, "USD")
    assert total(found["parts"], "cost") == total(found["groups"], "cost") == D(figure)
    assert sorted(line["record"] for line in found["charges"]) == records


@pytest.mark.usefixtures("company")
def test_what_is_not_listed_stands_in_one_line_with_its_sum(finops: Run) -> None:
    found = answer_of(finops("explain", "cost", "--rows", "1", "--format", "json"))
    assert [(line["what"], line["billed_cost"]) for line in found["charges"]] == [
        ("Triage GPU", "70.1"),
        ("and 3 more lines", "40.25"),
    ]
    assert total(found["groups"], "cost") == D("110.35")


def test_a_pool_leads_to_the_records_of_the_file(brightwater: Run) -> None:
    with gzip.open(SAMPLES / "bills/aws/cur2_2026-10.csv.gz", "rt", newline="") as file:
        lines = [
            (record, D(line["line_item_unblended_cost"]))
            for record, line in enumerate(csv.DictReader(file), start=1)
            if line["line_item_product_code"] == "AmazonEC2"
        ]
    found = answer_of(
        brightwater("explain", "cost", *OCTOBER, "--pool", "gateway", "--rows", "1000", "--format", "json")
    )
    assert D(found["figure"]) == sum(cost for _, cost in lines) == D("224.9856")
    assert sorted((line["record"], D(line["billed_cost"])) for line in found["charges"]) == sorted(lines)


def test_an_unlogged_key_leads_to_the_records_of_the_bill(brightwater: Run) -> None:
    found = answer_of(
        brightwater(
            *("explain", "cost", *OCTOBER, "--cause", "unlogged_usage", "--rows", "1000"),
            *("--format", "json"),
        )
    )
    assert {group["account"] for group in found["groups"]} == {"openai proj_marketing"}
    assert total(found["charges"], "billed_cost") == D(found["figure"]) == D("484.50333375")
    assert {line["file"] for line in found["charges"]} == {"openai_costs_2026-10.json"}
    assert "calls" not in found


def test_every_figure_of_attribute_is_explained_to_the_last_digit(brightwater: Run) -> None:
    shown = answer_of(brightwater("attribute", *OCTOBER, "--format", "json"))
    asked: list[tuple[tuple[str, ...], str]] = [
        (("--workflow", line["name"]), line["total"]) for line in shown["lines"]
    ]
    asked += [(("--workflow", line["name"], "--part", "direct"), line["direct"]) for line in shown["lines"]]
    asked += [(("--workflow", line["name"], "--part", "shared"), line["shared"]) for line in shown["lines"]]
    asked += [
        (("--cause", gap["cause"], "--provider", gap["provider"], "--detail", gap["detail"]), gap["cost"])
        for gap in shown["gaps"]
    ]
    (balance,) = shown["balances"]
    asked += [((), balance["billed"]), (("--part", "workflows"), balance["workflows"])]
    asked += [(("--part", "gaps"), balance["gaps"])]
    assert len(asked) == 5 * 3 + 4 + 3
    for options, figure in asked:
        found = answer_of(
            brightwater("explain", "cost", *OCTOBER, *options, "--rows", "3", "--format", "json")
        )
        assert found["figure"] == figure, options
        assert total(found["parts"], "cost") == total(found["groups"], "cost") == D(figure), options


@pytest.mark.parametrize("by", ["model", "provider", "outcome", "product"])
def test_the_command_in_a_line_gives_the_line_s_own_figure(brightwater: Run, by: str) -> None:
    shown = answer_of(brightwater("attribute", *OCTOBER, "--by", by, "--format", "json"))
    asked = [(line["explain"], line["total"]) for line in shown["lines"] if line["explain"] is not None]
    for command, figure in asked:
        found = answer_of(brightwater(*shlex.split(command)[1:], "--rows", "1", "--format", "json"))
        assert found["figure"] == figure, command
    # What no single filter finds has no command, rather than one that shows another figure.
    assert len(shown["lines"]) - len(asked) == {"outcome": 1, "product": 1}.get(by, 0)


def test_calls_and_price_rows_add_up_to_the_list_price(brightwater: Run) -> None:
    found = answer_of(
        brightwater(
            *("explain", "cost", *OCTOBER, "--workflow", "refund-agent", "--part", "direct", "--rows", "5"),
            *("--format", "json"),
        )
    )
    # The bill charges list price here, so the calls, their prices and the figure are the same money.
    assert total(found["calls"], "list_cost") == total(found["prices"], "cost") == D(found["figure"])
    first = found["calls"][0]
    call = answer_of(brightwater("explain", "usage", first["usage_id"], "--format", "json"))
    assert (call["list_cost"], call["row_number"]) == (first["list_cost"], first["record"])


def test_the_money_of_one_outcome_is_that_of_its_calls(brightwater: Run) -> None:
    outcome = answer_of(brightwater("explain", "outcome", "refund_decided", *OCTOBER, "--format", "json"))
    dearest = outcome["outcomes"][0]
    found = answer_of(
        brightwater(
            *("explain", "cost", *OCTOBER, "--outcome", f"refund_decided/{dearest['outcome_id']}"),
            *("--format", "json"),
        )
    )
    assert found["figure"] == dearest["cost"]
    assert {call["outcome_id"] for call in found["calls"]} == {dearest["outcome_id"]}


def test_a_cost_per_success_is_a_fraction_of_counted_outcomes(brightwater: Run) -> None:
    with (SAMPLES / "outcomes/outcomes_2026-10.csv").open(newline="", encoding="utf-8") as file:
        decided = [line for line in csv.DictReader(file) if line["kind"] == "refund_decided"]
    successes = [line for line in decided if line["status"] == "success" and not line["reopened_at"]]
    found = answer_of(
        brightwater("explain", "outcome", "refund_decided", *OCTOBER, "--rows", "4", "--format", "json")
    )
    assert len(successes) == 49
    (counted,) = found["outcomes_of"]
    assert (counted["attempts"], counted["successes"]) == (len(decided), 49)
    for figure in found["figures"]:
        # Rounded down at the 15th decimal: less than one unit of it is lost for each success.
        lost = D(figure["cost"]) - 49 * D(figure["per_success"])
        assert 0 <= lost < 49 * D("1e-15"), figure["figure"]
    assert total(found["outcomes"], "cost") == D(found["figures"][0]["cost"])
    costs = {each["part"]: D(each["cost"]) for each in found["costs"]}
    assert D(found["figures"][2]["cost"]) == sum(costs.values())


def test_the_balance_names_the_command_of_each_part(brightwater: Run) -> None:
    found = answer_of(brightwater("explain", "balance", *OCTOBER, "--format", "json"))
    rows = {row["part"].strip(): row for row in found["balance"]}
    assert D(rows["billed"]["amount"]) == sum(
        D(rows[name]["amount"]) for name in ("workflows", "shared not allocated", "gaps")
    )
    assert rows["difference"]["amount"] == "0"
    for row in found["balance"]:
        if row["explain"] is not None:
            again = answer_of(brightwater(*row["explain"].split()[1:], "--format", "json"))
            assert again["figure"] == row["amount"], row["part"]


def test_the_run_rate_is_the_months_cost_over_its_days(brightwater: Run) -> None:
    shown = answer_of(brightwater("forecast", "--format", "json"))
    found = answer_of(brightwater("explain", "forecast", "--format", "json"))
    rate = shown["forecast"]["total"]["run_rate"]["monthly_cost"]
    assert (found["month"], found["days"], found["monthly_cost"]) == ("2026-10", 31, rate)
    # 1,959.060052155 x 365 / (31 x 12), worked by hand to cents.
    assert (found["cost"], f"{D(rate):.2f}") == ("1959.060052155", "1922.20")
    assert total(found["run_rate"], "monthly") == D(rate)
    assert total(found["run_rate"], "cost") == D(found["cost"])


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    "command",
    [
        "cost --workflow support-triage --rows 5",
        "cost --cause unmapped_usage --rows 5",
        "cost --pool vector-search --rows 5",
        "cost --rows 5",
        "outcome change_merged --rows 5",
        "balance",
        "forecast",
    ],
)
def test_it_fits_the_terminal(
    brightwater: Run, monkeypatch: pytest.MonkeyPatch, width: int, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    answer = brightwater("explain", *command.split(), *OCTOBER)
    assert (answer.code, answer.err) == (0, "")
    assert [line for line in answer.out.splitlines() if len(line) > width] == []


ABSENT = {
    "cost --workflow support-triag": """\
error: "support-triag": neither finops.yaml nor the ledger names such a workflow.
  Did you mean support-triage?
""",
    "cost --cause nonsense": """\
error: nonsense: 2026-10 has no such gap.
  There are: tax, unmapped_charge.
""",
    "cost --workflow support-triage --cause tax": """\
error: 2026-10, workflow support-triage, gap tax: n/a, since no USD amount of the bill belongs to it.
  Its calls may be logged and not billed:
  `finops-ai explain estimate --month 2026-10` lists what no bill holds.
""",
    "outcome ticket_solved": """\
error: "ticket_solved": neither finops.yaml nor the ledger names such an outcome kind.
  Did you mean ticket_resolved?
""",
    "estimate": """\
error: 2026-10, every provider: n/a, since nothing that was logged lacks a bill.
  `finops-ai explain balance --month 2026-10` explains what is billed.
""",
}


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("arguments", ABSENT)
def test_what_is_not_there_is_said_with_what_next(finops: Run, arguments: str) -> None:
    answer = finops("explain", *arguments.split())
    # A name that nobody knows is a slip of the pen; what the month does not hold is missing data.
    code = 2 if "neither finops.yaml nor the ledger" in ABSENT[arguments] else 3
    assert (answer.code, answer.out, answer.err) == (code, "", ABSENT[arguments])


@pytest.mark.usefixtures("company")
def test_a_figure_that_is_not_available_says_why(finops: Run) -> None:
    found = answer_of(finops("explain", "outcome", "claim_processed", "--format", "json"))
    assert [(f["figure"], f["per_success"], f["reason"]) for f in found["figures"]] == [
        ("attributed", None, "n/a: no success in the month"),
        ("loaded", None, "n/a: no success in the month"),
        ("ceiling", None, "n/a: no success in the month"),
    ]


def test_a_month_before_it_is_attributed_has_no_figure(folder: Path, finops: Run, template: Path) -> None:
    for name in ("finops.yaml", "bill.csv"):
        shutil.copy(template / name, folder)
    assert finops("ingest", "bill.csv").code == 0
    answer = finops("explain", "cost")
    assert answer.code == 3
    assert answer.err.splitlines() == [
        "error: 2026-10: n/a, since the month is not attributed yet.",
        "  Run `finops-ai attribute --month 2026-10` first.",
    ]
