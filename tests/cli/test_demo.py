"""The first minute: the whole job on the shipped samples, in one command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.slow
def test_demo_runs_the_whole_job(folder: Path, finops: Run) -> None:
    answer = finops("demo")
    assert answer.code == 0, answer.err
    for step in (
        "ingest bills",
        "attribute --month 2026-10",
        "forecast --months 12",
        "report --month 2026-10",
    ):
        assert f"$ finops-ai {step}" in answer.out
    for said in ("(difference 0)", "Cost per successful outcome", "Rejected rows (6 in all", "Contingency"):
        assert said in answer.out
    for scenario in ("Conservative", "Expected", "Aggressive"):
        assert scenario in answer.out
    assert max(len(line) for line in answer.out.splitlines()) <= 80
    assert "The report: demo/report/finops-2026-10.html\n" in answer.out
    assert (folder / "demo" / "report" / "finops-2026-10.html").is_file()
    # The demo's folder is complete: the other commands go on there.
    assert finops("--config", "demo/finops.yaml", "check").code == 0
