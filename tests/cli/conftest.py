"""A company of five bill lines, all amounts checkable by head, and a way to run commands on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from finops_ai.__main__ import main

CONFIG = """\
version: 1
workflows:
  support-triage: {owner: maria, team: support}
  claims-intake: {owner: priya, team: claims}
rules:
  - workflow: support-triage
    when: {service_name: Triage*}
outcomes:
  - {kind: ticket_resolved, workflow: support-triage, link: session_id}
  - {kind: claim_processed, workflow: claims-intake, link: session_id}
pools:
  - name: vector-search
    when: {service_name: Vector Store}
    split: {by: even, receivers: [support-triage, claims-intake]}
"""
BILL_HEAD = (
    "BillingAccountId,BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,"
    "ChargeDescription,ChargePeriodStart,ChargePeriodEnd,EffectiveCost,ListCost,ContractedCost,"
    "ProviderName,ServiceName\n"
)
SPAN = "2026-10-01T00:00:00Z,2026-11-01T00:00:00Z"
OUTCOMES = """\
outcome_id,kind,status,resolved_at,session_id
T-1,ticket_resolved,success,2026-10-03T10:00:00Z,s1
T-2,ticket_resolved,success,2026-10-04T10:00:00Z,s2
T-3,ticket_resolved,failed,2026-10-05T10:00:00Z,s3
C-1,claim_processed,failed,2026-10-06T10:00:00Z,s4
"""


def bill_line(cost: str, service: str, category: str = "Usage") -> str:
    return f"acme,{cost},USD,{SPAN},{category},{service},{SPAN},{cost},{cost},{cost},Hosting,{service}\n"


BILL = BILL_HEAD + "".join(
    (
        bill_line("70.10", "Triage GPU"),
        bill_line("30.00", "Vector Store"),
        bill_line("7.25", "Seats"),
        bill_line("3.00", "Sales tax", "Tax"),
    )
)


@dataclass(frozen=True)
class Answer:
    """How one command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, 80 columns wide, without colour."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def finops(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `finops-ai` with the arguments given, in the current folder."""
    assert folder.is_dir()

    def run(*arguments: str) -> Answer:
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's files and its ledger, made once by the commands themselves."""
    home = tmp_path_factory.mktemp("company")
    (home / "finops.yaml").write_text(CONFIG, encoding="utf-8")
    (home / "bill.csv").write_text(BILL, encoding="utf-8")
    (home / "outcomes.csv").write_text(OUTCOMES, encoding="utf-8")
    flags = ("--config", str(home / "finops.yaml"))
    assert main((*flags, "ingest", str(home / "bill.csv"), str(home / "outcomes.csv"))) == 0
    assert main((*flags, "attribute")) == 0
    return home


@pytest.fixture
def company(folder: Path, template: Path) -> Path:
    """A copy of the company as the current folder."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return folder
