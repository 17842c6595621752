"""Billed money beside logged tokens: which tokens a line means, and that no digit is lost on the way."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_ai.attribution.bridge.facts import Billed, Logged, MonthFacts
from finops_ai.attribution.bridge.lmdi import total
from finops_ai.attribution.bridge.spread import Spread, share_out, spread
from finops_ai.months import Month

D = Decimal
OCTOBER = Month(2026, 10)
STANDARD = ("a", "openai", "m", "standard")
BATCH = ("a", "openai", "m", "batch")


def line(cost: str, tokens: int = 0, **fields: Any) -> Billed:
    """A line of output tokens of workflow a on model m at standard tier, that its log explains."""
    row: dict[str, Any] = {
        "currency": "USD", "kind": "direct", "workflow": "a", "team": None, "pool": None, "cause": None,
        "provider": "openai", "model": "m", "tier": "standard", "token_kind": "output",
        "is_token_line": True, "is_logged": True, **fields,
    }  # fmt: skip
    return Billed(tokens=tokens, cost=D(cost), **row)


def laid(
    billed: list[Billed], *logged: Logged, list_costs: dict[Any, dict[str, Decimal]] | None = None
) -> Spread:
    return spread(MonthFacts(OCTOBER, tuple(billed), logged, list_costs or {}))


def paid(found: Spread, currency: str = "USD") -> dict[tuple[str | None, str, str], tuple[Decimal, Decimal]]:
    """(tokens, cost) by model, tier and kind."""
    return {
        (place[2], place[3], kind): (each.tokens, each.cost)
        for (of, (place, kind)), each in found.paid.items()
        if of == currency
    }


def test_a_line_meets_its_own_tokens() -> None:
    found = laid(
        [line("10", 90), line("4", 40, token_kind="cache_read")],  # noqa: S106 - a kind of token
        Logged(*STANDARD, 5, {"output": 100, "cache_read": 40}),
        Logged(*BATCH, 5, {"output": 100}),
    )
    assert paid(found) == {("m", "standard", "output"): (90, 10), ("m", "standard", "cache_read"): (40, 4)}
    assert found.spread_cost == {}
    assert found.unlogged == ()


def test_several_lines_of_one_spot_add_up() -> None:
    found = laid([line("10", 60), line("5", 0), line("1.5", 40)], Logged(*STANDARD, 5, {"output": 100}))
    assert paid(found) == {("m", "standard", "output"): (100, D("16.5"))}


def test_where_no_line_counts_tokens_the_bill_covers_what_was_logged() -> None:
    found = laid([line("10", 0)], Logged(*STANDARD, 5, {"output": 100}))
    assert paid(found) == {("m", "standard", "output"): (100, 10)}


def test_a_line_without_a_tier_is_laid_over_the_logged_tiers() -> None:
    # By tokens 3 : 1; by list price 3.00 : 0.50, since batch costs half.
    logged = (Logged(*STANDARD, 5, {"output": 300}), Logged(*BATCH, 5, {"output": 100}))
    by_tokens = laid([line("8", 400, tier=None)], *logged)
    assert paid(by_tokens) == {("m", "standard", "output"): (300, 6), ("m", "batch", "output"): (100, 2)}
    costs = {STANDARD: {"output": D(3)}, BATCH: {"output": D("0.5")}}
    by_price = laid([line("7", 400, tier=None)], *logged, list_costs=costs)
    assert paid(by_price) == {("m", "standard", "output"): (300, 6), ("m", "batch", "output"): (100, 1)}
    assert by_price.spread_cost == {"USD": 7}


def test_a_tier_that_only_the_bill_knows_does_not_matter() -> None:
    found = laid([line("8", 100, tier="priority")], Logged(*STANDARD, 5, {"output": 100}))
    assert paid(found) == {("m", "standard", "output"): (100, 8)}


def test_cache_writes_without_a_lifetime_meet_those_that_state_one() -> None:
    found = laid(
        [line("6", 300, token_kind="cache_write")],  # noqa: S106 - a kind of token
        Logged(*STANDARD, 5, {"cache_write_5m": 100, "cache_write_1h": 200, "output": 50}),
    )
    assert paid(found) == {
        ("m", "standard", "cache_write_5m"): (100, 2),
        ("m", "standard", "cache_write_1h"): (200, 4),
    }


def test_a_bill_by_model_does_not_pay_for_searches() -> None:
    found = laid([line("6", 100, token_kind=None)], Logged(*STANDARD, 5, {"output": 100, "web_search": 900}))
    assert paid(found) == {("m", "standard", "output"): (100, 6)}


def test_a_log_without_a_model_name_may_be_any_model() -> None:
    found = laid([line("6", 100, model="n")], Logged("a", "openai", None, "standard", 5, {"output": 100}))
    assert paid(found) == {(None, "standard", "output"): (100, 6)}
    unknown = laid([line("6", 100, model="n")], Logged("a", "openai", "?x", "standard", 5, {"output": 100}))
    assert paid(unknown) == {("?x", "standard", "output"): (100, 6)}


@pytest.mark.parametrize(
    "stranger",
    [
        {"model": "n"},
        {"token_kind": "cache_read"},
        {"provider": "anthropic"},
        {"workflow": "b"},
        {"is_logged": False},
    ],
)
def test_what_meets_no_log_of_its_workflow_is_kept_apart(stranger: dict[str, Any]) -> None:
    found = laid([line("6", 100, **stranger)], Logged(*STANDARD, 5, {"output": 100}))
    assert found.paid == {}
    assert [each.cost for each in found.unlogged] == [6]


def test_charges_without_tokens_pools_and_gaps_are_none_of_its_business() -> None:
    others = [
        line("1", is_token_line=False, is_logged=False),
        line("2", kind="pool_share"),
        line("3", kind="gap", workflow=None, cause="unlogged_usage", is_logged=False),
    ]
    found = laid(others, Logged(*STANDARD, 5, {"output": 100}))
    assert (found.paid, found.unlogged) == ({}, ())


def test_reasoning_takes_its_part_of_output_and_no_more_than_all_of_it() -> None:
    found = laid([line("10", 100)], Logged(*STANDARD, 5, {"output": 100}, reasoning=40))
    assert paid(found) == {("m", "standard", "reasoning"): (40, 4), ("m", "standard", "output"): (60, 6)}
    assert found.tokens == {(STANDARD, "output"): 60, (STANDARD, "reasoning"): 40}
    everything = laid([line("10", 100)], Logged(*STANDARD, 5, {"output": 100}, reasoning=100))
    assert paid(everything)["m", "standard", "output"] == (0, 0)


def test_currencies_stay_apart() -> None:
    found = laid([line("10", 50), line("9", 50, currency="EUR")], Logged(*STANDARD, 5, {"output": 100}))
    assert paid(found) == {("m", "standard", "output"): (50, 10)}
    assert paid(found, "EUR") == {("m", "standard", "output"): (50, 9)}


amounts = st.integers(min_value=-(10**37), max_value=10**37).map(lambda n: D(n).scaleb(-15))
weights = st.lists(st.integers(min_value=0, max_value=10**20).map(D), min_size=1, max_size=12)


@given(amount=amounts, parts=weights)
def test_shares_add_up_and_are_off_by_less_than_a_unit_but_one(amount: Decimal, parts: list[Decimal]) -> None:
    shares = share_out(amount, parts)
    assert total(shares) == amount
    assert all(share == 0 for share, weight in zip(shares, parts, strict=True) if not weight and any(parts))
    assert all((share >= 0) == (amount >= 0) or share == 0 for share in shares)


@pytest.mark.parametrize("seed", range(200))
def test_no_digit_of_any_bill_is_lost(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - the same bills in every run
    kinds = ("input_uncached", "cache_read", "cache_write_5m", "output", "web_search")
    logged = [
        Logged(
            *(draw.choice("ab"), "openai", draw.choice(("m", "n", None)), draw.choice(("standard", "batch"))),
            *(draw.randrange(0, 9), {kind: draw.randrange(1, 999) for kind in draw.sample(kinds, 2)}),
            draw.choice((0, 1)),
        )
        for _ in range(draw.randrange(0, 6))
    ]
    unique = {each.place: each for each in logged}
    billed = [
        line(
            *(str(D(draw.randrange(0, 10**18)).scaleb(-15)), draw.randrange(0, 999)),
            workflow=draw.choice("ab"),
            model=draw.choice(("m", "n", None)),
            tier=draw.choice(("standard", "batch", None)),
            token_kind=draw.choice((*kinds, "cache_write", None)),
            is_logged=draw.choice((True, True, False)),
        )
        for _ in range(draw.randrange(0, 8))
    ]
    found = spread(MonthFacts(OCTOBER, tuple(billed), tuple(unique.values())))
    kept = [each.cost for each in found.paid.values()] + [each.cost for each in found.unlogged]
    assert total(kept) == total(each.cost for each in billed)
    assert all(each.cost >= 0 and each.tokens >= 0 for each in found.paid.values())
