"""The bridge between two months: what moves under which name, exactness over random months, a ledger's."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from finops_ai.attribution.bridge import Change, Group, comparable_change, spend_change
from finops_ai.attribution.bridge.change import change_between
from finops_ai.attribution.bridge.facts import KINDS, Billed, Logged, MonthFacts
from finops_ai.attribution.bridge.lmdi import total
from finops_ai.attribution.bridge.spread import share_out
from finops_ai.config import OutcomeLink, Pool
from finops_ai.errors import ConfigError, InputError
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from tests.attribution.attribution_books import Books, config, rule

D = Decimal
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)


def line(cost: str | Decimal, tokens: int = 0, **fields: Any) -> Billed:
    """A direct line of output tokens of workflow a on model m, that its log explains."""
    row = {
        "currency": "USD", "kind": "direct", "workflow": "a", "team": None, "pool": None, "cause": None,
        "provider": "openai", "model": "m", "tier": "standard", "token_kind": "output",
        "is_token_line": True, "is_logged": True, **fields,
    }  # fmt: skip
    return Billed(tokens=tokens, cost=D(cost), **row)


def calls(number: int, **fields: Any) -> Logged:
    """Calls of workflow a to model m; tokens by kind as ``output=100``."""
    named: dict[str, Any] = {"workflow": "a", "provider": "openai", "model": "m", "tier": "standard"}
    named["reasoning"] = 0
    named |= {name: fields.pop(name) for name in [*fields] if name in named}
    return Logged(calls=number, tokens=fields, **named)


def month(
    at: Month,
    billed: list[Billed],
    logged: list[Logged],
    successes: dict[str, int] | None = None,
    **more: Any,
) -> MonthFacts:
    totals: dict[str, Decimal] = {}
    for each in billed:
        totals[each.currency] = totals.get(each.currency, D(0)) + each.cost
    outcomes = {name: (count, count) for name, count in (successes or {}).items()}
    return MonthFacts(at, tuple(billed), tuple(logged), outcomes=outcomes, totals=totals, **more)


def moved(change: Change, currency: str = "USD") -> dict[str, Decimal]:
    """The effects of a currency's whole bridge, to six decimals."""
    (whole,) = [group for group in change.whole if group.currency == currency]
    return {effect.name: effect.amount.quantize(D("0.000001")) for effect in whole.effects}


# --- What moves under which name ------------------------------------------------------------------


def between(
    start: list[Billed], used: list[Logged], end: list[Billed], later: list[Logged], **outcomes: Any
) -> dict[str, Decimal]:
    reached = outcomes.get("reached", ({}, {}))
    change = change_between(month(SEPTEMBER, start, used, reached[0]), month(OCTOBER, end, later, reached[1]))
    assert all(change.difference(currency) == 0 for currency, _, _ in change.billed)
    return moved(change)


def test_more_outcomes_alone_are_volume() -> None:
    found = between(
        *([line("10", 100)], [calls(10, output=100)], [line("20", 200)], [calls(20, output=200)]),
        reached=({"a": 5}, {"a": 10}),
    )
    assert found == {"outcomes": 10}


def test_more_calls_for_the_same_outcomes_are_calls_per_outcome() -> None:
    found = between(
        *([line("10", 100)], [calls(10, output=100)], [line("20", 200)], [calls(20, output=200)]),
        reached=({"a": 5}, {"a": 5}),
    )
    assert found == {"calls_per_outcome": 10}


@pytest.mark.parametrize("reached", [({}, {}), ({"a": 5}, {}), ({}, {"a": 5}), ({"a": 0}, {"a": 9})])
def test_without_outcomes_in_both_months_calls_are_the_volume(reached: Any) -> None:
    found = between(
        *([line("10", 100)], [calls(10, output=100)], [line("20", 200)], [calls(20, output=200)]),
        reached=reached,
    )
    assert found == {"calls": 10}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("input_uncached", "input_tokens_per_call"),
        ("cache_read", "cached_tokens_per_call"),
        ("cache_write_1h", "cached_tokens_per_call"),
        ("output", "output_tokens_per_call"),
        ("input_audio", "audio_tokens_per_call"),
        ("web_search", "searches_per_call"),
    ],
)
def test_longer_calls_are_told_apart_by_kind(kind: str, name: str) -> None:
    of_kind = {"token_kind": kind}
    found = between(
        *([line("10", 100, **of_kind)], [calls(10, **{kind: 100})]),
        *([line("20", 200, **of_kind)], [calls(10, **{kind: 200})]),
    )
    assert found == {name: 10}


