"""Ages of sources against what finops.yaml allows: late, too late, expected and never there."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from finops_ai.cli.context import Settings
from finops_ai.cli.freshness import Age, ages
from finops_ai.cli.sources import check_sources
from finops_ai.cli.status import show_status
from finops_ai.config import Config, Freshness
from tests.cli.conftest import Run
from tests.cli.test_sources import covered

__all__ = ["covered"]
LIMITS = """\
version: 1
freshness:
  default: {warn_after: 3d, error_after: 10d}
  ticket: {warn_after: 30d}
"""
NOW = datetime(2026, 10, 12, 6)


def verdicts(*limits: Freshness, newest: date) -> list[str | None]:
    config = Config(None, Path("x"), freshness=limits)
    return [age.verdict for age in ages(config, [("focus", "openai", "acme", newest)], NOW.date())]


@pytest.mark.parametrize(
    ("newest", "verdict"),
    [
        (date(2026, 10, 9), "fresh"),  # three days old: not beyond the limit
        (date(2026, 10, 8), "late"),
        (date(2026, 10, 2), "late"),
        (date(2026, 10, 1), "too late"),
        (date(2026, 10, 31), "fresh"),  # the end of a running period is not waited for
    ],
)
def test_an_age_is_beyond_its_limit_from_the_next_day(newest: date, verdict: str) -> None:
    assert verdicts(Freshness(None, 3, 10), newest=newest) == [verdict]


def test_the_nearest_limit_counts() -> None:
    old = date(2026, 10, 1)
    assert verdicts(newest=old) == [None]
    assert verdicts(Freshness(None, 3, 10), Freshness("focus", 3, 20), newest=old) == ["late"]
    assert verdicts(
        Freshness(None, 3, 10), Freshness("focus", 3, 20), Freshness("openai", 30, None), newest=old
    ) == ["fresh"]
    assert verdicts(Freshness("openai", None, 10), newest=old) == ["too late"]
    assert verdicts(Freshness("openai", None, 20), newest=old) == ["fresh"]


def test_a_source_that_is_expected_and_never_came_is_an_error() -> None:
    assert verdicts(Freshness("acme_gateway", 3, None), newest=NOW.date()) == [None, "missing"]
    (age,) = ages(Config(None, Path("x"), freshness=(Freshness("acme", 3, None),)), [], NOW.date())
    assert age == Age("acme", None, None, None, None, 3, None, "missing")
    assert age.is_error


def test_a_check_ends_with_4_when_a_source_is_too_late(covered: Path, finops: Run) -> None:
    (covered / "finops.yaml").write_text(LIMITS, encoding="utf-8")
    assert finops("status").code == 0
    document, code = check_sources(Settings(), None, None, NOW)
    assert isinstance(document.facts["sources"], list)
    assert {(each["source"], each["name"]): each["state"] for each in document.facts["sources"]} == {
        ("focus", "openai"): "late",  # 3 October
        ("litellm", "anthropic"): "too late",  # 31 August
        ("litellm", "openai"): "late",
        ("outcomes", "ticket"): "open",
    }
    assert code == 4
    assert document.facts["too_late"] == (
        "litellm: anthropic is too late: its newest day, 2026-08-31, is 42 days old (error_after is 10d).",
    )
    assert document.blocks[-1] == f"! {document.facts['too_late'][0]}"
    assert check_sources(Settings(), None, "focus", NOW)[1] == 0
    assert finops("sources").code == 0
    assert finops("sources", "--check").code == 4


def test_status_names_late_sources_against_today(covered: Path, finops: Run) -> None:
    (covered / "finops.yaml").write_text(LIMITS + "  acme_gateway: {error_after: 1d}\n", encoding="utf-8")
    assert finops("status").code == 0
    flags = show_status(Settings(), None, NOW).facts["flags"]
    assert isinstance(flags, tuple)
    assert flags[:4] == (
        "focus: openai, acme is late: its newest day, 2026-10-03, is 9 days old (warn_after is 3d).",
        "litellm: anthropic is too late: its newest day, 2026-08-31, is 42 days old (error_after is 10d).",
        "litellm: openai is late: its newest day, 2026-10-02, is 10 days old (warn_after is 3d).",
        "acme_gateway: finops.yaml expects it, and nothing of it has been ingested.",
    )
    asked = json.loads(finops("status", "--as-of", "2026-10-03", "--format", "json").out)["flags"]
    assert not [flag for flag in asked if "focus" in flag]


def test_a_check_of_everything_fresh_ends_with_0(covered: Path, finops: Run) -> None:
    (covered / "finops.yaml").write_text(
        "version: 1\nfreshness:\n  default: {error_after: 90000d}\n", encoding="utf-8"
    )
    assert finops("sources", "--check").code == 0
    machine = json.loads(finops("sources", "--check", "--format", "json").out)
    assert {each["freshness"] for each in machine["sources"]} == {"fresh"}
    assert machine["too_late"] == []
