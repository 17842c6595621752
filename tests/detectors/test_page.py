"""docs/waste.md says what the headers of the detectors say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = REPOSITORY / "scripts"

pytestmark = pytest.mark.skipif(not SCRIPTS.is_dir(), reason="the scripts are not installed with the package")


def test_the_page_is_made_from_the_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import waste_doc

    text = waste_doc.PAGE.read_text(encoding="utf-8")
    assert waste_doc.page(waste_doc.figures_in(text)) == text, "run: make docs"
    assert "scripts" in sys.path[0]


def test_the_table_stands_for_every_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures are written by the benchmark; here only that none is missing, and none below its goal."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import waste_doc

    figures = waste_doc.figures_in(waste_doc.PAGE.read_text(encoding="utf-8"))
    rows = [line.strip("| ").split(" | ") for line in figures.splitlines() if line.startswith("| ")][1:]
    assert [row[0] for row in rows] == [each.name for each in waste_doc.load_detectors()]
    assert min(float(value) for row in rows for value in (*row[2:4], *row[5:])) >= 0.9