def test_reasoning_stands_apart_from_the_answer_at_the_same_price() -> None:
    # 100 output tokens for 10.00; then the same answers think 100 tokens first.
    found = between(
        [line("10", 100)],
        [calls(10, output=100)],
        [line("20", 200)],
        [calls(10, output=200, reasoning=100)],
    )
    assert found == {"reasoning_tokens_per_call": 10}


def test_a_dearer_price_for_the_same_tokens_is_price() -> None:
    found = between([line("10", 100)], [calls(10, output=100)], [line("13", 100)], [calls(10, output=100)])
    assert found == {"price": 3}


def test_calls_that_go_to_another_model_are_model_mix() -> None:
    # All ten calls leave m (1.00 each) for n (0.40 each): -10.00 and +4.00.
    found = between(
        [line("10", 100)],
        [calls(10, output=100)],
        [line("4", 100, model="n")],
        [calls(10, model="n", output=100)],
    )
    assert found == {"model_mix": -6}


def test_calls_that_go_to_another_tier_are_tier_mix() -> None:
    found = between(
        [line("10", 100)],
        [calls(10, output=100)],
        [line("5", 100, tier="batch")],
        [calls(10, tier="batch", output=100)],
    )
    assert found == {"tier_mix": -5}


def test_a_prompt_that_comes_from_the_cache_is_cache_mix() -> None:
    uncached, cached = {"token_kind": "input_uncached"}, {"token_kind": "cache_read"}
    found = between(
        *([line("10", 100, **uncached)], [calls(10, input_uncached=100)]),
        *([line("1", 100, **cached)], [calls(10, cache_read=100)]),
    )
    assert found == {"cache_mix": -9}


def test_a_bill_that_covers_half_of_the_log_is_no_cheaper_price() -> None:
    found = between([line("10", 100)], [calls(10, output=100)], [line("5", 50)], [calls(10, output=100)])
    assert found == {"billed_share": -5}


def test_logs_without_call_counts_are_told_by_tokens() -> None:
    found = between([line("10", 100)], [calls(0, output=100)], [line("20", 200)], [calls(0, output=200)])
    assert found == {"tokens": 10}


def test_new_and_retired_workflows_are_named_as_such_with_all_their_direct_cost() -> None:
    fields: dict[str, Any] = {"workflow": "b", "is_token_line": False, "is_logged": False, "token_kind": None}
    found = between(
        [line("10", 100)],
        [calls(10, output=100)],
        [line("7", 50, workflow="b"), line("3", 0, **fields)],
        [calls(5, workflow="b", output=50)],
    )
    assert found == {"new_workflows": 10, "retired_workflows": -10}


def test_money_without_tokens_pools_and_gaps_move_under_their_own_names() -> None:
    gpu: dict[str, Any] = {
        "is_token_line": False,
        "is_logged": False,
        "token_kind": None,
        "model": None,
        "tier": None,
    }
    pool: dict[str, Any] = {**gpu, "kind": "pool_share", "pool": "search"}
    gap: dict[str, Any] = {**gpu, "kind": "gap", "workflow": None, "cause": "tax"}
    found = between(
        [line("10", **gpu), line("5", **pool), line("1", **gap)],
        [],
        [line("12", **gpu), line("9", **pool), line("0.5", **gap), line("-2", **{**gap, "cause": "credit"})],
        [],
    )
    assert found == {"direct_charges": 2, "shared": 4, "gap_credit": -2, "gap_tax": D("-0.5")}


def test_token_lines_that_a_rule_maps_and_no_log_explains_have_a_volume_of_their_own() -> None:
    fields = {"is_logged": False}
    found = between([line("10", 100, **fields)], [], [line("20", 200, **fields)], [])
    assert found == {"billed_without_log": 10}
    dearer = between([line("10", 100, **fields)], [], [line("13", 100, **fields)], [])
    assert dearer == {"price": 3}
    uncounted = between([line("10", 0, **fields)], [], [line("20", 200, **fields)], [])
    assert uncounted == {"billed_without_log": 10}


