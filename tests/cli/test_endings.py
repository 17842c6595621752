"""How commands end: exact messages on stderr, exit codes, streams, and what start-up loads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from finops_ai.cli.doors import DOORS, Door
from finops_ai.cli.text import cell, one_line, visible
from tests.cli.conftest import BILL, Run

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "finops_ai"]


def environment(**extra: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), **extra}


ENDINGS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "unknown command": (
        ("ingets",),
        2,
        "error: No such command 'ingets'. Did you mean 'ingest', 'init'?\n  See `finops-ai --help`.\n",
    ),
    "unknown option": (
        ("attribute", "--mnth", "2026-10"),
        2,
        "error: No such option: --mnth (Possible options: --month)\n  See `finops-ai attribute --help`.\n",
    ),
    "global option after the command": (
        ("ingest", "bill.csv", "--ledger", "x.duckdb"),
        2,
        (
            "error: No such option: --ledger\n"
            "  --ledger goes before the command: finops-ai --ledger ... COMMAND.\n"
        ),
    ),
    "no path": (
        ("ingest",),
        2,
        "error: Missing argument 'PATH...'.\n  See `finops-ai ingest --help`.\n",
    ),
    "missing file": (
        ("ingest", "october.csv"),
        3,
        "error: october.csv: there is no such file or folder.\n  Check the spelling of the path.\n",
    ),
    "no ledger yet": (
        ("sql", "SELECT 1"),
        2,
        "error: {folder}/finops.duckdb: there is no ledger yet.\n  Run `finops-ai ingest PATH` first.\n",
    ),
    "no ledger to attribute": (
        ("attribute",),
        2,
        "error: {folder}/finops.duckdb: there is no ledger yet.\n  Run `finops-ai ingest PATH` first.\n",
    ),
    "not a month": (
        ("attribute", "--month", "October"),
        2,
        'error: "October" is not a month.\n  Write it as YYYY-MM, for example 2026-10.\n',
    ),
    "not a day": (
        ("status", "--as-of", "2026-10"),
        2,
        'error: "2026-10" is not a day.\n  Write it as YYYY-MM-DD, for example 2026-10-31.\n',
    ),
    "no query": (
        ("sql",),
        2,
        'error: sql: there is no query.\n  For example: finops-ai sql "FROM workflow_month".\n',
    ),
    "no such config": (
        ("--config", "other.yaml", "config", "show"),
        2,
        "error: other.yaml: cannot be read: No such file or directory.\n  Check the path and its rights.\n",
    ),
    "init nowhere": (
        ("init", "nowhere"),
        2,
        "error: nowhere: there is no such folder.\n  Name the folder that holds your files.\n",
    ),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_an_ending_says_what_why_and_what_next(folder: Path, finops: Run, name: str) -> None:
    arguments, code, message = ENDINGS[name]
    answer = finops(*arguments)
    assert answer.err == message.replace("{folder}", str(folder))
    assert answer.code == code
    assert answer.out == ""


COMPANY_ENDINGS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "memory in words": (
        ("--memory-limit", "lots", "attribute"),
        2,
        'error: "lots" is not an amount of memory.\n  Write it as 512MB or 2GB.\n',
    ),
    "month without data": (
        ("attribute", "--month", "2031-01"),
        3,
        (
            "error: 2031-01: the ledger holds no charge and no usage of this month.\n"
            "  It has data from 2026-10 to 2026-10.\n"
        ),
    ),
    "sql that writes": (
        ("sql", "DELETE FROM charge"),
        2,
        (
            "error: sql: the ledger is open read-only; nothing was changed.\n"
            "  Figures change only through ingest, attribute and finops.yaml.\n"
        ),
    ),
    "sql that reads a file": (
        ("sql", "SELECT * FROM read_text('/etc/passwd')"),
        2,
        (
            "error: sql: files, extensions and settings are out of reach of a query.\n"
            "  Only the tables of the ledger can be read; `finops-ai sql --tables` lists\n"
            "  them.\n"
        ),
    ),
    "sql that loosens the sandbox": (
        ("sql", "SET enable_external_access = true"),
        2,
        (
            "error: sql: files, extensions and settings are out of reach of a query.\n"
            "  Only the tables of the ledger can be read; `finops-ai sql --tables` lists\n"
            "  them.\n"
        ),
    ),
    "report onto a file": (
        ("report", "--out", "bill.csv"),
        6,
        "error: bill.csv: is a file, not a folder.\n  Choose another folder with --out.\n",
    ),
    "demo in somebody's folder": (
        ("demo", "--out", "full"),
        2,
        "error: full: holds other things than a demo.\n  Name an empty or new folder with --out.\n",
    ),
}


@pytest.mark.parametrize("name", COMPANY_ENDINGS)
def test_an_ending_with_data(company: Path, finops: Run, name: str) -> None:
    (company / "full").mkdir()
    (company / "full" / "thesis.txt").write_text("mine", encoding="utf-8")
    arguments, code, message = COMPANY_ENDINGS[name]
    answer = finops(*arguments)
    assert answer.err == message
    assert answer.code == code


def test_a_locked_ledger_names_its_holder(company: Path, finops: Run) -> None:
    script = (
        "import sys; from pathlib import Path; from finops_ai.ledger import Ledger\n"
        "with Ledger.open(Path('finops.duckdb')): print('open', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=company,
        env=environment(),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        answer = finops("--lock-timeout", "0", "attribute")
    finally:
        holder.communicate("")
    assert answer.code == 5
    assert answer.err.startswith(f"error: {company}/finops.duckdb: another process holds the ledger (")
    assert f"PID {holder.pid}" in answer.err
    assert answer.err.endswith("  Wait for it or end it, or allow more time with --lock-timeout.\n")


def test_a_fault_of_ours_is_one_line_without_a_traceback(
    company: Path, finops: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr("finops_ai.cli.status.show_status", broken)
    answer = finops("status")
    assert company.is_dir()
    assert answer.code == 1
    assert answer.err == (
        "error: internal error: ZeroDivisionError: boom; run with --debug for the traceback\n"
        "  This is a fault of finops-ai. The ledger is as it was before: writes are all\n"
        "  or nothing.\n"
    )
    assert "Traceback (most recent call last)" in finops("--debug", "status").err


@pytest.mark.usefixtures("company")
def test_ctrl_c_ends_quietly(finops: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("finops_ai.cli.status.show_status", interrupted)
    answer = finops("status")
    assert answer.code == 130
    assert answer.err == "interrupted; what was committed before stays, nothing is half in the ledger\n"


def test_a_reader_that_goes_away_is_no_error(company: Path) -> None:
    command = " ".join(
        [*COMMAND, "sql", "'SELECT * FROM range(200000)'", "--format", "csv", "|", "head", "-1"]
    )
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=company,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "range\n", "")


@pytest.mark.parametrize(
    "extra", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}]
)
def test_a_pipe_gets_plain_text_at_80_columns(company: Path, extra: dict[str, str]) -> None:
    done = subprocess.run(
        [*COMMAND, "status"], cwd=company, env=environment(**extra), capture_output=True, check=True
    )
    if "FORCE_COLOR" not in extra:
        assert b"\x1b" not in done.stdout
    text = re.sub(r"\x1b\[\d*m", "", done.stdout.decode())
    # Bold is no colour: NO_COLOR leaves it where a terminal was forced.
    assert b"\x1b[3" not in done.stdout.replace(b"\x1b[39m", b"")
    assert max(len(line) for line in text.splitlines()) <= 80
    assert done.stderr == b""


def test_hostile_names_cannot_reach_the_terminal(folder: Path, finops: Run) -> None:
    name = "[red]x\x1b[31m.csv"
    (folder / name).write_text(BILL, encoding="utf-8")
    out = finops("ingest", name).out
    assert "\x1b" not in out
    assert "[red]x\\x1b[31m.csv" in out


def test_formulas_in_csv_are_text_and_numbers_stay_numbers(company: Path, finops: Run) -> None:
    query = "SELECT '=1+1' AS a, '-x' AS b, -1.50::DECIMAL(9,2) AS c, '@SUM' AS d, chr(9) || '=1' AS e"
    out = finops("sql", query, "--format", "csv").out
    assert company.is_dir()
    assert out == "a,b,c,d,e\n'=1+1,'-x,-1.5,'@SUM,'\t=1\n"


def test_text_is_made_visible() -> None:
    assert visible("a\nb\tc\x1b\u202e\u2028é") == "a\\nb\\tc\\x1b\\u202e\\u2028é"
    assert one_line("a\nb") == "a b"
    assert cell(None) == "n/a"
    assert cell(1234567) == "1,234,567"


@pytest.mark.parametrize(
    "module", ["duckdb", "pandas", "statsmodels", "numpy", "rich", "yaml", "jinja2", "pydantic"]
)
def test_help_loads_nothing_heavy(module: str) -> None:
    code = (
        "import sys; from finops_ai.__main__ import main; code = main(['--help']); "
        f"sys.exit(code or ({module!r} in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_version_is_answered_before_typer() -> None:
    code = (
        "import sys; from finops_ai.__main__ import main; code = main(['--version']); "
        "sys.exit(code or ('typer' in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("finops-ai ")


def test_ctrl_c_after_the_last_word_changes_nothing() -> None:
    code = (
        "import os, signal, sys; from finops_ai.__main__ import command; "
        "sys.argv = ['finops-ai', '--version']; "
        "code = command(); os.kill(os.getpid(), signal.SIGINT); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_door_says_what_its_command_says(door: Door) -> None:
    command = door.opened()
    assert (command.name, command.help.splitlines()[0]) == (door.name, door.help)


def test_the_documents_name_every_command_and_option() -> None:
    from typer.main import get_command

    from finops_ai.cli.app import app

    text = (REPOSITORY / "docs" / "commands.md").read_text(encoding="utf-8")
    group = get_command(app)
    for name, listed in getattr(group, "commands").items():  # noqa: B009 - typer's own type is private
        command = listed.opened() if isinstance(listed, Door) else listed
        assert f"## finops-ai {name}" in text, name
        section = text.split(f"## finops-ai {name}")[1].split("\n## ")[0]
        for leaf in getattr(command, "commands", {"": command}).values():
            for parameter in leaf.params:
                assert (
                    any(f"`{option}" in section for option in parameter.opts)
                    or parameter.name in section.lower()
                )
    for parameter in group.params:
        assert f"`{parameter.opts[0]}" in text
