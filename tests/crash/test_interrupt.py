"""Ctrl-C during `finops-ai ingest`: exit code 130, one line, and no file half in."""

from __future__ import annotations

import os
import random
import secrets
import signal
import sys
from pathlib import Path

import pytest

from tests.crash.company import (
    Company,
    Content,
    Undisturbed,
    interrupt_at,
    write_bill,
    write_gateway_log,
    write_outcomes,
)

INTERRUPTS = max(2, int(os.environ.get("FINOPS_KILLS", "20")) // 5)
SEED = os.environ.get("FINOPS_SEED") or secrets.token_hex(4)
SAID = "interrupted; what was committed before stays, nothing is half in the ledger\n"


@pytest.mark.slow
def test_ctrl_c_leaves_whole_files_and_says_so(tmp_path: Path) -> None:
    sys.stdout.write(f"FINOPS_SEED={SEED} Ctrl-C\n")
    moments = random.Random(f"{SEED} Ctrl-C")  # noqa: S311 - to be repeated
    company = Company(
        (
            write_bill(tmp_path / "october.csv", 20_000),
            write_gateway_log(tmp_path / "gateway.jsonl", 3_000),
            write_outcomes(tmp_path / "outcomes.csv", 100),
        )
    )
    undisturbed = Undisturbed.measure(company, tmp_path)
    done = 0
    for _ in range(20 * INTERRUPTS):
        if done == INTERRUPTS:
            break
        ledger = tmp_path / f"{moments.random()}.duckdb"
        moment_s = moments.uniform(undisturbed.opened_s * 0.8, undisturbed.ended_s)
        code, err = interrupt_at(company.command(ledger), moment_s)
        sys.stdout.write(f"Ctrl-C at {moment_s:.3f} s: {code} {err}")
        if code == 0:
            continue  # it was done before
        done += 1
        found = Content.of(ledger)
        assert code in {130, -signal.SIGINT}  # a shell says 130 of both
        if (code, err) == (-signal.SIGINT, ""):
            assert found == undisturbed.content  # all was done, and Python about to close
            continue
        assert err == SAID
        assert found.files.items() <= undisturbed.content.files.items()
        company.finish(ledger, tmp_path)
        assert Content.of(ledger) == undisturbed.content
    assert done == INTERRUPTS, "the command ended before Ctrl-C far too often"