def test_a_bill_that_changes_its_currency_says_so_in_both() -> None:
    change = change_between(
        month(
            SEPTEMBER, [line("10", 100), line("1", provider="x", is_logged=False)], [calls(10, output=100)]
        ),
        month(
            *(OCTOBER, [line("9", 100, currency="EUR"), line("1", provider="x", is_logged=False)]),
            [calls(10, output=100)],
        ),
    )
    assert moved(change, "USD") == {"billing_currency": -10}
    assert moved(change, "EUR") == {"billing_currency": 9}


def test_months_without_a_common_currency_have_no_bridge() -> None:
    with pytest.raises(InputError) as error:
        change_between(month(SEPTEMBER, [line("10")], []), month(OCTOBER, [line("9", currency="EUR")], []))
    assert error.value.message == (
        "2026-09 is billed in USD and 2026-10 in EUR: no currency has both months."
    )


def test_a_bill_without_kinds_is_laid_over_the_logged_ones_by_list_price() -> None:
    # 12.00 for 100 input tokens at a list price of 2.00 and 50 output tokens at one of 4.00.
    place = ("a", "openai", "m", "standard")
    costs: dict[str, Any] = {"list_costs": {place: {"input_uncached": D(2), "output": D(4)}}}
    used = [calls(10, input_uncached=100, output=50)]
    coarse = {"token_kind": None, "tier": None}
    first = month(SEPTEMBER, [line("12", 150, **coarse)], used, **costs)
    second = month(OCTOBER, [line("18", 150, **coarse)], used, **costs)
    change = change_between(first, second)
    assert moved(change) == {"price": 6}
    assert [(part.token_kind, part.start, part.end) for part in change.parts] == [
        ("input_uncached", 4, 6),
        ("output", 8, 12),
    ]
    assert change.spread_share == 1


def test_without_a_list_price_it_is_laid_over_by_tokens() -> None:
    used = [calls(10, input_uncached=100, output=50)]
    change = change_between(
        month(SEPTEMBER, [line("12", 150, token_kind=None)], used),
        month(OCTOBER, [line("12", 150, token_kind=None)], used),
    )
    assert [(part.token_kind, part.start) for part in change.parts] == [("input_uncached", 8), ("output", 4)]


def test_a_share_of_an_amount_is_cut_and_the_largest_holds_the_rest() -> None:
    assert share_out(D("0.000000000000010"), [D(1), D(1), D(1)]) == [
        D("0.000000000000004"), D("0.000000000000003"), D("0.000000000000003"),
    ]  # fmt: skip
    assert share_out(D("-10"), [D(0), D(0)]) == [-5, -5]


# --- Random months --------------------------------------------------------------------------------


def random_month(draw: random.Random, at: Month) -> MonthFacts:
    """Few workflows, models, tiers and kinds, so that any two months share some and lack others."""
    logged, billed = [], []
    for workflow in draw.sample("abc", draw.randrange(0, 3)):
        place = (draw.choice("mn"), draw.choice(("standard", "batch")))
        kinds = draw.sample(KINDS, draw.randrange(1, 3))
        tokens = {kind: draw.choice((1, 1000, draw.randrange(1, 10**11))) for kind in kinds}
        reasoning = draw.choice((0, draw.randrange(0, tokens.get("output", 0) + 1)))
        logged.append(
            Logged(
                workflow, "openai", *place, draw.choice((0, 1, draw.randrange(1, 10**6))), tokens, reasoning
            )
        )
        for kind in kinds:
            said: dict[str, Any] = {"model": place[0], "tier": place[1], "token_kind": kind}
            said |= dict.fromkeys(draw.sample(sorted(said), draw.choice((0, 0, 1, 3))))
            stated = draw.choice((0, tokens[kind], draw.randrange(1, 10**9)))
            billed.append(line(random_cost(draw), stated, workflow=workflow, **said))
    for _ in range(draw.randrange(0, 3)):
        plain: dict[str, Any] = {
            "model": None,
            "tier": None,
            "token_kind": None,
            "is_logged": False,
            "is_token_line": False,
        }
        kind = draw.choice(("direct", "pool_share", "gap"))
        owner = {"workflow": None, "cause": draw.choice(("tax", "credit"))} if kind == "gap" else {}
        cost = random_cost(draw) * draw.choice((1, -1))
        billed.append(line(cost, kind=kind, **{**plain, "currency": draw.choice(("USD", "EUR")), **owner}))
    reached = {name: draw.choice((0, 1, draw.randrange(1, 10**5))) for name in draw.sample("abc", 2)}
    billed.append(line("1", workflow=None, kind="gap", cause="tax", token_kind=None))
    return month(at, billed, logged, reached)


