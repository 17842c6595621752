"""kill -9 of `finops-ai ingest` at random moments: no file is half in, and running it again completes.

FINOPS_KILLS (default 20) is the number of kills over all cases, FINOPS_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import sys
from pathlib import Path

import pytest

from tests.crash.company import (
    Company,
    Content,
    Undisturbed,
    kill_at,
    write_bill,
    write_gateway_log,
    write_outcomes,
    write_sessions,
)

KILLS = int(os.environ.get("FINOPS_KILLS", "20"))
SEED = os.environ.get("FINOPS_SEED") or secrets.token_hex(4)
MIXED_CASES = 4
LARGE_KILLS = max(2, KILLS // 10)
MIXED_KILLS = max(1, (KILLS - LARGE_KILLS) // MIXED_CASES)


def survive(company: Company, folder: Path, *, kills: int, case: str) -> None:
    """Kill the command `kills` times, each time on a ledger as the last kill left it, or a new one."""
    sys.stdout.write(f"FINOPS_SEED={SEED} {case}\n")
    moments = random.Random(f"{SEED} {case}")  # noqa: S311 - to be repeated
    undisturbed = Undisturbed.measure(company, folder)
    ledger = folder / "finops.duckdb"
    done = 0
    while done < kills:
        start = "new" if not ledger.exists() else "left by a kill"
        moment_s = moments.uniform(undisturbed.opened_s * 0.9, undisturbed.ended_s)
        if kill_at(company.command(ledger), moment_s):
            done += 1
        found = Content.of(ledger)
        sys.stdout.write(f"kill {done} at {moment_s:.3f} s, ledger {start}: {len(found.files)} files in\n")
        # A file that is in is wholly in: as many rows as without any kill.
        assert found.files.items() <= undisturbed.content.files.items()
        if moments.random() < 0.2 or len(found.files) == len(undisturbed.content.files):
            workdir = folder / f"work-{done}-{moments.random()}"
            workdir.mkdir()
            company.finish(ledger, workdir)
            assert Content.of(ledger) == undisturbed.content
            for path in folder.glob("finops.duckdb*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("case", range(MIXED_CASES))
def test_no_kill_leaves_a_file_half_in(tmp_path: Path, case: int) -> None:
    company = Company(
        (
            write_bill(tmp_path / "october-1.csv", 1_500),
            write_gateway_log(tmp_path / "gateway.jsonl", 300),
            write_bill(tmp_path / "october-2.csv", 1_600, cents_more=case + 1),
            write_sessions(tmp_path / "projects", 12, 20),
            write_outcomes(tmp_path / "outcomes.csv", 100),
        )
    )
    survive(company, tmp_path, kills=MIXED_KILLS, case=f"mixed {case}")


@pytest.mark.slow
def test_no_kill_breaks_a_load_that_bypasses_the_log(tmp_path: Path) -> None:
    bill = write_bill(tmp_path / "october.csv", 175_000)
    assert bill.stat().st_size > 32 << 20
    survive(Company((bill,)), tmp_path, kills=LARGE_KILLS, case="large")
