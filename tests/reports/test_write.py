"""Delivery: whole files or none, mode 0600, errors that name the path and the reason."""

from __future__ import annotations

import errno
import os
from datetime import datetime
from pathlib import Path

import pytest

from finops_ai.errors import DeliveryError, ExitCode
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reports import Reported, last_reported, record_reported, write_report

OCTOBER = Month(2026, 10)
FILES = {"b.csv": "x\r\n", "a.md": "Grüße\n"}
FIRST, SECOND = datetime(2026, 11, 3, 6), datetime(2026, 11, 4, 6)


def test_files_are_written_byte_for_byte_and_private(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    assert write_report(FILES, out) == [out / "a.md", out / "b.csv"]
    assert (out / "a.md").read_bytes() == "Grüße\n".encode()
    assert (out / "b.csv").read_bytes() == b"x\r\n"
    assert {oct(path.stat().st_mode & 0o777) for path in out.iterdir()} == {"0o600"}
    assert sorted(path.name for path in out.iterdir()) == ["a.md", "b.csv"], "no temporary file stays"


def test_writing_again_replaces(tmp_path: Path) -> None:
    write_report(FILES, tmp_path)
    write_report({"a.md": "second\n"}, tmp_path)
    assert (tmp_path / "a.md").read_text() == "second\n"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(DeliveryError, match="is a file, not a folder") as caught:
        write_report(FILES, tmp_path / "out")
    assert caught.value.exit_code is ExitCode.DELIVERY
    assert caught.value.hint
    assert (tmp_path / "out").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DeliveryError, match=r"file/out: the report cannot be written: Not a directory"):
        write_report(FILES, tmp_path / "file" / "out")


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_says_no_leaves_the_last_report_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    write_report(FILES, tmp_path)
    calls: list[int] = []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(DeliveryError, match=os.strerror(reason)):
        write_report({"a.md": "new\n", "b.csv": "new\r\n"}, tmp_path)
    assert (tmp_path / "a.md").read_bytes() == "Grüße\n".encode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md", "b.csv"]


def test_every_file_is_on_disk_before_the_first_is_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    replace = Path.replace

    def renamed(path: Path, target: Path) -> Path:
        events.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", lambda _: events.append("fsync"))
    monkeypatch.setattr(Path, "replace", renamed)
    write_report(FILES, tmp_path)
    assert events == ["fsync", "fsync", "rename", "rename", "fsync"]


def test_the_first_report_of_a_month_has_none_before(ledger: Ledger) -> None:
    assert record_reported(ledger, OCTOBER, "aa", FIRST) is None
    assert last_reported(ledger, OCTOBER) == Reported("aa", FIRST)
    assert ledger.rows("SELECT month::VARCHAR, state FROM period") == [("2026-10-01", "open")]


def test_changed_figures_return_the_hash_before(ledger: Ledger) -> None:
    record_reported(ledger, OCTOBER, "aa", FIRST)
    assert record_reported(ledger, OCTOBER, "bb", SECOND) == "aa"
    assert last_reported(ledger, OCTOBER) == Reported("bb", SECOND)


def test_unchanged_figures_keep_their_first_instant(ledger: Ledger) -> None:
    record_reported(ledger, OCTOBER, "aa", FIRST)
    assert record_reported(ledger, OCTOBER, "aa", SECOND) == "aa"
    assert last_reported(ledger, OCTOBER) == Reported("aa", FIRST)


def test_a_closed_month_stays_closed(ledger: Ledger) -> None:
    ledger.execute("INSERT INTO period VALUES ('2026-10-01', 'closed', NULL, NULL)")
    assert record_reported(ledger, OCTOBER, "aa", FIRST) is None
    assert ledger.value("SELECT state FROM period") == "closed"


def test_recording_works_inside_a_transaction(ledger: Ledger) -> None:
    with ledger.transaction(writes="none"):
        record_reported(ledger, OCTOBER, "aa", FIRST)
    assert last_reported(ledger, OCTOBER) == Reported("aa", FIRST)
