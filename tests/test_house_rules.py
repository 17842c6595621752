"""The rules of ARCHITECTURE.md that a machine can check, on the code as it stands."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import finops_ai.errors
from finops_ai.ledger import Ledger

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "finops_ai"
MODULES = sorted(PACKAGE.rglob("*.py"))
SQL_FILES = sorted(PACKAGE.rglob("*.sql"))

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
INLINE_SQL_LINES_MAX = 8

MONEY_NAME = re.compile(r"(^|_)(cost|price|amount|spend|budget|fee|rate|value|total)(_|$)")
SQL_TEXT = re.compile(
    r"\b(SELECT\b.+?\bFROM|INSERT\s+INTO|CREATE\s+(OR\s+REPLACE\s+)?(TEMP\w*\s+)?(TABLE|VIEW|MACRO)"
    r"|UPDATE\s+\S+\s+SET|DELETE\s+FROM)\b",
    re.DOTALL,
)
ERROR_NAMES = {
    name
    for name, value in vars(finops_ai.errors).items()
    if isinstance(value, type) and issubclass(value, finops_ai.errors.FinopsError)
}


def place(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(REPOSITORY)}:{line}" if line else str(path.relative_to(REPOSITORY))


def nodes(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def called_name(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def sql_code(text: str) -> str:
    """SQL without its comments, string literals and quoted names."""
    return re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", "''", text, flags=re.DOTALL)


def loaded_modules(*arguments: str) -> set[str]:
    """Top-level modules that `finops-ai <arguments>` loads, as the interpreter itself reports."""
    command = [sys.executable, "-X", "importtime", "-m", "finops_ai", *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines}


# --- Rooms and directions -------------------------------------------------------------------------


def test_import_contracts_hold() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(command), "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


def test_import_contracts_can_fail(tmp_path: Path) -> None:
    """A room that reaches sideways is caught: the contracts are not empty words."""
    room = tmp_path / "finops_ai"
    rooms = (
        "cli", "reports", "forecast", "attribution", "unit_cost", "prices", "reconciliation", "importers",
        "ledger",
    )  # fmt: skip
    for name in rooms:
        (room / name).mkdir(parents=True)
        (room / name / "__init__.py").write_text("")
    for name in (
        "config_candidate",
        "config_file",
        "config_budgets",
        "config_plan",
        "config_prices",
        "config_money",
        "config_outcomes",
        "config_waste",
        "config_pools",
        "config_value",
        "config_reader",
        "config",
        "yaml_text",
        "patterns",
        "resources",
        "money",
        "months",
        "errors",
    ):
        (room / f"{name}.py").write_text("")
    (room / "__init__.py").write_text("")
    (room / "prices" / "__init__.py").write_text("import finops_ai.importers\n")
    (tmp_path / "pyproject.toml").write_text((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 1
    assert "finops_ai.prices is not allowed to import finops_ai.importers" in done.stdout


def test_help_loads_no_heavy_library() -> None:
    heavy = {"pandas", "numpy", "scipy", "statsmodels", "duckdb", "rich", "jinja2", "yaml"}
    loaded = loaded_modules("--help")
    assert "typer" in loaded
    assert loaded & heavy == set()


def test_version_answers_before_typer_is_imported() -> None:
    loaded = loaded_modules("--version")
    assert "finops_ai" in loaded
    assert loaded & {"typer", "click", "duckdb"} == set()


# --- Money in SQL ---------------------------------------------------------------------------------


def test_no_column_holds_money_as_a_float(ledger: Ledger) -> None:
    columns = ledger.rows(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    )
    assert len(columns) > 100
    floats = [row for row in columns if any(word in row[2] for word in ("DOUBLE", "FLOAT", "REAL"))]
    assert floats == []


def test_every_money_column_is_decimal(ledger: Ledger) -> None:
    columns = ledger.rows(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    )
    money = [row for row in columns if re.search(r"(^|_)(cost|price)$", row[1])]
    assert ("charge", "billed_cost", "DECIMAL(38,15)") in money
    assert [row for row in money if not row[2].startswith("DECIMAL")] == []


# Statistics about money (shares, relative errors, draws), DOUBLE on purpose: shown as estimated, kept in
# temporary tables only, and never added to a total of the ledger.
STATISTICS = {
    f"finops_ai/unit_cost/{name}.sql"
    for name in (
        "drawn_error", "estimate", "influence_drawn", "influence_lost", "pair_scope", "scope",
        "scope_call", "splits", "spread",
    )
}  # fmt: skip


@pytest.mark.parametrize("path", SQL_FILES, ids=place)
def test_money_is_divided_in_one_place_only(path: Path) -> None:
    """`/` and avg() on DECIMAL return DOUBLE, so only attribution/allocate*.sql may divide.

    `//` divides whole numbers.
    """
    if path.parent.name == "attribution" and path.name.startswith("allocate"):
        return
    if place(path) in STATISTICS:
        return
    code = sql_code(path.read_text(encoding="utf-8"))
    assert "/" not in code.replace("//", "")
    assert not re.search(r"\b(avg|mean|fdiv)\s*\(", code, re.IGNORECASE)


@pytest.mark.parametrize("path", SQL_FILES, ids=place)
def test_sql_files_say_what_they_hold_and_read_no_clock(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    clock = r"\b(now\s*\(|today\s*\(|current_date|current_timestamp|get_current_timestamp|random\s*\()"
    assert not re.search(clock, sql_code(text), re.IGNORECASE)


# --- Python ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_files_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES_MAX
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < FUNCTION_LINES_MAX, place(path, node.lineno)


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_nothing_prints_but_the_screen(path: Path) -> None:
    calls = [node for node in nodes(path) if isinstance(node, ast.Call)]
    assert [place(path, call.lineno) for call in calls if getattr(call.func, "id", "") == "print"] == []


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_no_room_reads_the_clock(path: Path) -> None:
    """The command passes the month or the instant; `time.monotonic` measures waiting and is free."""
    if path.parent.name == "cli":
        return
    clocks = {"now", "utcnow", "today", "fromtimestamp"}
    calls = [node for node in nodes(path) if isinstance(node, ast.Call)]
    assert [place(path, call.lineno) for call in calls if getattr(call.func, "attr", "") in clocks] == []


def test_one_place_catches_everything() -> None:
    """A broad except hides errors; the one at the top turns a fault of ours into an exit code."""
    broad = [
        place(path)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") == "Exception")
    ]
    assert broad in ([], ["finops_ai/cli/run.py"])


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_a_base_exception_is_always_raised_again(path: Path) -> None:
    for node in nodes(path):
        if isinstance(node, ast.ExceptHandler) and getattr(node.type, "id", "") == "BaseException":
            last = node.body[-1]
            assert isinstance(last, ast.Raise), place(path, node.lineno)
            assert last.exc is None, place(path, node.lineno)


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_every_error_says_what_next(path: Path) -> None:
    for node in nodes(path):
        if isinstance(node, ast.Call) and called_name(node) in ERROR_NAMES:
            hints = [keyword.value for keyword in node.keywords if keyword.arg == "hint"]
            assert hints, f"{place(path, node.lineno)} has no hint"
            assert not (isinstance(hints[0], ast.Constant) and not hints[0].value), place(path, node.lineno)


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_long_sql_stands_in_sql_files(path: Path) -> None:
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL_TEXT.search(node.value):
            assert len(node.value.strip().splitlines()) <= INLINE_SQL_LINES_MAX, place(path, node.lineno)


# Modules that compose SQL because its columns are the user's: names go through `quoted`, values are bound,
# and tests/importers and tests/attribution feed them hostile names. Elsewhere SQL is a constant.
COMPOSES_SQL = {
    "finops_ai/attribution/fields.py",
    "finops_ai/attribution/links.py",
    "finops_ai/attribution/rules.py",
    "finops_ai/attribution/staleness.py",
    # The SELECT of a user's own detector; tests/cli/test_own_detectors.py feeds it hostile ones.
    "finops_ai/attribution/waste/own.py",
    "finops_ai/importers/identity.py",
    "finops_ai/importers/load.py",
    "finops_ai/importers/readers.py",
    "finops_ai/importers/reasons.py",
    "finops_ai/importers/staging.py",
    "finops_ai/importers/tables.py",
    "finops_ai/importers/untypable.py",
}


def composed(node: ast.JoinedStr) -> bool:
    """Whether an f-string is SQL with parts other than constants and quoted names."""
    text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    parts = [ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)]
    return bool(SQL_TEXT.search(text)) and not all("quoted(" in part or part.isupper() for part in parts)


def test_sql_is_composed_in_named_modules_only() -> None:
    found = {
        place(path)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.JoinedStr) and composed(node)
    }
    assert found - COMPOSES_SQL == set()


def test_composed_sql_is_recognised() -> None:
    def joined(source: str) -> ast.JoinedStr:
        (found,) = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]
        return found

    assert composed(joined("f'SELECT * FROM charge WHERE model = {model}'"))
    assert not composed(joined("f'SELECT * FROM {quoted(table)}'"))
    assert not composed(joined("f'{count} rows from {path}'"))


# --- Completeness ---------------------------------------------------------------------------------


def importer_names() -> list[str]:
    files = (PACKAGE / "importers").glob("*/*.sql")
    return sorted(path.stem for path in files if "\n-- feeds:" in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", importer_names())
def test_every_importer_has_a_fixture_folder(name: str) -> None:
    folder = REPOSITORY / "tests" / "importers" / name
    assert folder.is_dir()
    assert any(folder.rglob("input*"))


def test_every_check_file_is_a_promise() -> None:
    files = sorted((PACKAGE / "ledger" / "checks").glob("*.sql"))
    assert files
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("-- promise: "), place(path)
        assert lines[1] in {"-- after: import", "-- after: attribution"}, place(path)


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((PACKAGE / "ledger" / "migrations").glob("*.sql"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_documents_that_the_code_names_exist() -> None:
    named = {
        name
        for path in [*MODULES, *SQL_FILES]
        for name in re.findall(r"\bdocs/[\w-]+\.md\b", path.read_text(encoding="utf-8"))
    }
    assert [name for name in sorted(named) if not (REPOSITORY / name).exists()] == []
