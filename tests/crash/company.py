"""A company's files, a process that ingests them, and what a ledger holds in one comparable value."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from finops_ai.importers import Options, find_sources, ingest, load_registry
from finops_ai.ledger import Ledger

FED = ("charge", "token_usage", "outcome")
HELD = (*FED, "charge_superseded", "delivery", "reject", "month_input")

BILL_HEAD = (
    "BillingAccountId,BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,"
    "ChargeDescription,ChargePeriodStart,ChargePeriodEnd,EffectiveCost,ListCost,ProviderName,ResourceId,"
    "ServiceName,SkuId,Tags\n"
)
SPAN = "2026-10-01T00:00:00Z,2026-11-01T00:00:00Z"


def write_bill(path: Path, rows: int, *, cents_more: int = 0) -> Path:
    """A FOCUS bill of `rows` lines; with `cents_more` the same lines at other amounts."""
    with path.open("w", encoding="utf-8") as file:
        file.write(BILL_HEAD)
        for row in range(rows):
            cost = f"{row % 97}.{(row * 7 + cents_more) % 100:02d}0001"
            file.write(
                f"acme,{cost},USD,{SPAN},Usage,line {row % 311},2026-10-{1 + row % 30:02d}T00:00:00Z,"
                f"2026-10-{1 + row % 30:02d}T01:00:00Z,{cost},{cost},Hosting,resource-{row:06d},"
                f'Compute,sku-{row % 311},"{{""team"": ""t{row % 5}""}}"\n'
            )
    return path


def write_gateway_log(path: Path, calls: int) -> Path:
    """A LiteLLM log of `calls` calls, every tenth of them twice."""
    with path.open("w", encoding="utf-8") as file:
        for call in range(calls):
            record = {
                "id": f"chatcmpl-{call}",
                "litellm_call_id": f"call-{call}",
                "call_type": "acompletion",
                "custom_llm_provider": "openai",
                "model": "gpt-4.1-mini",
                "startTime": 1_790_812_800 + call * 60,
                "response_cost": f"0.{call:06d}",
                "prompt_tokens": 100 + call,
                "completion_tokens": 10,
                "total_tokens": 110 + call,
                "metadata": {"user_api_key_alias": "support", "usage_object": {"prompt_tokens": 100 + call}},
            }
            file.write((json.dumps(record) + "\n") * (2 if call % 10 == 0 else 1))
    return path


def write_sessions(folder: Path, sessions: int, lines: int) -> Path:
    """Claude Code session files in which each message is printed twice while it grows."""
    folder.mkdir()
    for session in range(sessions):
        with (folder / f"session-{session}.jsonl").open("w", encoding="utf-8") as file:
            for line in range(lines):
                usage = {"input_tokens": 7, "output_tokens": 5 + line % 2, "cache_read_input_tokens": 900}
                record = {
                    "type": "assistant",
                    "sessionId": f"s{session}",
                    "timestamp": f"2026-10-{1 + session % 28:02d}T08:{line % 60:02d}:00.000Z",
                    "requestId": f"r{session}-{line // 2}",
                    "message": {
                        "id": f"msg_{session}_{line // 2}",
                        "model": "claude-sonnet-4-5",
                        "usage": usage,
                    },
                }
                file.write(json.dumps(record) + "\n")
    return folder


def write_outcomes(path: Path, rows: int) -> Path:
    """Outcomes of which one is broken, so that the file is read a second time, record by record."""
    with path.open("w", encoding="utf-8") as file:
        file.write("outcome_id,kind,status,resolved_at\n")
        for row in range(rows):
            status = "unheard of" if row == 17 else "success"
            file.write(f"T-{row},ticket,{status},2026-10-{1 + row % 30:02d}T10:00:00Z\n")
    return path


@dataclass(frozen=True)
class Company:
    """Files of every kind of load; `command` ingests them all into one ledger."""

    paths: tuple[Path, ...]

    def command(self, ledger: Path) -> list[str]:
        """The command line that a user would type."""
        start = [sys.executable, "-m", "finops_ai", "--ledger", str(ledger)]
        return [*start, "ingest", *map(str, self.paths), "--max-rejects", "9"]

    def finish(self, ledger_path: Path, folder: Path) -> None:
        """Ingest everything in this process."""
        sources = find_sources(self.paths, workdir=folder)
        options = Options(datetime(2026, 11, 21), folder)
        with Ledger.open(ledger_path, readable=[*(source.path for source in sources), folder]) as ledger:
            statuses = {result.status for result in ingest(ledger, sources, load_registry(), options)}
        assert statuses <= {"imported", "known"}


@dataclass(frozen=True)
class Content:
    """What a ledger holds: rows and content hash of each table, the head, and rows per file."""

    tables: dict[str, tuple[int, str]]
    head: tuple[Any, ...]
    files: dict[str, tuple[int, ...]] = field(compare=False)

    @classmethod
    def of(cls, ledger_path: Path) -> Content:
        """Open the ledger (which repairs what can be repaired) and read all of it."""
        with Ledger.open(ledger_path) as ledger:
            assert ledger.broken_promises() == []
            tables = {table: _digest(ledger, f"FROM {table}") for table in HELD}
            tables["imported_file"] = _digest(
                ledger, "SELECT * EXCLUDE (imported_at_utc, bytes) FROM imported_file"
            )
            (head,) = ledger.rows("FROM ledger_head") or [()]
            return cls(tables, head, _rows_by_file(ledger))


def _digest(ledger: Ledger, relation: str) -> tuple[int, str]:
    sql = (
        "SELECT count(*), concat_ws(' ', bit_xor(line), sum(line)) "
        f"FROM (SELECT hash(content) AS line FROM ({relation}) AS content)"
    )
    ((count, content),) = ledger.rows(sql)
    return count, content


def _rows_by_file(ledger: Ledger) -> dict[str, tuple[int, ...]]:
    """Per path: rows read, and rows held in each fed table, replaced charges counted where they stood."""
    held = {}
    for table in (*FED, "charge_superseded"):
        held[table] = dict(ledger.rows(f"SELECT file_id, count(*) FROM {table} GROUP BY file_id"))
    known = ledger.rows("SELECT file_id, path, rows_read FROM imported_file")
    for table, counts in held.items():
        assert set(counts) <= {file_id for file_id, _, _ in known}, f"{table} has rows without their file"
    held["charge"] = {
        file_id: held["charge"].get(file_id, 0) + held["charge_superseded"].get(file_id, 0)
        for file_id, _, _ in known
    }
    return {path: (read, *(held[table].get(file_id, 0) for table in FED)) for file_id, path, read in known}


@dataclass(frozen=True)
class Undisturbed:
    """A run that nobody killed: what it left, and when it was at work, in seconds from its start."""

    content: Content
    opened_s: float
    ended_s: float

    @classmethod
    def measure(cls, company: Company, folder: Path) -> Undisturbed:
        """Run the command once."""
        ledger = folder / "undisturbed.duckdb"
        start_s = time.perf_counter()
        process = subprocess.Popen(company.command(ledger), stdout=subprocess.DEVNULL)
        opened_s = 0.0
        # A ledger that was there before is opened when its log appears beside it.
        sign = ledger if not ledger.exists() else Path(f"{ledger}.wal")
        while process.poll() is None:
            if not opened_s and sign.exists():
                opened_s = time.perf_counter() - start_s
            time.sleep(0.005)
        assert process.returncode == 0
        return cls(Content.of(ledger), opened_s, time.perf_counter() - start_s)


def interrupt_at(command: list[str], moment_s: float) -> tuple[int, str]:
    """Start `command` and press Ctrl-C (SIGINT) `moment_s` seconds later; its exit code and stderr.

    A shell ignores Ctrl-C for what it starts in the background, and children inherit that.
    """
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    )
    try:
        process.wait(timeout=moment_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    return process.wait(timeout=60), process.communicate()[1]


def kill_at(command: list[str], moment_s: float) -> bool:
    """Start `command` and kill it (SIGKILL) `moment_s` seconds later; False when it was done before."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=moment_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False
