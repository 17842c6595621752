"""kill -9 while a ledger is made or brought to a newer schema: the next open finishes what is missing.

Of FINOPS_KILLS every fifth (default 4) is spent on each, FINOPS_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
KILLS = max(2, int(os.environ.get("FINOPS_KILLS", "20")) // 5)
SEED = os.environ.get("FINOPS_SEED") or secrets.token_hex(4)
OLD_ROWS = 50_000


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
    sys.stdout.write(f"FINOPS_SEED={SEED} new\n")
    moments = random.Random(f"{SEED} new")  # noqa: S311 - to be repeated
    took_s = told_to_open(opener(tmp_path / "undisturbed.duckdb"), dies_after_s=None)
    expected = schema(tmp_path / "undisturbed.duckdb")
    for kill in range(KILLS):
        ledger = tmp_path / f"{kill}.duckdb"
        told_to_open(opener(ledger), dies_after_s=moments.uniform(0, took_s))
        assert schema(ledger) == expected


def held(ledger: Path) -> list[tuple[object, ...]]:
    """All calls as the first schema knew them, in one line, and what stands in the columns added since."""
    with Ledger.open(ledger) as opened:
        return opened.rows(
            "SELECT count(*), sum(usage_id), sum(input_uncached_tokens), min(at_utc), max(at_utc), "
            "count(DISTINCT source_key), min(grain), max(grain), count(quality) FROM token_usage"
        )


def test_an_upgrade_that_was_killed_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sys.stdout.write(f"FINOPS_SEED={SEED} old\n")
    moments = random.Random(f"{SEED} old")  # noqa: S311 - to be repeated
    old = tmp_path / "old.duckdb"
    first = migrate.known()[:1]
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "known", lambda: first)
        with Ledger.open(old) as opened, opened.transaction(writes="none"):
            opened.execute(
                "INSERT INTO token_usage (file_id, row_number, usage_id, source, source_key, at_utc, "
                "provider, input_uncached_tokens) SELECT 1, i, i, 'litellm', 'call-' || i, "
                "TIMESTAMP '2026-10-01' + to_seconds(i), 'openai', i FROM range(1, $rows + 1) AS calls(i)",
                {"rows": OLD_ROWS},
            )
            opened.execute(
                "INSERT INTO imported_file "
                "SELECT 1, 'sha', 'log.jsonl', 'litellm_payload', 'token_usage', 1, $rows, $rows, "
                "0, 0, 0, 0, 0, 0, NULL, NULL, TIMESTAMP '2026-11-21'",
                {"rows": OLD_ROWS},
            )
    sample = copied(old, tmp_path / "undisturbed.duckdb")
    took_s = told_to_open(opener(sample), dies_after_s=None)
    expected, rows = schema(sample), held(sample)
    assert rows[0][0] == OLD_ROWS
    for kill in range(KILLS):
        ledger = copied(old, tmp_path / f"{kill}.duckdb")
        told_to_open(opener(ledger), dies_after_s=moments.uniform(0, took_s))
        assert schema(ledger) == expected
        assert held(ledger) == rows


def copied(ledger: Path, target: Path) -> Path:
    for suffix in ("", ".head"):
        shutil.copyfile(f"{ledger}{suffix}", f"{target}{suffix}")
    return target


DIES_UPGRADED = """
import os, signal, sys
from pathlib import Path
from finops_ai.ledger import Ledger

ledger = Ledger.open(Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("read_only", [False, True], ids=["to write", "to read"])
def test_an_upgrade_that_only_the_log_holds_is_read_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_only: bool
) -> None:
    ledger = tmp_path / "it's old.duckdb"
    first = migrate.known()[:1]
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "known", lambda: first)
        Ledger.open(ledger).close()
    dead = subprocess.run([sys.executable, "-c", DIES_UPGRADED, str(ledger)], check=False)
    assert dead.returncode == -9
    assert Path(f"{ledger}.wal").stat().st_size > 1_000
    with Ledger.open(ledger, read_only=read_only) as opened:
        assert opened.value("SELECT max(version) FROM schema_version") == migrate.known()[-1][0]
