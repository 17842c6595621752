"""Pools in several steps: platform to teams to workflows, exactly at each, and never in a circle."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from finops_ai.config import Condition, Config, Pool, TeamSplit, Workflow
from tests.attribution.attribution_books import Books, D, config, rule

GPU = (Condition("service_name", "gpu"),)
DISK = (Condition("service_name", "disk"),)
RULES = tuple(rule(place, name, tags__w=name) for place, name in enumerate("abc", 1))


def usage(books: Books) -> None:
    """a: 300 tokens in 1 call, b: 100 in 4, c: 100 in 1; billed 3.00, 1.00 and 1.00."""
    books.tokens("5.00", "output", 500)
    books.call(output_tokens=300, tags='{"w": "a"}')
    for _ in range(4):
        books.call(output_tokens=25, tags='{"w": "b"}')
    books.call(output_tokens=100, tags='{"w": "c"}')


def said(*pools: Pool, teams: tuple[TeamSplit, ...] = ()) -> Config:
    """Workflows a and b are team north, c is team south."""
    workflows = tuple(Workflow(name, team="south" if name == "c" else "north") for name in "abc")
    return replace(config(*RULES, pools=pools), workflows=workflows, teams=teams)


def lines(books: Books) -> list[tuple[str, str, str | None, str | None, Decimal]]:
    return books.ledger.rows(
        "SELECT pool, kind, workflow, detail, cost FROM allocation_row WHERE pool IS NOT NULL "
        "AND label = 'allocated' ORDER BY rowid"
    )


def shared(books: Books) -> dict[str, Decimal]:
    return {name: pool for name, (_, pool) in books.workflows().items()}


def test_a_platform_goes_to_teams_and_on_to_their_workflows(books: Books) -> None:
    usage(books)
    books.charge("100.00", service_name="gpu", provider="aws")
    platform = Pool("platform", GPU, "even", receivers=("team:north", "team:south"))
    books.attribute(said(platform, teams=(TeamSplit("north", "tokens"),)))
    # 50 to each team; north by tokens 300:100, south has one workflow.
    assert shared(books) == {"a": D("37.5"), "b": D("12.5"), "c": D("50")}
    north, south = "platform > team north", "platform > team south"
    assert lines(books) == [
        ("platform", "pool_source", None, None, D(-100)),
        (north, "pool_source", None, "platform", D(50)),
        (south, "pool_source", None, "platform", D(50)),
        (north, "pool_share", "a", None, D("37.5")),
        (north, "pool_share", "b", None, D("12.5")),
        (south, "pool_share", "c", None, D(50)),
        (north, "pool_source", None, "platform", D(-50)),
        (south, "pool_source", None, "platform", D(-50)),
    ]


def test_a_team_weighs_as_much_as_its_workflows(books: Books) -> None:
    usage(books)
    books.charge("60.00", service_name="gpu", provider="aws")
    books.attribute(said(Pool("platform", GPU, "calls", receivers=("team:north", "c"))))
    # North has 5 of 6 calls, split by calls again where the team says nothing.
    assert shared(books) == {"a": D(10), "b": D(40), "c": D(10)}


def test_a_pool_gives_to_a_pool_with_charges_of_its_own(books: Books) -> None:
    usage(books)
    books.charge("90.00", service_name="gpu", provider="aws")
    books.charge("10.00", service_name="disk", provider="aws")
    weights = (("pool:storage", D(2)), ("c", D(1)))
    platform = Pool("platform", GPU, "weights", weights=weights)
    storage = Pool("storage", DISK, "even", receivers=("a", "b"))
    books.attribute(said(platform, storage))
    assert shared(books) == {"a": D(35), "b": D(35), "c": D(30)}
    # Each amount is split where it is: what came from the platform stays a line of its service.
    assert books.ledger.rows(
        "SELECT service_name, workflow, sum(cost) FROM allocation WHERE kind = 'pool_share' "
        "GROUP BY ALL ORDER BY ALL"
    ) == [
        ("disk", "a", D(5)),
        ("disk", "b", D(5)),
        ("gpu", "a", D(30)),
        ("gpu", "b", D(30)),
        ("gpu", "c", D(30)),
    ]


def test_a_pool_without_charges_holds_what_others_give(books: Books) -> None:
    usage(books)
    books.charge("8.00", service_name="gpu", provider="aws")
    books.charge("4.00", service_name="disk", provider="gcp")
    inner = Pool("inner", (), "direct_cost", receivers=("a", "b"))
    outer = [
        Pool("one", GPU, "even", receivers=("pool:inner",)),
        Pool("two", DISK, "even", receivers=("pool:inner",)),
    ]
    books.attribute(said(*outer, inner))
    assert shared(books) == {"a": D(9), "b": D(3), "c": D(0)}


def test_one_pool_may_be_reached_on_two_ways(books: Books) -> None:
    usage(books)
    books.charge("12.00", service_name="gpu", provider="aws")
    top = Pool("top", GPU, "even", receivers=("pool:left", "pool:bottom", "c"))
    left = Pool("left", (), "even", receivers=("pool:bottom", "c"))
    bottom = Pool("bottom", (), "even", receivers=("a", "b"))
    books.attribute(said(top, left, bottom))
    assert shared(books) == {"a": D(3), "b": D(3), "c": D(6)}
    assert [line for line in lines(books) if line[0] == "bottom" and line[1] == "pool_source"] == [
        ("bottom", "pool_source", None, "top", D(4)),
        ("bottom", "pool_source", None, "left", D(2)),
        ("bottom", "pool_source", None, "top", D(-4)),
        ("bottom", "pool_source", None, "left", D(-2)),
    ]


def test_three_steps_lose_no_digit(books: Books) -> None:
    books.charge("0.000000000000001", service_name="gpu", provider="aws")
    books.charge("-10.00", service_name="gpu", provider="aws", charge_category="Adjustment")
    adjusted = (*GPU, Condition("charge_category", "(?s:.*)"))
    top = Pool("top", adjusted, "even", receivers=("pool:mid", "a", "c"))
    mid = Pool("mid", (), "even", receivers=("team:north", "b", "c"))
    books.attribute(said(top, mid))
    assert sum(shared(books).values(), D(0)) == D("-9.999999999999999")


def test_what_reaches_a_team_that_used_nothing_is_unallocated_by_name(books: Books) -> None:
    books.charge("10.00", service_name="gpu", provider="aws")
    platform = Pool("platform", GPU, "even", receivers=("team:north", "c"))
    books.attribute(said(platform, teams=(TeamSplit("north", "tokens"),)))
    assert shared(books) == {"c": D(5)}
    assert books.gaps() == {("shared_unallocated", "platform > team north"): D(5)}


def test_a_team_may_split_by_weights(books: Books) -> None:
    books.charge("10.00", service_name="gpu", provider="aws")
    platform = Pool("platform", GPU, "even", receivers=("team:north",))
    books.attribute(said(platform, teams=(TeamSplit("north", "weights", (("a", D(4)), ("b", D(1)))),)))
    assert shared(books) == {"a": D(8), "b": D(2)}


def test_a_pool_for_everybody_weighs_as_much_as_everybody(books: Books) -> None:
    usage(books)
    books.charge("11.00", service_name="gpu", provider="aws")
    top = Pool("top", GPU, "tokens", receivers=("pool:all", "a"))
    books.attribute(said(top, Pool("all", (), "tokens")))
    # 500 tokens of all against 300 of a: 6.875 and 4.125; all is split 3:1:1.
    assert shared(books) == {"a": D("8.25"), "b": D("1.375"), "c": D("1.375")}


def test_a_workflow_that_is_called_like_a_team_is_a_workflow(books: Books) -> None:
    books.charge("10.00", service_name="gpu", provider="aws")
    named = Config(None, books.ledger.path, workflows=(Workflow("team:x", team="x"), Workflow("b", team="x")))
    books.attribute(replace(named, pools=(Pool("p", GPU, "even", receivers=("team:x",)),)))
    assert shared(books) == {"team:x": D(10)}


@pytest.mark.parametrize("split_by", ["tokens", "calls"])
def test_a_step_by_use_gives_what_one_split_by_use_gives(books: Books, split_by: str) -> None:
    usage(books)
    books.charge("100.00", service_name="gpu", provider="aws")
    books.attribute(said(Pool("platform", GPU, split_by)))
    flat = shared(books)
    books.attribute(said(Pool("platform", GPU, split_by, receivers=("team:north", "team:south"))))
    stepped = shared(books)
    # The same but for the last digits: each step is rounded to add up by itself.
    assert {name: round(cost, 12) for name, cost in stepped.items()} == {
        name: round(cost, 12) for name, cost in flat.items()
    }
    assert sum(stepped.values(), D(0)) == sum(flat.values(), D(0)) == D(100)


def test_steps_keep_currencies_apart(books: Books) -> None:
    books.charge("9.00", service_name="gpu", provider="aws")
    books.charge("6.00", service_name="gpu", provider="aws", billing_currency="EUR")
    top = Pool("top", GPU, "even", receivers=("pool:inner", "c"))
    books.attribute(said(top, Pool("inner", (), "even", receivers=("a", "b"))))
    assert books.ledger.rows(
        "SELECT workflow, billing_currency, shared_cost FROM workflow_month ORDER BY ALL"
    ) == [
        ("a", "EUR", D("1.5")),
        ("a", "USD", D("2.25")),
        ("b", "EUR", D("1.5")),
        ("b", "USD", D("2.25")),
        ("c", "EUR", D(3)),
        ("c", "USD", D("4.5")),
    ]


def test_steps_twice_give_the_same_rows(books: Books) -> None:
    usage(books)
    books.charge("7.00", service_name="gpu", provider="aws")
    books.charge("3.00", service_name="disk", provider="gcp")
    top = Pool("top", GPU, "tokens", receivers=("pool:mid", "team:south", "b"))
    mid = Pool("mid", DISK, "direct_cost", receivers=("team:north", "c"))
    books.attribute(said(top, mid))
    first = books.ledger.rows("SELECT * FROM allocation_row ORDER BY rowid")
    books.attribute(said(top, mid))
    assert books.ledger.rows("SELECT * FROM allocation_row ORDER BY rowid") == first
    assert sum(shared(books).values(), D(0)) == D(10)
