"""kill -9 while a new ledger is made: the next open finishes what is missing."""

from __future__ import annotations

import random
import secrets
import subprocess
import sys
import time
from pathlib import Path

from finops_ai.ledger import Ledger, migrate

OPENS = """
import sys
from pathlib import Path
from finops_ai.ledger import Ledger

print("ready", flush=True)
sys.stdin.readline()
Ledger.open(Path(sys.argv[1])).close()
print("done", flush=True)
"""
KILLS = 12


def opener(ledger: Path) -> subprocess.Popen[str]:
    """A process that has loaded everything and opens the ledger when it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", OPENS, str(ledger)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def told_to_open(process: subprocess.Popen[str], *, dies_after_s: float | None) -> float:
    """Let it open the ledger, and kill it after `dies_after_s`; returns how long it took."""
    assert process.stdin is not None
    start_s = time.perf_counter()
    process.stdin.write("\n")
    process.stdin.flush()
    try:
        process.wait(timeout=dies_after_s)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
    return time.perf_counter() - start_s


def schema(ledger: Path) -> list[tuple[str, str]]:
    with Ledger.open(ledger) as opened:
        assert opened.value("SELECT max(version) FROM schema_version") == migrate.known()[-1][0]
        assert opened.broken_promises() == []
        return opened.rows("SELECT table_name, sql FROM duckdb_tables() ORDER BY ALL")


def test_a_migration_that_was_killed_is_completed(tmp_path: Path) -> None:
    seed = secrets.token_hex(4)
    sys.stdout.write(f"seed {seed}\n")
    moments = random.Random(seed)  # noqa: S311 - to be repeated
    took_s = told_to_open(opener(tmp_path / "undisturbed.duckdb"), dies_after_s=None)
    expected = schema(tmp_path / "undisturbed.duckdb")
    for kill in range(KILLS):
        ledger = tmp_path / f"{kill}.duckdb"
        told_to_open(opener(ledger), dies_after_s=moments.uniform(0, took_s))
        assert schema(ledger) == expected
