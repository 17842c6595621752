"""Planted in the history of a ledger: a launch, a price cut, a one-off. The forecast says which it saw."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from finops_ai.forecast.result import Forecast
from finops_ai.months import Month

D = Decimal
STEADY = [100.0, 103.0, 99.0, 104.0, 101.0, 105.0, 102.0, 106.0, 103.0, 107.0, 104.0, 108.0]


def plant(
    book: Any, costs: list[float], tokens: list[int] | None = None, other: list[float] | None = None
) -> None:
    book.months("2025-11", {"support": costs, "other": other or STEADY})
    if tokens is None:
        return
    for t, count in enumerate(tokens):
        book.ledger.execute(
            "UPDATE workflow_month SET tokens = ?, direct_cost = total_cost "
            "WHERE month = ? AND workflow = 'support'",
            [count, Month(2025, 11).plus(t).first_day],
        )


def seen(found: Forecast) -> list[tuple[str | None, str, str]]:
    return [(event.workflow, event.kind, str(event.month)) for event in found.events]


def first_month(found: Forecast, name: str) -> Decimal:
    [line] = [line for line in found.lines if line.label == name]
    assert line.baseline is not None
    return line.baseline.months[0].expected


def test_nothing_planted_nothing_seen(book: Any) -> None:
    plant(book, STEADY)
    found = book.forecast()
    assert found.events == ()
    assert not any("seen" in note or "for good" in note for note in found.notes)


def test_a_launch_is_seen(book: Any) -> None:
    book.months("2025-11", {"other": STEADY})
    for t in range(8, 12):
        day = Month(2025, 11).plus(t)
        book.charge(str(day), "20.00")
        book.attribute(str(day), {"pilot": "20.00"})
    found = book.forecast()
    assert seen(found) == [("pilot", "launch", "2026-07")]
    assert "Launched within the history: pilot (2026-07). Only the months since then are used." in found.notes


def test_a_one_off_is_seen_and_not_repeated(book: Any) -> None:
    plant(book, [*STEADY[:6], 400.0, *STEADY[7:]])
    found = book.forecast()
    assert seen(found) == [("support", "one_off", "2026-05")]
    [note] = [note for note in found.notes if note.startswith("One-off seen")]
    assert note.startswith("One-off seen (times the months beside it): support (2026-05, ")
    assert D(95) < first_month(found, "support") < D(118)


def test_a_price_cut_is_told_by_tokens_that_go_on(book: Any) -> None:
    cut = [*STEADY[:6], *(0.5 * cost for cost in STEADY[6:])]
    plant(book, cut, [int(10_000 * cost) for cost in STEADY])
    found = book.forecast()
    assert seen(found) == [("support", "price", "2026-05")]
    [event] = found.events
    assert event.ratio == pytest.approx(D("0.5"), abs=D("0.03"))
    [note] = [note for note in found.notes if note.startswith("Price per token")]
    assert note.startswith("Price per token changed for good: support (2026-05, -50%). Months before count")
    # Neither the old level nor a fall that goes on.
    assert D(48) < first_month(found, "support") < D(60)


def test_a_fall_of_volume_is_a_change_of_level(book: Any) -> None:
    cut = [*STEADY[:6], *(0.5 * cost for cost in STEADY[6:])]
    plant(book, cut, [int(10_000 * cost) for cost in cut])
    assert seen(book.forecast()) == [("support", "level_shift", "2026-05")]


def test_without_tokens_nobody_can_tell_a_price_from_a_volume(book: Any) -> None:
    plant(book, [*STEADY[:6], *(0.5 * cost for cost in STEADY[6:])])
    assert seen(book.forecast()) == [("support", "level_shift", "2026-05")]


def test_a_jump_in_the_newest_month_is_told_and_taken_as_it_is(book: Any) -> None:
    plant(book, [*STEADY[:-1], 250.0])
    found = book.forecast()
    assert seen(found) == [("support", "newest_jump", "2026-10")]
    assert any("A one-off or a new level: the next month will tell" in note for note in found.notes)


def test_months_without_cost_are_counted(book: Any) -> None:
    plant(book, [10.0, 0.0, 12.0, 0.0, 11.0, 10.0, 12.0, 11.0, 10.0, 12.0, 11.0, 10.0])
    found = book.forecast()
    assert "Months without cost: support (2). They count as zero." in found.notes


def test_departments_teams_and_providers_sum_to_the_total(book: Any) -> None:
    from dataclasses import replace

    from finops_ai.config import Workflow

    book.config = replace(
        book.config, workflows=(Workflow("support", department="Care", team="a"), Workflow("other", team="b"))
    )
    plant(book, [cost * 1.05**t for t, cost in enumerate(STEADY)])
    for t in range(12):
        book.charge(str(Month(2025, 11).plus(t)), f"{33 + 2 * t}.37", provider="anthropic")
    found = book.forecast()
    assert found.total.baseline is not None
    for level, names in (
        ("department", {"Care", "no department", "not attributed"}),
        ("team", {"a", "b", "not attributed"}),
        ("provider", {"openai", "anthropic"}),
    ):
        groups = [group for group in found.groups if group.level == level]
        assert {group.name for group in groups} == names
        for t, month in enumerate(found.total.baseline.months):
            assert sum(group.baseline.months[t].expected for group in groups) == month.expected
        for group in groups:
            for point in group.baseline.months:
                if point.low is not None and point.high is not None:
                    assert point.low <= point.expected <= point.high
