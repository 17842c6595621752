"""What rules meet and take: coverage adds up, overlaps carry their money, idle rules say why."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from finops_ai.attribution import rule_use
from finops_ai.config import Condition, Config, Pool, Rule
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule

SEPTEMBER = OCTOBER.plus(-1)


def overlaps(books: Books, said: Config) -> list[tuple[object, ...]]:
    tried = rule_use.tried_in_order(said, [OCTOBER])
    found = rule_use.overlaps(said, rule_use.met(books.ledger, said, tried, [OCTOBER]))
    return [
        (
            each.kind,
            each.winner.ordinal,
            each.other.ordinal,
            each.calls,
            each.estimated,
            each.charges,
            each.billed,
        )
        for each in found
    ]


def idle(books: Books, said: Config) -> list[tuple[str, str, str]]:
    tried = rule_use.tried_in_order(said, [SEPTEMBER, OCTOBER])
    months = [SEPTEMBER, OCTOBER]
    met = rule_use.met(books.ledger, said, tried, months)
    found = rule_use.idle(books.ledger, said, months, tried, met)
    return [(each.tried.title, each.cause, each.detail) for each in found]


def test_rules_that_share_rows_are_a_conflict_with_the_money_at_stake(books: Books) -> None:
    cost = {"output": "1.50"}
    books.call(api_key_id="k", project_id="p", output_tokens=1, list_cost=cost)
    books.call(api_key_id="k", project_id="q", output_tokens=1, list_cost=cost)
    books.call(api_key_id="l", project_id="p", output_tokens=1, list_cost=cost)
    said = config(rule(1, "a", api_key_id="k"), rule(2, "b", project_id="p"))
    assert overlaps(books, said) == [("conflict", 1, 2, 1, D("1.50"), 0, D(0))]


def test_an_exception_before_a_wider_rule_is_no_conflict(books: Books) -> None:
    books.charge("4.00", service_name="gpu", provider="aws", day=date(2026, 10, 5))
    books.charge("6.00", service_name="disk", provider="aws")
    said = config(rule(1, "a", service_name="gpu"), rule(2, "b", provider="aws"))
    assert overlaps(books, said) == [("narrow_first", 1, 2, 0, D(0), 1, D("4.00"))]


def test_rules_for_one_workflow_do_not_conflict(books: Books) -> None:
    books.call(api_key_id="k", project_id="p")
    books.call(project_id="p")
    assert overlaps(books, config(rule(1, "a", api_key_id="k"), rule(2, "a", project_id="p"))) == []


def test_calls_without_a_price_leave_the_estimate_open(books: Books) -> None:
    books.call(api_key_id="k", project_id="p", output_tokens=5)
    books.call(api_key_id="k", output_tokens=5)
    books.call(project_id="p", output_tokens=5)
    said = config(rule(1, "a", api_key_id="k"), rule(2, "b", project_id="p"))
    assert overlaps(books, said) == [("conflict", 1, 2, 1, None, 0, D(0))]


def test_the_largest_stake_comes_first(books: Books) -> None:
    for cost, service in (("1.00", "s"), ("9.00", "t")):
        for region in ("eu", "us"):
            books.charge(cost, service_name=service, region_id=region, provider="aws")
        books.charge(cost, service_name=service, provider="gcp")
    rules = [rule(1, "a", service_name="s"), rule(2, "b", service_name="t"), rule(3, "c", provider="aws")]
    books.charge("1.00", service_name="u", provider="aws")
    found = overlaps(books, config(*rules))
    assert [(row[0], row[1], row[2], row[6]) for row in found] == [
        ("conflict", 2, 3, D("18.00")),
        ("conflict", 1, 3, D("2.00")),
    ]


def test_a_rule_behind_a_wider_one_is_shadowed(books: Books) -> None:
    books.call(api_key_id="k", project_id="p")
    books.call(project_id="p")
    said = config(rule(1, "a", project_id="p"), rule(2, "b", api_key_id="k"))
    assert idle(books, said) == [("rule 2 (b)", "shadowed", "rule 1 (a) takes all that it meets")]
    assert overlaps(books, said) == []


@pytest.mark.parametrize(
    ("when", "detail"),
    [
        ({"api_key_id": "gone"}, "no row has api_key_id: gone"),
        ({"api_key_id": "k", "project_id": "q"}, "no row has these values together"),
        ({"api_key_id": "k", "user_id": "(?s:.*)@x"}, "no row has user_id: *@x"),
    ],
)
def test_a_rule_that_nothing_meets_says_which_value_is_missing(
    books: Books, when: dict[str, str], detail: str
) -> None:
    books.call(api_key_id="k", project_id="p")
    books.call(project_id="q")
    ((title, cause, text),) = idle(
        books, config(Rule(1, "a", tuple(Condition(*pair) for pair in when.items())))
    )
    assert (title, cause) == ("rule 1 (a)", "never")
    assert text.replace("all of ", "") == detail


def test_a_rule_outside_its_dates_says_when_it_was_met(books: Books) -> None:
    books.call(api_key_id="k", at_utc=datetime(2026, 9, 7))
    books.call(api_key_id="k", at_utc=datetime(2026, 10, 9))
    said = config(rule(1, "a", api_key_id="k", until=date(2026, 9, 1)))
    assert idle(books, said) == [
        ("rule 1 (a)", "dates", "rows meet it outside its dates, last on 2026-10-09")
    ]


def test_pools_are_tried_after_rules(books: Books) -> None:
    books.charge("1.00", service_name="gpu", provider="aws")
    pools = [
        Pool("compute", (Condition("service_name", "gpu"),), "even"),
        Pool("gone", (Condition("service_name", "disk"),), "even"),
        Pool("inner", (), "even"),
    ]
    said = config(rule(1, "a", provider="aws"), pools=pools)
    assert idle(books, said) == [
        ("pool compute", "shadowed", "rule 1 (a) takes all that it meets"),
        ("pool gone", "never", "no row has service_name: disk"),
    ]
    assert idle(books, config(pools=pools[:1])) == []


def test_what_rules_took_and_what_they_reach_adds_up_to_the_bill(books: Books) -> None:
    books.tokens("4.00", "output", 400)
    books.call(output_tokens=300, api_key_id="k", list_cost={"output": "3.00"})
    books.call(output_tokens=60, workflow_hint="b", list_cost={"output": "0.60"})
    books.call(output_tokens=40, list_cost={"output": "0.40"})
    books.charge("2.00", service_name="gpu")
    books.charge("5.00", service_name="disk")
    books.charge("0.70", service_name="gpu", charge_category="Tax")
    books.charge("1.30", service_name="else")
    pool = Pool("disk", (Condition("service_name", "disk"),), "even", receivers=("a", "b"))
    said = config(
        rule(1, "a", api_key_id="k"), rule(2, "a", service_name="gpu"), workflows=["b"], pools=[pool]
    )
    books.attribute(said)
    taken = rule_use.taken(books.ledger, OCTOBER)
    assert [(each.rule_ordinal, each.calls, each.tokens, each.charges, each.cost) for each in taken] == [
        (1, 1, 300, 0, D("3.00")),
        (2, 0, 0, 1, D("2.00")),
    ]
    billed, logged = rule_use.coverage(books.ledger, OCTOBER, "USD")
    ways = {each.way: each.cost or D(0) for each in billed}
    assert ways == {
        "rule": D("5.00"),
        "log": D("0.60"),
        "pool": D("5.00"),
        "apart": D("0.70"),
        "none": D("1.70"),
    }
    assert sum(ways.values(), D(0)) == D("13.00")
    assert {each.way: (each.cost, each.calls, each.tokens) for each in logged} == {
        "rule": (D("3.00"), 1, 300),
        "log": (D("0.60"), 1, 60),
        "none": (D("0.40"), 1, 40),
    }


def test_every_rule_that_a_row_meets_is_known_not_only_the_first(books: Books) -> None:
    books.call(api_key_id="k", project_id="p")
    said = config(
        Rule(2, "b", (Condition("project_id", "p"),)), rule(1, "a", api_key_id="k"), rule(3, "c", user_id="u")
    )
    tried = rule_use.tried_in_order(said, [OCTOBER])
    (met,) = rule_use.met(books.ledger, said, tried, [OCTOBER])
    assert (met.side, met.ordinals, met.rows, met.cost) == ("calls", (1, 2), 1, Decimal(0))
