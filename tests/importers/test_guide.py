"""docs/importers.md: its example is the one in examples/, it runs, and its tables leave nothing out."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from finops_ai.importers import load_registry
from finops_ai.importers.contract import _HEADER_KEYS

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "examples" / "azure_trace"
PAGE = (REPOSITORY / "docs" / "importers.md").read_text(encoding="utf-8")
MACROS = (REPOSITORY / "finops_ai" / "importers" / "macros" / "common.sql").read_text(encoding="utf-8")
FORMATS = (REPOSITORY / "docs" / "formats.md").read_text(encoding="utf-8")


def fenced(language: str) -> str:
    """The last block of that language: the example stands at the end."""
    return str(re.findall(rf"(?ms)^```{language}\n(.*?)^```", PAGE)[-1])


@pytest.mark.parametrize(("language", "name"), [("sql", "azure_trace.sql"), ("yaml", "finops.yaml")])
def test_the_guide_shows_the_example_as_it_is(language: str, name: str) -> None:
    assert fenced(language) == (EXAMPLE / name).read_text(encoding="utf-8")


def test_the_example_prints_what_the_guide_shows(tmp_path: Path) -> None:
    folder = tmp_path / "azure_trace"
    shutil.copytree(EXAMPLE, folder)
    command, _, expected = fenced("text").partition("\n")
    done = subprocess.run(
        [sys.executable, "-m", *command.removeprefix("$ ").replace("finops-ai", "finops_ai").split()],
        cwd=folder,
        env={"PATH": "", "PYTHONPATH": str(REPOSITORY), "HOME": str(folder), "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.rstrip() for line in done.stdout.splitlines()] == expected.splitlines()


def test_every_header_line_is_in_the_guide() -> None:
    for key in _HEADER_KEYS:
        assert f"| `{key}` |" in PAGE


def test_the_list_of_formats_says_what_the_headers_say() -> None:
    """`make docs` writes the page; a format that was just added may wait for it."""
    script = runpy.run_path(str(REPOSITORY / "scripts" / "formats_doc.py"))
    listed = set(re.findall(r"(?m)^### (\w+)$", FORMATS))
    assert listed <= {importer.name for importer in load_registry().importers}
    assert script["page"](listed) == FORMATS, "run make docs"


def test_every_importer_says_what_it_is_and_what_it_was_tested_on() -> None:
    for importer in load_registry().importers:
        assert importer.title != importer.name, importer.origin
        assert importer.tested_on, importer.origin


def test_every_macro_in_the_guide_is_defined() -> None:
    named = set(re.findall(r"`((?:as_|token|provider)\w+)\(t\)`", PAGE))
    assert len(named) > 8
    for name in named:
        assert f"MACRO {name}(" in MACROS
