"""Every case of the catalogue ends exactly as written down (README.md says how a case is made)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from tests.errors import builders
from tests.errors.conftest import HERE, Case, Ending

NAMES = sorted(path.parent.name for path in HERE.glob("*/command.txt"))
SLOW = {"unclosed_quote_before_many_rows", "unclosed_quote_before_a_million_rows"}
ALLOWED_CODES = {0, 2, 3, 4, 5, 6, 7}


def built(case: Case) -> AbstractContextManager[None]:
    """The case's builder at work; it may hold something open while the command runs."""
    build: Callable[[Case], AbstractContextManager[None] | None] | None = getattr(builders, case.name, None)
    return (None if build is None else build(case)) or nullcontext()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in NAMES]
)
def test_a_case_ends_as_written(name: str, tmp_path: Path, run: Callable[[str], Ending]) -> None:
    case = Case(name, tmp_path, run)
    case.lay_out()
    case.prepare()
    with built(case):
        ending = run(case.text("command.txt").strip())
    case.compare("stderr.txt", ending.err)
    case.compare("code.txt", f"{ending.code}\n")
    if (case.folder / "stdout.txt").exists():
        case.compare("stdout.txt", "".join(f"{line.rstrip()}\n" for line in ending.out.splitlines()))
    if (case.folder / "ledger.txt").exists():
        query = case.text("ledger.txt").split("\n\n")[0].strip()
        answer = run(f"finops-ai sql {shlex.quote(query)} --format csv")
        case.compare("ledger.txt", f"{query}\n\n{answer.out}{answer.err}")


@pytest.mark.parametrize("name", NAMES)
def test_a_message_is_fit_for_people(name: str) -> None:
    """No traceback, no fault of ours; one line that says what, then what to do next in 80 columns."""
    text = (HERE / name / "stderr.txt").read_text(encoding="utf-8")
    code = int((HERE / name / "code.txt").read_text(encoding="utf-8"))
    assert code in ALLOWED_CODES
    assert "Traceback" not in text
    assert "internal error" not in text
    if code in {0, 4}:
        return
    first, *hint = text.splitlines()
    assert first.startswith("error: ")
    assert hint, "a message without a next step"
    assert all(re.match(r"  \S", line) and len(line) <= 80 for line in hint)


def test_every_builder_has_its_case() -> None:
    made = {
        name
        for name, value in vars(builders).items()
        if callable(value) and not name.startswith("_") and value.__module__ == builders.__name__
    }
    assert made - set(NAMES) == set()