def random_cost(draw: random.Random) -> Decimal:
    return D(draw.choice((0, 1, draw.randrange(1, 10**18)))).scaleb(-15)


def test_ten_thousand_random_pairs_of_months_close_to_the_last_digit() -> None:
    draw = random.Random(20261122)  # noqa: S311 - the same months in every run
    seen: set[str] = set()
    for _ in range(10_000):
        change = change_between(random_month(draw, SEPTEMBER), random_month(draw, OCTOBER))
        for currency, _, _ in change.billed:
            assert change.difference(currency) == 0
        for part in change.parts:
            assert total(part.effects.values()) == total((part.end, -part.start))
            seen |= {name for name, amount in part.effects.items() if amount}
    # Every effect there is was met, new and retired workflows among them.
    assert {"new_workflows", "retired_workflows", "outcomes", "calls", "tokens", "model_mix"} <= seen
    assert {"cache_mix", "tier_mix", "price", "billed_share", "billing_currency", "shared", "gap_tax"} <= seen


# --- Through a ledger -----------------------------------------------------------------------------

RULES = (rule(0, "a", tags__w="a"), rule(1, "b", tags__w="b"))


def fill(books: Books, at: Month, draw: random.Random) -> None:
    """A month of bills and logs that fit neither wholly nor always."""
    start = datetime(at.year, at.number, 1)
    period: dict[str, Any] = {"billing_period_start_utc": start, "billing_period_end_utc": at.end_utc}
    for _ in range(draw.randrange(1, 5)):
        day = date(at.year, at.number, draw.randrange(1, 28))
        kind = draw.choice(("input_uncached", "cache_read", "output"))
        tokens = draw.randrange(1, 5_000)
        name = draw.choice(("a", "b", "unknown"))
        books.call(
            list_cost={kind: str(D(tokens) / 1000)},
            at_utc=datetime(at.year, at.number, day.day, 12),
            tags=f'{{"w": "{name}"}}',
            model_id=draw.choice(("m", "n")),
            session_id=draw.choice(("s1", "s2", None)),
            **{f"{kind}_tokens": tokens},
        )
        books.tokens(
            str(D(draw.randrange(1, 9_999_999)).scaleb(-5)),
            *(kind, draw.choice((tokens, tokens // 2, None))),
            day=day,
            model_id=draw.choice(("m", "n")),
            token_kind=draw.choice((kind, kind, None)),
            **period,
        )
    books.charge(str(draw.randrange(0, 50)), day=None, service_name="Search", **{**period, **of_month(at)})
    books.charge("1.01", day=None, charge_category="Tax", **{**period, **of_month(at)})
    books.outcome(f"o{at}", session_id="s1", resolved_at_utc=datetime(at.year, at.number, 9))


def of_month(at: Month) -> dict[str, Any]:
    return {"charge_period_start_utc": at.start_utc, "charge_period_end_utc": at.end_utc}


@pytest.mark.parametrize("seed", range(6))
def test_bridges_of_a_ledger_close_against_the_sum_of_its_charges(books: Books, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - the same months in every run
    said = config(
        *RULES,
        pools=[Pool("search", rule(0, "", service_name="Search").conditions, "tokens")],
        outcomes=[OutcomeLink("ticket", "a", "session_id")],
    )
    for at in (SEPTEMBER, OCTOBER):
        fill(books, at, draw)
        books.attribute(said, at)
    change = spend_change(books.ledger, SEPTEMBER, OCTOBER)
    billed = dict(
        books.ledger.rows("SELECT billing_period_start_utc::DATE, sum(billed_cost) FROM charge GROUP BY ALL")
    )
    (whole,) = change.whole
    assert (whole.start, whole.end) == (billed[SEPTEMBER.first_day], billed[OCTOBER.first_day])
    assert total(effect.amount for effect in whole.effects) == whole.end - whole.start
    for by in ("workflow", "team", "provider", "model", "tier", "kind"):
        groups = change.groups(by)
        assert total(group.change for group in groups) == whole.change
        assert all(group.difference == 0 for group in groups)


def one_workflow(books: Books, at: Month, cost: str, tokens: int, outcomes: int) -> None:
    at_utc = datetime(at.year, at.number, 5, 12)
    period: dict[str, Any] = {"billing_period_start_utc": at.start_utc, "billing_period_end_utc": at.end_utc}
    books.call(list_cost={"output": cost}, at_utc=at_utc, tags='{"w": "a"}', output_tokens=tokens)
    books.tokens(cost, "output", tokens, day=date(at.year, at.number, 5), **period)
    for number in range(outcomes):
        books.outcome(f"{at}-{number}", resolved_at_utc=at_utc)


def test_a_ledger_by_hand(books: Books) -> None:
    # 2 outcomes for 4.00 with one call; then 4 outcomes for 6.00, still one call of 1.5 times the tokens.
    # L(6, 4) = 2 / ln 1.5: outcomes L ln 2 = 3.419022583, calls per outcome the same with a minus,
    # and tokens per call all of the 2.00.
    said = config(*RULES, outcomes=[OutcomeLink("ticket", "a", "session_id")])
    one_workflow(books, SEPTEMBER, "4", 100, 2)
    one_workflow(books, OCTOBER, "6", 150, 4)
    for at in (SEPTEMBER, OCTOBER):
        books.attribute(said, at)
    change = spend_change(books.ledger, SEPTEMBER, OCTOBER)
    assert moved(change) == {
        "outcomes": D("3.419023"),
        "calls_per_outcome": D("-3.419023"),
        "output_tokens_per_call": 2,
    }
    assert {driver.name: (driver.start, driver.end) for driver in change.drivers} == {
        "outcomes": (2, 4),
        "calls_per_outcome": (D("0.5"), D("0.25")),
        "calls": (1, 1),
        "output_tokens_per_call": (100, 150),
    }
    (group,) = change.groups("workflow")
    assert (group.name, group.start, group.end, group.change) == ("a", 4, 6, 2)
    assert isinstance(group, Group)


def test_what_a_gateway_answered_from_its_cache_was_no_call(books: Books) -> None:
    said = config(*RULES)
    for at, hits in ((SEPTEMBER, 0), (OCTOBER, 5)):
        one_workflow(books, at, "4", 100, 0)
        for _ in range(hits):
            at_utc = datetime(at.year, at.number, 6, 12)
            books.call(at_utc=at_utc, tags='{"w": "a"}', status="cache_hit", output_tokens=100)
        books.attribute(said, at)
    change = spend_change(books.ledger, SEPTEMBER, OCTOBER)
    assert moved(change) == {}
    assert {driver.name: (driver.start, driver.end) for driver in change.drivers}["calls"] == (1, 1)


def test_a_month_of_logs_without_a_bill_has_no_bridge(books: Books) -> None:
    said = config(*RULES)
    one_workflow(books, SEPTEMBER, "4", 100, 0)
    books.call(at_utc=datetime(2026, 10, 6), tags='{"w": "a"}', output_tokens=100)
    for at in (SEPTEMBER, OCTOBER):
        books.attribute(said, at)
    assert comparable_change(books.ledger, SEPTEMBER, OCTOBER) is None
    with pytest.raises(InputError, match="it has logs and no bill"):
        spend_change(books.ledger, SEPTEMBER, OCTOBER)


def test_shares_of_a_change_that_nearly_cancels_are_unknown() -> None:
    gpu: dict[str, Any] = dict.fromkeys(("token_kind", "model", "tier"))
    gpu |= {"is_token_line": False, "is_logged": False}
    gap: dict[str, Any] = {**gpu, "kind": "gap", "workflow": None, "cause": "tax"}
    change = change_between(
        month(SEPTEMBER, [line("10", **{**gpu, "workflow": "a"}), line("10", **gap)], []),
        month(OCTOBER, [line("20", **{**gpu, "workflow": "a"}), line("1", **gap)], []),
    )
    (whole,) = change.whole
    assert [(effect.name, effect.amount, effect.share) for effect in whole.effects] == [
        ("direct_charges", 10, None),
        ("gap_tax", -9, None),
    ]


def test_the_first_month_must_be_before_the_second(ledger: Ledger) -> None:
    for first, second in ((OCTOBER, OCTOBER), (OCTOBER, SEPTEMBER)):
        with pytest.raises(ConfigError, match="the first month must be before the second"):
            spend_change(ledger, first, second)
    with pytest.raises(ConfigError, match='"colour" is no grouping'):
        change_between(month(SEPTEMBER, [], []), month(OCTOBER, [], [])).groups("colour")


# --- What must hold whatever the months -----------------------------------------------------------

OPPOSITE = {"new_workflows": "retired_workflows", "retired_workflows": "new_workflows"}


def by_name(change: Change) -> dict[tuple[str, str], Decimal]:
    return {(group.currency, each.name): each.amount for group in change.whole for each in group.effects}


def nearly(found: dict[tuple[str, str], Decimal], expected: dict[tuple[str, str], Decimal]) -> bool:
    """Equal but for the last digits of each cell, where what rounding leaves over stands."""
    names = {*found, *expected}
    return all(abs(found.get(name, D(0)) - expected.get(name, D(0))) < D("1e-12") for name in names)


@pytest.mark.parametrize("seed", range(60))
def test_going_back_takes_back_what_going_forth_gave(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - the same months in every run
    first, second = random_month(draw, SEPTEMBER), random_month(draw, OCTOBER)
    forth, back = by_name(change_between(first, second)), by_name(change_between(second, first))
    turned = {(currency, OPPOSITE.get(name, name)): -amount for (currency, name), amount in back.items()}
    assert nearly(forth, turned)


@pytest.mark.parametrize("seed", range(60))
def test_every_grouping_has_the_same_effects_in_sum(seed: int) -> None:
    draw = random.Random(1000 + seed)  # noqa: S311 - the same months in every run
    change = change_between(random_month(draw, SEPTEMBER), random_month(draw, OCTOBER))
    whole = by_name(change)
    for by in ("workflow", "team", "provider", "model", "tier", "kind"):
        sums: dict[tuple[str, str], Decimal] = {}
        for group in change.groups(by):
            assert group.difference == 0
            for effect in group.effects:
                key = (group.currency, effect.name)
                sums[key] = total((sums.get(key, D(0)), effect.amount))
        assert {key: amount for key, amount in sums.items() if amount} == whole


@pytest.mark.parametrize("seed", range(30))
def test_the_same_month_twice_is_no_change(seed: int) -> None:
    draw = random.Random(2000 + seed)  # noqa: S311 - the same months in every run
    facts = random_month(draw, SEPTEMBER)
    change = change_between(facts, facts)
    assert by_name(change) == {}
    assert all(part.start == part.end for part in change.parts)


@pytest.mark.parametrize("seed", range(30))
def test_other_workflows_do_not_touch_a_workflows_effects(seed: int) -> None:
    # Outcomes and calls are never added up across workflows: leaving one out moves no other.
    draw = random.Random(3000 + seed)  # noqa: S311 - the same months in every run
    pair = [random_month(draw, at) for at in (SEPTEMBER, OCTOBER)]
    alone = [
        MonthFacts(
            facts.month,
            tuple(each for each in facts.billed if each.workflow == "a"),
            tuple(each for each in facts.logged if each.workflow == "a"),
            outcomes={name: count for name, count in facts.outcomes.items() if name == "a"},
        )
        for facts in pair
    ]
    together = {
        group.currency: group.effects
        for group in change_between(*pair).groups("workflow")
        if group.name == "a"
    }
    assert together == {group.currency: group.effects for group in change_between(*alone).groups("workflow")}
