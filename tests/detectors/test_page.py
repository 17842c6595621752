"""docs/waste.md says what the headers of the detectors say."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = REPOSITORY / "scripts" / "waste_doc.py"

pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="the scripts are not installed with the package")


@pytest.fixture
def maker() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def test_the_page_is_made_from_the_headers(maker: dict[str, Any]) -> None:
    text = maker["PAGE"].read_text(encoding="utf-8")
    assert maker["page"](maker["figures_in"](text)) == text, "run: make docs"


def test_the_table_stands_for_every_detector(maker: dict[str, Any]) -> None:
    """The figures are written by the benchmark; here only that none is missing, and none below its goal."""
    figures = maker["figures_in"](maker["PAGE"].read_text(encoding="utf-8"))
    rows = [line.strip("| ").split(" | ") for line in figures.splitlines() if line.startswith("| ")][1:]
    assert [row[0] for row in rows] == [each.name for each in maker["load_detectors"]()]
    assert min(float(value) for row in rows for value in (*row[2:4], *row[5:])) >= 0.9
