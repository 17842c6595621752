"""Files that are cut short, flipped or gone: noticed at the next open or read, never passed over."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from finops_ai.__main__ import main
from finops_ai.errors import ConfigError, FinopsError, IntegrityError
from finops_ai.ledger import Ledger
from tests.crash.company import Company, Content, write_bill, write_gateway_log

DIES_AFTER_COMMIT = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from finops_ai.importers import Options, find_sources, ingest, load_registry
from finops_ai.ledger import Ledger

ledger_path, folder, *paths = map(Path, sys.argv[1:])
sources = find_sources(paths, workdir=folder)
ledger = Ledger.open(ledger_path, readable=[*(source.path for source in sources), folder])
for result in ingest(ledger, sources, load_registry(), Options(datetime(2026, 11, 21), folder)):
    assert result.status == "imported", result
os.kill(os.getpid(), signal.SIGKILL)
"""
HINT = (
    "Restore the ledger and its .wal from a backup. To go on with what is there, delete "
    "finops.duckdb.head and ingest the files again: known rows are not added twice."
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger whose file holds a bill, and whose WAL holds two logs besides."""
    folder = tmp_path_factory.mktemp("original")
    Company((write_bill(folder / "bill.csv", 40),)).finish(folder / "finops.duckdb", folder)
    logs = (write_gateway_log(folder / "a.jsonl", 30), write_gateway_log(folder / "b.jsonl", 50))
    for log in logs:
        arguments = [sys.executable, "-c", DIES_AFTER_COMMIT, folder / "finops.duckdb", folder, log]
        assert subprocess.run([str(each) for each in arguments], check=False).returncode == -9
    return folder


@pytest.fixture
def copied(original: Path, tmp_path: Path) -> Path:
    """A copy of that ledger, to be damaged."""
    for path in original.glob("finops.duckdb*"):
        shutil.copyfile(path, tmp_path / path.name)
    return tmp_path / "finops.duckdb"


def wal(ledger: Path) -> Path:
    return ledger.with_name("finops.duckdb.wal")


def head(ledger: Path) -> Path:
    return ledger.with_name("finops.duckdb.head")


def test_what_only_the_wal_holds_is_there_after_the_kill(copied: Path) -> None:
    assert wal(copied).stat().st_size > 1_000
    assert json.loads(head(copied).read_text())["usage_rows"] == 50
    found = Content.of(copied)
    assert (found.tables["charge"][0], found.tables["token_usage"][0]) == (40, 50)


def missing(ledger: Path, batch: int, usage_rows: int) -> str:
    return (
        f"{ledger}: the last commits are missing: finops.duckdb.head knows batch 3 (40 charges, 50 usage "
        f"rows), the ledger holds batch {batch} (40, {usage_rows})."
    )


@pytest.mark.parametrize(
    ("percent", "batch", "usage_rows"),
    [(0, 1, 0), (1, 1, 0), (10, 1, 0), (30, 1, 0), (50, 1, 0), (75, 2, 30), (90, 2, 30), (99, 2, 30)],
)
def test_a_wal_cut_short_is_noticed(copied: Path, percent: int, batch: int, usage_rows: int) -> None:
    content = wal(copied).read_bytes()
    wal(copied).write_bytes(content[: len(content) * percent // 100])
    with pytest.raises(IntegrityError) as told, Ledger.open(copied):
        pass
    assert (told.value.message, told.value.hint) == (missing(copied, batch, usage_rows), HINT)
    with pytest.raises(IntegrityError) as again, Ledger.open(copied, read_only=True):
        pass
    assert again.value.message == told.value.message


def test_a_wal_that_is_gone_is_noticed(copied: Path) -> None:
    wal(copied).unlink()
    with pytest.raises(IntegrityError) as told, Ledger.open(copied, read_only=True):
        pass
    assert told.value.message == missing(copied, 1, 0)


def test_the_command_ends_with_exit_code_7(copied: Path, capfd: pytest.CaptureFixture[str]) -> None:
    wal(copied).unlink()
    assert main(["--ledger", str(copied), "status"]) == 7
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines()[0] == f"error: {missing(copied, 1, 0)}"
    assert "Traceback" not in err


def test_after_the_advice_is_followed_the_files_are_in_again(copied: Path, original: Path) -> None:
    whole = Content.of(copied)
    wal(copied).unlink(missing_ok=True)
    shutil.copyfile(original / "finops.duckdb", copied)
    head(copied).unlink()
    Company((original / "bill.csv", original / "a.jsonl", original / "b.jsonl")).finish(copied, copied.parent)
    found = Content.of(copied)
    for table in ("charge", "token_usage", "delivery"):
        assert found.tables[table] == whole.tables[table]


def opened(ledger: Path) -> str:
    """`whole`, or the message of the error that reading everything ends with."""
    try:
        Content.of(ledger)
    except FinopsError as error:
        assert isinstance(error, IntegrityError), error
        return error.message
    return "whole"


@pytest.fixture
def checkpointed(copied: Path) -> Path:
    """The ledger with everything in its file."""
    Content.of(copied)
    assert not wal(copied).exists()
    return copied


def test_a_database_cut_short_is_an_integrity_error(checkpointed: Path) -> None:
    content = checkpointed.read_bytes()
    for share in (0.05, 0.3, 0.6, 0.95):
        checkpointed.write_bytes(content[: int(len(content) * share)])
        assert "Could not read enough bytes from file" in opened(checkpointed)


def test_a_flipped_bit_is_an_integrity_error_or_harmless(checkpointed: Path) -> None:
    whole = Content.of(checkpointed)
    content = checkpointed.read_bytes()
    places = random.Random(7)  # noqa: S311 - the same places in every run
    told = 0
    for _ in range(25):
        flipped = bytearray(content)
        flipped[places.randrange(len(content))] ^= 1 << places.randrange(8)
        checkpointed.write_bytes(flipped)
        message = opened(checkpointed)
        if message == "whole":
            assert Content.of(checkpointed) == whole
        else:
            told += 1
            assert "Corrupt database file: computed checksum" in message
    assert told >= 5


def test_a_damaged_file_never_ends_in_a_traceback(
    checkpointed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content = checkpointed.read_bytes()
    checkpointed.write_bytes(content[: len(content) // 2])
    assert main(["--ledger", str(checkpointed), "check"]) == 7
    err = capfd.readouterr().err
    assert err.startswith(f"error: {checkpointed}: ")
    assert "Restore it from a backup, or rebuild it with `finops-ai ingest`" in " ".join(err.split())
    assert "Traceback" not in err


@pytest.mark.parametrize("content", [b"not a database at all, but longer than a header" * 400, b"x"])
def test_another_file_is_not_a_ledger(tmp_path: Path, content: bytes) -> None:
    ledger = tmp_path / "finops.duckdb"
    ledger.write_bytes(content)
    with pytest.raises(ConfigError) as told, Ledger.open(ledger):
        pass
    assert told.value.message == f"{ledger}: is not a ledger: it is no DuckDB file."
    assert ledger.read_bytes() == content


def state(ledger: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(head(ledger).read_text())
    return found


def test_a_head_that_is_gone_is_written_again(checkpointed: Path) -> None:
    before = state(checkpointed)
    head(checkpointed).unlink()
    with Ledger.open(checkpointed, read_only=True):
        assert not head(checkpointed).exists()  # who only reads writes nothing
    with Ledger.open(checkpointed):
        assert state(checkpointed) == before


def test_a_head_that_is_behind_follows(checkpointed: Path) -> None:
    # Killed between COMMIT and the write of the head: the database is whole and ahead.
    before = state(checkpointed)
    head(checkpointed).write_text(
        json.dumps({**before, "batch_id": 1, "running_hash": "old", "usage_rows": 0})
    )
    with Ledger.open(checkpointed):
        assert state(checkpointed) == before


@pytest.mark.parametrize("change", [{"batch_id": 4}, {"running_hash": "other"}, {"charge_rows": 41}])
def test_a_head_that_is_ahead_or_differs_is_an_integrity_error(
    checkpointed: Path, change: dict[str, object]
) -> None:
    head(checkpointed).write_text(json.dumps({**state(checkpointed), **change}))
    with pytest.raises(IntegrityError, match="the last commits are missing"), Ledger.open(checkpointed):
        pass


@pytest.mark.parametrize("text", ["", "{", "[]", '{"batch_id": 3}', "null", '"text"', "\x00\xff"])
def test_a_head_that_is_garbage_is_an_integrity_error(checkpointed: Path, text: str) -> None:
    head(checkpointed).write_bytes(text.encode("latin-1"))
    with pytest.raises(IntegrityError) as told, Ledger.open(checkpointed):
        pass
    assert told.value.message.startswith(f"{head(checkpointed)}: is not a ledger head (")
    assert told.value.hint == "Delete it; the next write makes it anew."


def test_a_half_written_new_head_is_no_harm(checkpointed: Path) -> None:
    before = state(checkpointed)
    head(checkpointed).with_name("finops.duckdb.head.new").write_text('{"batch_')
    with Ledger.open(checkpointed):
        assert state(checkpointed) == before
