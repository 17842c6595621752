"""Several currencies on the command line: converted amounts beside the originals, gaps by name."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from rich.cells import cell_len

from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.screen import show
from tests.cli.conftest import BILL_HEAD, CONFIG, Run, bill_line

RATES = "date,from,to,rate,source\n2026-10-01,EUR,USD,1.0835,ECB\n"


@pytest.fixture
def abroad(folder: Path) -> Path:
    """70.10 USD, 10.00 EUR and 7.00 DBU of one workflow; a rate for EUR."""
    lines = [
        bill_line("70.10", "Triage GPU"),
        bill_line("10.00", "Triage EU").replace("USD", "EUR"),
        bill_line("7.00", "Triage DBU").replace("USD", "DBU"),
    ]
    (folder / "bill.csv").write_text(BILL_HEAD + "".join(lines), encoding="utf-8")
    (folder / "fx.csv").write_text(RATES, encoding="utf-8")
    (folder / "finops.yaml").write_text(f"{CONFIG}fx_rates: fx.csv\n", encoding="utf-8")
    return folder


def test_attribute_shows_both_amounts_and_the_gap(abroad: Path, finops: Run) -> None:
    assert finops("ingest", "bill.csv").code == 0
    found = json.loads(finops("attribute", "--format", "json").out)
    assert [(row["currency"], row["billed"], row["converted"]) for row in found["converted_totals"]] == [
        ("USD", "70.1", "70.1"),
        ("DBU", "7", None),
        ("EUR", "10", "10.835"),
    ]
    assert [(row["name"], row["total"]) for row in found["converted_lines"]] == [("support-triage", "80.935")]
    assert [(row["cause"], row["currency"], row["cost"]) for row in found["unconverted"]] == [
        ("currency", "DBU", "7")
    ]
    text = finops("attribute").out
    assert "80.94 USD = USD 70.10 + EUR 10.84; without a rate and not in it: 7.00 DBU" in text.replace(
        " \n", " "
    )
    assert "In the reporting currency" in finops("status").out
    assert finops("check").code == 0
    assert finops("sql", "FROM fx_file SELECT rate_rows", "--format", "csv").out == "rate_rows\n1\n"
    assert (abroad / "fx.csv").exists()


def test_a_pool_is_explained_in_the_currency_of_the_figure(folder: Path, finops: Run) -> None:
    """A pool that two currencies fill: of the euros only the euros' step is shown."""
    lines = [bill_line("30.00", "Vector Store"), bill_line("10.00", "Vector Store").replace("USD", "EUR")]
    (folder / "bill.csv").write_text(BILL_HEAD + "".join(lines), encoding="utf-8")
    (folder / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    assert finops("ingest", "bill.csv").code == 0
    assert finops("attribute").code == 0
    for currency, billed, own in (("EUR", "10", "5"), ("USD", "30", "15")):
        answer = finops("explain", "cost", "--workflow", "claims-intake", "--currency", currency)
        steps = [line for line in answer.out.splitlines() if line.startswith("pool vector-search: ")]
        assert steps == [
            f"pool vector-search: billed {billed} {currency}, split evenly over 2 workflows; here {own}"
        ]


def test_vendors_with_names_in_other_scripts_stay_apart(folder: Path, finops: Run) -> None:
    lines = [
        bill_line(cost, "GPU").replace("Hosting", name)
        for cost, name in (("1", "東京ホスト"), ("2", "大阪ホスト"), ("4", "Café Météo"), ("8", "!?"))
    ]
    (folder / "bill.csv").write_text(BILL_HEAD + "".join(lines), encoding="utf-8")
    assert finops("ingest", "bill.csv").code == 0
    query = "SELECT provider, billed_cost AS cost FROM charge ORDER BY cost"
    assert finops("sql", query, "--format", "csv").out == (
        "provider,cost\n東京ホスト,1\n大阪ホスト,2\ncafé-météo,4\nunknown,8\n"
    )


def test_names_of_wide_characters_wrap_and_are_never_cut(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two places a character: the line fits its terminal, and every character of the name is there."""
    name = "日本語のとても長いワークフローの名前" * 3
    table = Table("lines", "Spend", columns("name:workflow", "cost:cost:money"), ((name, Decimal("1234.5")),))
    capsys.readouterr()
    show(Document("test", (table,)))
    lines = capsys.readouterr().out.splitlines()[3:]
    assert lines[0].endswith("  1,234.50")
    assert "".join(lines).replace("1,234.50", "").replace(" ", "") == name
    assert all(cell_len(line) <= 80 for line in lines)
    assert folder.is_dir()


def test_a_new_rate_converts_the_month_again_and_nothing_else(abroad: Path, finops: Run) -> None:
    finops("ingest", "bill.csv")
    finops("attribute")
    heads = "SELECT max(batch_id) FROM ledger_head"
    batch = finops("sql", heads).out
    assert finops("attribute").code == 0
    assert finops("sql", heads).out == batch
    (abroad / "fx.csv").write_text(RATES + "2026-10-01,DBU,USD,0.5,contract\n", encoding="utf-8")
    found = json.loads(finops("attribute", "--format", "json").out)
    assert found["converted_totals"][1]["converted"] == "3.5"
    assert found["unconverted"] == []


def test_the_report_has_a_section_and_a_file_of_currencies(abroad: Path, finops: Run) -> None:
    finops("ingest", "bill.csv")
    assert finops("report", "--out", "out").code == 0
    text = (abroad / "out" / "finops-2026-10.md").read_text(encoding="utf-8")
    assert "## In USD" in text
    assert "| **total** |  | **80.94** |  |  |  |  |" in text
    assert "no rate DBU to USD on or before the day of the charge" in text
    rows = (abroad / "out" / "finops-2026-10-currencies.csv").read_text(encoding="utf-8").splitlines()
    assert rows[3] == '"2026-10","currency",,"EUR",10,"USD",10.835,0,1.0835,1.0835,,1,"billed"'


@pytest.mark.usefixtures("company")
def test_a_month_in_one_currency_says_nothing_of_rates(finops: Run) -> None:
    assert "In the reporting currency" not in finops("status").out
    assert json.loads(finops("attribute", "--format", "json").out).get("converted_totals") is None


def test_config_show_names_the_rates(abroad: Path, finops: Run) -> None:
    (abroad / "finops.yaml").write_text(
        "version: 1\nfx_rates: {file: fx.csv, max_age: 31d, max_age_of: {DBU: 400d}, inverse: true,"
        " through: EUR}\nfreshness:\n  default: {warn_after: 3d, error_after: 10d}\n",
        encoding="utf-8",
    )
    settings = {
        row["setting"]: row
        for row in json.loads(finops("config", "show", "--format", "json").out)["settings"]
    }
    assert settings["fx_rates"]["value"] == (
        "fx.csv, at most 31 days old, DBU 400, also inverse, also through EUR"
    )
    assert settings["freshness.default"]["value"] == "warn after 3 days, error after 10 days"
    assert settings["fx_rates"]["origin"] == "finops.yaml:2"


def test_tables_of_several_currencies_fit_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    layout = columns(
        *("kind:outcome", "workflow:workflow", "currency:currency", "attempts:tried:count"),
        *("successes:success:count", "provisional:not final:count", "a:attributed:money4"),
        *("b:loaded:money4", "c:ceiling:money4"),
    )
    money = (Decimal("11.5380"), Decimal("16.6701"), Decimal("86.4600"))
    rows = [("ticket_resolved", "support-triage", name, 176, 129, 43, *money) for name in ("EUR", "USD")]
    show(Document("outcomes", (Table("outcomes", "Cost", layout, tuple(rows)),), {}))
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines) == 80
    # Money is whole; the word over the currencies and then the names give way.
    assert (
        lines[1].split() == "outcome workflow cur tried success not final attributed loaded ceiling".split()
    )
    assert lines[3].split() == "ticket_ support- EUR 176 129 43 11.5380 16.6701 86.4600".split()
    assert lines[4].split() == ["resolved", "triage"]
