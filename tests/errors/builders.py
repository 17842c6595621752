"""Inputs that cannot stand in a repository: damaged, locked, hostile or large ones.

A function named like its case prepares the current folder; one that is a context manager holds
something open while the command runs.
"""

from __future__ import annotations

import gzip
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from finops_ai.ledger.migrate import known
from tests.cli.conftest import BILL, BILL_HEAD, bill_line
from tests.errors.conftest import Case

_LEDGER = "finops.duckdb"
_HOSTILE = "a.csv'); drop table charge; --.csv"
_REPOSITORY = Path(__file__).resolve().parents[2]


def gzip_truncated(case: Case) -> None:
    packed = gzip.compress(BILL.encode(), mtime=0)
    (case.here / "october.csv.gz").write_bytes(packed[: len(packed) // 2])


def gzip_with_wrong_checksum(case: Case) -> None:
    packed = bytearray(gzip.compress(BILL.encode(), mtime=0))
    packed[-8] ^= 0xFF
    (case.here / "october.csv.gz").write_bytes(packed)


def gzip_with_wrong_length_word(case: Case) -> None:
    packed = bytearray(gzip.compress(BILL.encode(), mtime=0))
    packed[-1] ^= 0xFF
    (case.here / "october.csv.gz").write_bytes(packed)


def parquet_truncated(case: Case) -> None:
    path = case.here / "october.parquet"
    duckdb.execute(
        "COPY (SELECT range AS cost FROM range(1000)) TO $path (FORMAT parquet)", {"path": str(path)}
    )
    path.write_bytes(path.read_bytes()[:-100])


def latin_1_json_log(case: Case) -> None:
    log = (_REPOSITORY / "tests/importers/litellm_payload/input.jsonl").read_text(encoding="utf-8")
    first, second = log.splitlines()[:2]
    text = f"{first}\n{second.replace('urgent', 'dringend für')}\n"
    (case.here / "calls.jsonl").write_bytes(text.encode("latin-1"))


def unclosed_quote_before_many_rows(case: Case) -> None:
    _unclosed_quote(case, rows=200_000)


def unclosed_quote_before_a_million_rows(case: Case) -> None:
    if not os.environ.get("FINOPS_AI_MILLION"):
        pytest.skip("takes half a minute: FINOPS_AI_MILLION=1 runs it; 200,000 rows are always read")
    _unclosed_quote(case, rows=1_000_000)


def _unclosed_quote(case: Case, *, rows: int) -> None:
    with (case.here / "october.csv").open("w", encoding="utf-8") as bill:
        bill.write(BILL_HEAD + bill_line("2.00", "Odd GPU").replace("Odd", '"Odd', 1))
        block = bill_line("0.01", "GPU") * 1000
        for _ in range(rows // 1000):
            bill.write(block)


def hostile_file_name(case: Case) -> None:
    (case.here / _HOSTILE).write_text(BILL, encoding="utf-8")


def hostile_file_name_refused(case: Case) -> None:
    (case.here / _HOSTILE).write_text("name,desk\nMaria,12\n", encoding="utf-8")


def zip_with_path_tricks(case: Case) -> None:
    with zipfile.ZipFile(case.here / "bills.zip", "w") as archive:
        archive.writestr("../../escaped.csv", BILL)
        archive.writestr("/tmp/absolute.csv", BILL.replace("acme,", "beta,"))  # noqa: S108 - a name, not a path
        archive.writestr("a/../b.txt", "not looked at")


def gzip_bomb(case: Case) -> None:
    with gzip.GzipFile(case.here / "october.csv.gz", "wb", mtime=0) as packed:
        packed.write(BILL.encode())
        for _ in range(500):
            packed.write(bytes(1 << 20))


def pipe_for_a_file(case: Case) -> None:
    os.mkfifo(case.here / "october.csv")


def zip_bomb(case: Case) -> None:
    with zipfile.ZipFile(case.here / "bills.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("october.csv", bytes(64 << 20))


def zip_that_lies_about_its_size(case: Case) -> None:
    path = case.here / "bills.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("october.csv", BILL)
    content = bytearray(path.read_bytes())
    size = struct.pack("<I", len(BILL))
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, struct.pack("<I", 10)))


def zip_truncated(case: Case) -> None:
    path = case.here / "bills.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("october.csv", BILL)
    path.write_bytes(path.read_bytes()[:-30])


def zip_encrypted(case: Case) -> None:
    path = case.here / "bills.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("october.csv", BILL)
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag of encryption, in the member's header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the archive's directory
    path.write_bytes(content)


def zip_without_files_to_import(case: Case) -> None:
    with zipfile.ZipFile(case.here / "bills.zip", "w") as archive:
        archive.writestr("notes.txt", "Call Priya.")


@contextmanager
def ledger_locked(case: Case) -> Iterator[None]:
    script = (
        "import sys; from pathlib import Path; from finops_ai.ledger import Ledger\n"
        "with Ledger.open(Path('finops.duckdb')): print('open', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=case.here,
        env={**os.environ, "PYTHONPATH": str(_REPOSITORY)},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        case.shown[f"PID {holder.pid}"] = "PID {pid}"
        case.shown[str(Path(sys.executable).resolve())] = "{python}"
        yield
    finally:
        holder.communicate("")


ledger_locked_for_a_query = ledger_locked


def ledger_truncated(case: Case) -> None:
    path = case.here / _LEDGER
    path.write_bytes(path.read_bytes()[:10_000])


def ledger_torn_in_the_middle(case: Case) -> None:
    path = case.here / _LEDGER
    content = bytearray(path.read_bytes())
    content[12_288:-4096] = bytes(len(content) - 12_288 - 4096)
    path.write_bytes(content)


def ledger_wal_cut(case: Case) -> None:
    """A commit that stands in the write-ahead log only, whose tail a crash has taken."""
    script = (
        "import os; from pathlib import Path; from finops_ai.ledger import Ledger\n"
        "ledger = Ledger.open(Path('finops.duckdb'))\n"
        "with ledger.transaction(writes='none'):\n"
        "    ledger.execute('UPDATE imported_file SET rows_read = rows_read')\n"
        "os._exit(0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(_REPOSITORY)}
    subprocess.run([sys.executable, "-c", script], cwd=case.here, env=environment, check=True)
    wal = case.here / f"{_LEDGER}.wal"
    wal.write_bytes(wal.read_bytes()[:-40])


def ledger_head_ahead(case: Case) -> None:
    path = case.here / f"{_LEDGER}.head"
    state = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**state, "batch_id": 9, "charge_rows": 12}), encoding="utf-8")


def ledger_head_unreadable(case: Case) -> None:
    (case.here / f"{_LEDGER}.head").write_text("{", encoding="utf-8")


def ledger_from_a_newer_version(case: Case) -> None:
    _change(case, "INSERT INTO schema_version VALUES (9999, 'later.sql')")
    case.shown[f"knows {known()[-1][0]}"] = "knows {newest}"


def ledger_older_than_this_version(case: Case) -> None:
    newest = known()[-1][0]
    _change(case, f"DELETE FROM schema_version WHERE version = {newest}")
    case.shown[f"version {newest - 1}, this finops-ai needs {newest}"] = (
        "version {older}, this finops-ai needs {newest}"
    )


def ledger_of_another_program(case: Case) -> None:
    with duckdb.connect(str(case.here / _LEDGER)) as other:
        other.execute("CREATE TABLE charge (battery VARCHAR)")


def _change(case: Case, sql: str) -> None:
    with duckdb.connect(str(case.here / _LEDGER)) as connection:
        connection.execute(sql)


@contextmanager
def report_into_a_read_only_folder(case: Case) -> Iterator[None]:
    folder = case.here / "out"
    folder.mkdir(mode=0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("the superuser may write anywhere")
    yield


def workbook(case: Case) -> None:
    with zipfile.ZipFile(case.here / "october.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")


def archives_refused_among_good_files(case: Case) -> None:
    """A workbook that is named like an archive holds nothing; a damaged archive is told."""
    with zipfile.ZipFile(case.here / "exports/a.zip", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    (case.here / "exports/c.zip").write_bytes(b"PK\x03\x04 cut off")


def hostile_file_name_not_unicode(case: Case) -> None:
    try:
        (case.here / "exports" / os.fsdecode(b"\xff\x1b[31m.csv")).write_text(BILL, encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes Unicode names only")


def ledger_wal_of_something_else(case: Case) -> None:
    (case.here / f"{_LEDGER}.wal").write_bytes(b"not a log of writes\n" * 100)


ledger_of_another_program_for_a_query = ledger_of_another_program


def report_onto_a_folder(case: Case) -> None:
    (case.here / "out" / "finops-2026-10.html").mkdir(parents=True)


def init_over_a_dangling_link(case: Case) -> None:
    (case.here / "finops.yaml").symlink_to("elsewhere/finops.yaml")


@contextmanager
def json_document_too_large(_: Case) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("finops_ai.importers.readers.JSON_DOCUMENT_MAX_BYTES", 0)
        yield


def ledger_breaks_a_promise(case: Case) -> None:
    _change(case, "UPDATE charge SET billed_cost = billed_cost + 1")


def ledger_torn_where_the_charges_are(case: Case) -> None:
    """The file opens; the damage shows when the charges are read."""
    path = case.here / _LEDGER
    whole = path.read_bytes()
    for start in range(12_288, len(whole), 262_144):
        path.write_bytes(whole[: start + 100] + bytes(64) + whole[start + 164 :])
        reason = _damage_of_charges(path)
        if reason is not None:
            case.shown[reason] = "{reason}"
            return
    raise AssertionError("the charges stand in no block of their own")


def _damage_of_charges(path: Path) -> str | None:
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error:
        return None
    with connection:
        try:
            connection.execute("SELECT billed_cost FROM charge").fetchall()
        except duckdb.Error as error:
            return str(error).strip().splitlines()[0].removeprefix("IO Error: ")
    return None
