"""The DuckDB file: the only place that opens it, locks it, migrates it and commits to it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cache
from importlib import resources
from itertools import chain, repeat
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from finops_ai.errors import ConfigError, FinopsError, IntegrityError, LockedError
from finops_ai.ledger import checks, head, migrate
from finops_ai.ledger.database import (
    Connection,
    DatabaseError,
    FileError,
    all_or_nothing,
    connect,
    shows_damage,
)

LOCK_TIMEOUT_S = 30.0
MEMORY_LIMIT_MAX_BYTES = 2 << 30
# A vain attempt costs 9 ms of CPU: many who wait must not keep the one who works from it.
_RETRY_PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8)
_DAMAGED_HINT = "Restore it from a backup, or rebuild it with `finops-ai ingest` from the files kept."

Params = Mapping[str, object] | Sequence[object] | None


class Ledger:
    """One open ledger. Use as a context manager: open late, close early.

    `readable` are the only outside files and folders that SQL may read while this ledger is open.
    """

    def __init__(self, connection: Connection, path: Path, *, read_only: bool) -> None:
        self._connection = connection
        self._in_transaction = False
        self.path = path
        self.read_only = read_only

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
        memory_limit: str | None = None,
        readable: Sequence[Path] = (),
    ) -> Self:
        """Open (or, unless `read_only`, create) the ledger at `path`.

        DuckDB keeps to `memory_limit` ("512MB"; default: half the memory, at most 2 GiB) and
        spills the rest beside the ledger.
        Raises LockedError after `lock_timeout_s` seconds, ConfigError when there is nothing to
        read, IntegrityError when the file is damaged or its last commits are missing.
        """
        os.umask(0o077)
        if read_only and not path.exists():
            raise ConfigError(f"{path}: there is no ledger yet.", hint="Run `finops-ai ingest PATH` first.")
        if path.is_dir() or not path.parent.is_dir():
            what = "is a folder, not a ledger" if path.is_dir() else "its folder is not there"
            raise ConfigError(f"{path}: {what}.", hint="Name another file with --ledger or in finops.yaml.")
        connection = _connect(path, read_only=read_only, lock_timeout_s=lock_timeout_s)
        ledger = cls(connection, path, read_only=read_only)
        with ExitStack() as undo:
            undo.callback(connection.close)
            _configure(connection, path, memory_limit=memory_limit, readable=readable)
            with _damage_named(path):
                if read_only:
                    migrate.require_current(connection, path)
                else:
                    migrate.apply(connection, path)
                head.compare(connection, path, read_only=read_only)
            undo.pop_all()
        return ledger

    @staticmethod
    def copy(path: Path, target: Path, *, lock_timeout_s: float = LOCK_TIMEOUT_S) -> None:
        """Copy the ledger with all its files while nobody writes to it.

        Raises LockedError after `lock_timeout_s` seconds, OSError when there is no room.
        """
        connection = _connect(path, read_only=True, lock_timeout_s=lock_timeout_s)
        try:
            for suffix in ("", ".wal", ".head"):
                if Path(f"{path}{suffix}").exists():
                    shutil.copyfile(f"{path}{suffix}", f"{target}{suffix}")
        finally:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file and its lock."""
        self._connection.close()

    def execute(self, sql: str, params: Params = None) -> Connection:
        """Run one statement; values are bound (`$name` or `?`), never pasted into `sql`.

        Like every method that reads, raises IntegrityError when the file turns out to be damaged.
        """
        with _damage_named(self.path):
            return self._connection.execute(sql, params)

    def rows(self, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        """All result rows as tuples, decimals as Decimal."""
        with _damage_named(self.path):
            return self._connection.execute(sql, params).fetchall()

    def records(self, sql: str, params: Params = None) -> list[dict[str, Any]]:
        """All result rows as dictionaries keyed by column name."""
        with _damage_named(self.path):
            result = self._connection.execute(sql, params)
            names = [column[0] for column in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def value(self, sql: str, params: Params = None) -> Any:
        """The first column of the first row, or None when there is no row."""
        with _damage_named(self.path):
            row = self._connection.execute(sql, params).fetchone()
        return None if row is None else row[0]

    def run(self, room: str, name: str, params: Params = None) -> Connection:
        """Run the statement in file `name` of package `finops_ai.<room>`."""
        return self.execute(statement(room, name), params)

    def run_records(self, room: str, name: str, params: Params = None) -> list[dict[str, Any]]:
        """The rows of the statement in file `name` of package `finops_ai.<room>`, as `records` gives them."""
        return self.records(statement(room, name), params)

    @contextmanager
    def transaction(
        self, *, writes: str = "import", bulk: bool = False, month: date | None = None
    ) -> Iterator[None]:
        """All or nothing: checks of `writes` run before COMMIT, then the head is fsynced.

        `writes` names the check group: ``import`` or ``attribution``; ``none`` runs no check. `month` is
        the only one whose derived rows change, as its first day: checks that go by month look at it alone.
        `bulk` commits straight into the database file: a load of 100,000 rows and more would
        otherwise be written a second time, to the write-ahead log.
        """
        if self._in_transaction:
            raise AssertionError("transactions do not nest")
        self._in_transaction = True
        try:
            with _damage_named(self.path), all_or_nothing(self._connection):
                yield
                checks.require(self._connection, writes, month)
                state = head.advance(self._connection)
                if bulk:
                    self._connection.execute("SET checkpoint_threshold = '1KB'")
        finally:
            self._in_transaction = False
            if bulk:
                self._connection.execute("RESET checkpoint_threshold")
        head.write(self.path, state)

    def percent_done(self) -> float:
        """How far the statement now running is, 0 to 100; negative when that is not known.

        May be called from another thread than the one that runs the statement.
        """
        return float(self._connection.query_progress())

    def broken_promises(self) -> list[checks.Violation]:
        """The first rows that break each check: what `finops-ai check` shows."""
        with _damage_named(self.path):
            return checks.violations(self._connection)

    @property
    def next_batch_id(self) -> int:
        """The id that the transaction now open (or the next one) will commit as."""
        return int(self.value("SELECT coalesce(max(batch_id), 0) + 1 FROM ledger_head"))


@cache
def statement(room: str, name: str) -> str:
    """The text of SQL file `name` of package ``finops_ai.<room>``."""
    return resources.files(f"finops_ai.{room}").joinpath(name).read_text(encoding="utf-8")


def quoted(identifier: str) -> str:
    """`identifier` as a quoted SQL name: the one helper for names that cannot be bound."""
    return '"' + identifier.replace('"', '""') + '"'


def _connect(path: Path, *, read_only: bool, lock_timeout_s: float) -> Connection:
    deadline = time.monotonic() + lock_timeout_s
    pauses_s = chain(_RETRY_PAUSES_S, repeat(_RETRY_PAUSES_S[-1]))
    while True:
        try:
            return connect(str(path), read_only=read_only)
        except FileError as error:
            text = str(error)
            if "Could not set lock" not in text:
                raise _unreadable(path, text) from error
            if time.monotonic() >= deadline:
                raise LockedError(
                    f"{path}: another process holds the ledger ({_holder(text)}).",
                    hint="Wait for it or end it, or allow more time with --lock-timeout.",
                ) from error
            time.sleep(min(next(pauses_s), max(0.0, deadline - time.monotonic())))
        except DatabaseError as error:
            raise _unreadable(path, str(error)) from error


@contextmanager
def _damage_named(path: Path) -> Iterator[None]:
    """Checksums are compared when a block is read, so a damaged file may open and fail later."""
    try:
        yield
    except DatabaseError as error:
        if not shows_damage(error, str(path)):
            raise
        reason = str(error).strip().splitlines()[0].removeprefix("IO Error: ")
        raise IntegrityError(f"{path}: is damaged: {reason}", hint=_DAMAGED_HINT) from error


def _configure(
    connection: Connection,
    path: Path,
    *,
    memory_limit: str | None,
    readable: Sequence[Path],
) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    # Progress is counted for `percent_done`; printed it would stand among the data on stdout.
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")
    connection.execute("SET python_enable_replacements = false")
    # It turns IN over five and more constants into a join, which loses the order of the rows.
    connection.execute("SET disabled_optimizers = 'in_clause'")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET temp_directory = ?", [f"{path}.tmp"])
    try:
        _limit_memory(connection, memory_limit or _default_memory_limit())
    except DatabaseError as error:
        raise ConfigError(
            f'"{memory_limit}" is not an amount of memory.', hint="Write it as 512MB or 2GB."
        ) from error
    folders = [str(path) for path in readable if path.is_dir()]
    files = [str(path) for path in readable if not path.is_dir()]
    connection.execute("SET allowed_directories = ?", [folders])
    connection.execute("SET allowed_paths = ?", [files])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET allowed_configs = ['checkpoint_threshold']")
    connection.execute("SET lock_configuration = true")


def _limit_memory(connection: Connection, stated: str) -> None:
    """Let the database plan with 15 sixteenths of what was stated: the allocator's gaps take the rest."""
    connection.execute("SET memory_limit = ?", [stated])
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    amount, unit = row[0].split()
    connection.execute("SET memory_limit = ?", [f"{float(amount) * 15 / 16:.3f} {unit}"])


def _default_memory_limit() -> str:
    """Half the machine's memory, at most MEMORY_LIMIT_MAX_BYTES; what does not fit is spilled to disk."""
    installed_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{min(installed_bytes // 2, MEMORY_LIMIT_MAX_BYTES)}B"


def _holder(lock_message: str) -> str:
    start = lock_message.find("held in ")
    end = lock_message.find(". See also")
    if start < 0:
        return "unknown process"
    return lock_message[start + len("held in ") : end if end > start else None].strip()


def _unreadable(path: Path, text: str) -> FinopsError:
    if "not a valid DuckDB database" in text:
        return ConfigError(
            f"{path}: is not a ledger: it is no DuckDB file.",
            hint="Name the ledger with --ledger or in finops.yaml. If it was one: "
            "restore it from a backup, or rebuild it with `finops-ai ingest`.",
        )
    reason = text.strip().splitlines()[0].removeprefix("IO Error: ")
    return IntegrityError(f"{path}: cannot be opened as a ledger: {reason}", hint=_DAMAGED_HINT)
