"""Numbers in finops.yaml that nobody means: each is used or refused with its line, none ends in a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Run

SEATS = (
    "commitments:\n"
    "  - {name: s, kind: seats, when: {service_name: Seats}, used_by: {source: x}, capacity: N}\n"
)
CREDITS = (
    "commitments:\n  - {name: s, kind: credits, when: {service_name: Seats}, capacity: N, currency: USD}\n"
)
MINUTES = 'value: {hourly_cost: "5", outcomes: {ticket_resolved: {human_minutes: N}}}\n'
CASES = {
    "budget of money": ("budget check", "budgets: [{total: true, cost: N}]\n"),
    "budget of tokens": ("budget check", 'budgets: [{total: true, cost: "5", tokens: N}]\n'),
    "alerts": ("budget check", 'budgets: [{total: true, cost: "5", alerts: {warn: "1", stop: N}}]\n'),
    "hourly cost": (
        "roi",
        "value: {hourly_cost: N, outcomes: {ticket_resolved: {human_minutes: 12}}}\n",
    ),
    "human minutes": ("roi", MINUTES),
    "review minutes": ("roi", MINUTES.replace("N}", "12, review_minutes: N}")),
    "value": ("roi", "value: {outcomes: {ticket_resolved: {value: N}}}\n"),
    "scenario": ("forecast", "scenarios: {expected: {low: N, mid: N, high: N, source: board}}\n"),
    "seats": ("commitments", SEATS),
    "credits": ("commitments", CREDITS),
    "attributed seats": ("attribute", SEATS),
}


@pytest.mark.parametrize("number", ["1e400", "999999999999999", "1000000", "0.000000000000001", "1e-400"])
@pytest.mark.parametrize("case", CASES)
def test_a_number_is_used_or_refused(company: Path, finops: Run, case: str, number: str) -> None:
    command, section = CASES[case]
    (company / "finops.yaml").write_text(CONFIG + section.replace("N", f'"{number}"'), encoding="utf-8")
    answer = finops(*command.split())
    assert answer.code in (0, 2, 4), answer.err
    if answer.code == 2:
        assert answer.err.startswith("error: finops.yaml, line "), answer.err
        assert "0" * 100 not in answer.err
