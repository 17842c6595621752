"""What is at stake follows what is paid: contract rates; and what has no price has no money."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from finops_ai.__main__ import main

HERE = Path(__file__).parent
IMPORTER = HERE.parents[1] / "benchmarks" / "waste_calls.sql"
HALF = """
contract_rates:
  - {name: deal, provider: anthropic, multiplier: "0.5"}
"""

pytestmark = pytest.mark.skipif(
    not IMPORTER.exists(), reason="the benchmarks are not installed with the package"
)


@pytest.fixture
def failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The failed calls' golden log: 0.20 of anthropic, 0.01 of openai."""
    shutil.copytree(HERE / "failed_billed", tmp_path, dirs_exist_ok=True)
    shutil.copyfile(IMPORTER, tmp_path / IMPORTER.name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def amounts(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str | None, str]]:
    capsys.readouterr()
    assert main(("waste", "--detector", "failed_billed", "--format", "json")) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    return {row["subject"]: (row["amount"], row["label"]) for row in found}


def test_a_contract_halves_what_is_at_stake(failed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (failed / "finops.yaml").open("a", encoding="utf-8") as lines:
        lines.write(HALF)
    assert main(("ingest", "calls.csv")) == 0
    found = amounts(capsys)
    assert found["claude-haiku-4-5-20251001"] == ("0.1", "estimated, as priced")
    assert found["gpt-5-mini-2025-08-07"] == ("0.01", "estimated, as priced")


@pytest.mark.usefixtures("failed")
def test_an_unknown_price_is_no_money_and_no_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("ingest", "calls.csv")) == 0
    assert amounts(capsys)["mystery-1"] == (None, "estimated, as priced")
    assert main(("waste",)) == 0
    shown = capsys.readouterr().out
    assert "n/a" in shown
    assert "1 call without a price: their money is not known." in shown
