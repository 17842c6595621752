"""One process at a time: who waits, who is told, and that nothing is lost or doubled."""

from __future__ import annotations

import multiprocessing
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from finops_ai.__main__ import main
from finops_ai.errors import ExitCode, LockedError
from finops_ai.ledger import Ledger
from tests.ledger.contender import OWN_ROWS, SHARED_ROWS, ingest_files

PROCESSES = 20
FILES = 2

HOLDS = """
import sys
from pathlib import Path
from finops_ai.ledger import Ledger

with Ledger.open(Path(sys.argv[1]), read_only=sys.argv[2] == "reader"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held(ledger: Path, role: str) -> Iterator[subprocess.Popen[str]]:
    """Another process has the ledger open."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(ledger), role],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    path = tmp_path / "finops.duckdb"
    Ledger.open(path).close()
    return path


@pytest.mark.parametrize("read_only", [False, True], ids=["writer", "reader"])
def test_a_second_process_is_told_who_holds_the_ledger(ledger_path: Path, read_only: bool) -> None:
    with held(ledger_path, "writer") as holder:
        with pytest.raises(LockedError) as told:
            Ledger.open(ledger_path, read_only=read_only, lock_timeout_s=0.2)
        assert re.fullmatch(
            rf"{re.escape(str(ledger_path))}: another process holds the ledger "
            rf"\(\S*python\S* \(PID {holder.pid}\)\)\.",
            told.value.message,
        )
        assert told.value.hint == "Wait for it or end it, or allow more time with --lock-timeout."


def test_a_reader_keeps_writers_out_and_other_readers_in(ledger_path: Path) -> None:
    with held(ledger_path, "reader") as holder:
        with pytest.raises(LockedError, match=f"PID {holder.pid}"):
            Ledger.open(ledger_path, lock_timeout_s=0.2)
        with Ledger.open(ledger_path, read_only=True, lock_timeout_s=0.2) as second:
            assert second.value("SELECT count(*) FROM charge") == 0


def test_the_command_ends_with_exit_code_5(ledger_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with held(ledger_path, "writer") as holder:
        arguments = ["--ledger", str(ledger_path), "--lock-timeout", "0.2", "status"]
        assert main(arguments) == ExitCode.LOCKED
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(f"error: {ledger_path}: another process holds the ledger (")
    assert f"(PID {holder.pid})" in err
    assert "Traceback" not in err


def test_a_killed_holder_lets_go(ledger_path: Path) -> None:
    with held(ledger_path, "writer") as holder:
        holder.kill()
        holder.wait()
        with Ledger.open(ledger_path, lock_timeout_s=5) as opened:
            assert opened.broken_promises() == []


def test_a_waiting_process_gets_in_when_the_holder_leaves(ledger_path: Path) -> None:
    with held(ledger_path, "writer") as holder:
        assert holder.stdin is not None
        holder.stdin.write("\n")
        holder.stdin.flush()
        with Ledger.open(ledger_path, lock_timeout_s=30) as opened:
            assert opened.value("SELECT count(*) FROM charge") == 0


@pytest.mark.slow
def test_twenty_processes_lose_and_double_nothing(ledger_path: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.ledger.contender"])
    processes = [
        context.Process(target=ingest_files, args=(ledger_path, tmp_path, number, FILES))
        for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    files = PROCESSES * FILES
    with Ledger.open(ledger_path) as ledger:
        assert ledger.broken_promises() == []
        outcomes = files * OWN_ROWS + SHARED_ROWS
        counts = ledger.rows("SELECT count(*), count(DISTINCT outcome_id) FROM outcome")
        assert counts == [(outcomes, outcomes)]
        imported = ledger.rows(
            "SELECT count(*), count(DISTINCT file_id), sum(rows_read), sum(rows_added), sum(rows_repeated) "
            "FROM imported_file"
        )
        repeated = (files - 1) * SHARED_ROWS
        assert imported == [(files, files, files * (OWN_ROWS + SHARED_ROWS), outcomes, repeated)]
        assert ledger.value("SELECT batch_id FROM ledger_head") == files
