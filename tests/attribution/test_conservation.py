"""Whatever is billed, logged and ruled: nothing is lost, nothing counted twice, twice gives the same."""

from __future__ import annotations

import operator
import random
import re
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finops_ai.attribution import month_attribution
from finops_ai.attribution.month import DERIVED_TABLES
from finops_ai.attribution.result import GROUPINGS
from finops_ai.attribution.tag_view import month_by_tag
from finops_ai.config import Condition, Config, OutcomeLink, Pool, TeamSplit, Workflow
from finops_ai.errors import IntegrityError
from finops_ai.ledger import Ledger
from finops_ai.ledger import checks as ledger_checks
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule

INPUTS = ("charge", "token_usage", "priced_usage", "outcome")
DIMENSIONS = (
    "provider", "billing_currency", "sub_account_id", "day", "model_id", "token_kind", "charge_category",
    "service_name",
)  # fmt: skip
COUNTS = st.integers(0, 40)
KINDS = st.sampled_from(["input_uncached", "cache_read", "output"])


def money(low: str = "0", high: str = "1000000") -> st.SearchStrategy[Any]:
    """Amounts with up to 15 decimals, zero among them."""
    return st.just(D(0)) | st.decimals(low, high, places=2) | st.decimals(low, high, places=15)


TOKEN_LINES = st.fixed_dictionaries(
    {
        "billed_cost": money(),
        "provider": st.sampled_from(["openai", "anthropic"]),
        "billing_currency": st.sampled_from(["USD", "USD", "EUR"]),
        "sub_account_id": st.sampled_from([None, "p", "q"]),
        "day": st.sampled_from([None, date(2026, 10, 5), date(2026, 10, 6)]),
        "model": st.sampled_from([("m", "m"), ("n", "n"), (None, None), ("new", None)]),
        "token_kind": st.none() | KINDS,
        "consumed_quantity": st.none() | COUNTS | st.decimals("0", "40", places=3),
        "billing_account_id": st.sampled_from(["acme", "other"]),
        "tags": st.sampled_from([None, '{"w": "a"}', '{"deep": {"w": "x"}}']),
    }
)
OTHER_LINES = st.fixed_dictionaries(
    {
        "billed_cost": money("-1000000"),
        "provider": st.sampled_from(["openai", "aws"]),
        "billing_currency": st.sampled_from(["USD", "EUR"]),
        "sub_account_id": st.sampled_from([None, "p"]),
        "day": st.sampled_from([None, date(2026, 10, 5)]),
        "charge_category": st.sampled_from(["Usage", "Purchase", "Tax", "Credit", "Adjustment"]),
        "service_name": st.sampled_from(["gpu", "seats", "vector", None]),
        "billing_account_id": st.sampled_from(["acme", "other"]),
        "tags": st.sampled_from([None, "{broken", '{"w": "b"}', '{"deep": {"w": "x"}}']),
    }
)
CALLS = st.fixed_dictionaries(
    {
        "provider": st.sampled_from(["openai", "anthropic"]),
        "project_id": st.sampled_from([None, "p", "q"]),
        "at_utc": st.sampled_from([datetime(2026, 10, 5, 1), datetime(2026, 10, 6)]),
        "model": st.sampled_from([("m", "m"), ("n", "n"), (None, None), ("new", None)]),
        "input_uncached_tokens": COUNTS,
        "cache_read_tokens": COUNTS,
        "output_tokens": COUNTS,
        "tags": st.sampled_from(
            [None, '{"w": "a"}', '{"w": "b"}', '{"w": "c", "deep": {"w": "x"}}', '{"deep": {"w": "y"}}']
        ),
        "session_id": st.sampled_from([None, "s1", "s2", "s3"]),
        "list_cost": st.none() | st.tuples(money(high="50"), money(high="50"), money(high="50")),
    }
)
SPLITS = st.sampled_from(["tokens", "calls", "direct_cost", "even", "weights"])
STEPS = ("top", "middle", "bottom")
"""Pools in the order in which they may give to each other, so that there is no circle."""


@st.composite
def pools(draw: st.DrawFn) -> list[Pool]:
    """Up to three pools, each for workflows, teams and those behind it, some without charges of their own."""
    found: list[Pool] = []
    services = ["gpu", "vector", None]
    for place, name in enumerate(STEPS[: draw(st.integers(0, 3))]):
        behind = [f"pool:{other}" for other in STEPS[place + 1 :]]
        others = ["a", "b", "c", "team:north", "team:south", *behind]
        receivers = tuple(draw(st.lists(st.sampled_from(others), max_size=4, unique=True)))
        service = draw(st.sampled_from(services)) if place else "gpu"
        when = () if service is None else (Condition("service_name", service),)
        weights = tuple((receiver, draw(money(high="9"))) for receiver in receivers)
        found.append(Pool(name, when, draw(SPLITS), receivers=receivers, weights=weights))
    names = {pool.name for pool in found}
    return [
        replace(
            pool,
            receivers=tuple(each for each in pool.receivers if _is_there(each, names)),
            weights=tuple(pair for pair in pool.weights if _is_there(pair[0], names)),
        )
        for pool in found
    ]


def _is_there(receiver: str, names: set[str]) -> bool:
    return not receiver.startswith("pool:") or receiver.removeprefix("pool:") in names


TEAMS = st.lists(
    st.builds(
        lambda team, split_by: TeamSplit(
            team, split_by, ((("c" if team == "south" else "a"), D("0.3")),) if split_by == "weights" else ()
        ),
        st.sampled_from(["north", "south"]),
        SPLITS,
    ),
    max_size=2,
    unique_by=lambda split: split.team,
)
RULES = st.lists(
    st.sampled_from(
        [
            {"tags__w": "a"},
            {"tags__w": "[ab]"},
            {"service_name": "seats"},
            {"provider": "openai", "project_id": "p"},
            {"sub_account_id": "q"},
            {"charge_category": "Credit"},
            {"billing_account_id": "other"},
            {"tags__deep.w": "x"},
        ]
    ),
    max_size=4,
)


def write(books: Books, lines: list[dict[str, Any]], calls: list[dict[str, Any]]) -> None:
    """The month's rows in their order; list costs belong to input, cached and output tokens."""
    for line in lines:
        name, known = line.get("model", (None, None))
        rest = {key: value for key, value in line.items() if key not in ("model", "billed_cost")}
        books.charge(str(line["billed_cost"]), model_name=name, model_id=known, **rest)
    for call in calls:
        name, known = call["model"]
        rest = {key: value for key, value in call.items() if key not in ("model", "list_cost")}
        kinds = ("input_uncached", "cache_read", "output")
        prices = dict(zip(kinds, map(str, call["list_cost"]), strict=True)) if call["list_cost"] else {}
        books.call(model_name=name, model_id=known, list_cost=prices, **rest)
    for number in (1, 2):
        status = "success" if number == 1 else "failure"
        books.outcome(f"T{number}", session_id=f"s{number}", status=status)


def settings_of(rules: list[dict[str, str]], shared: list[Pool], teams: list[TeamSplit]) -> Config:
    """Rules in order, each for a workflow of its own place; a and b are of one team, c of another."""
    mapped = [
        rule(place, "abc"[place % 3], since=None, until=None, **when) for place, when in enumerate(rules)
    ]
    said = config(*mapped, pools=shared, outcomes=[OutcomeLink("ticket", "a", "session_id")])
    workflows = (
        Workflow("a", owner="ann", team="north", department="Care", cost_centre="1", product="Desk"),
        Workflow("b", team="north", department="Care", product="Desk"),
        Workflow("c", owner="ann", team="south"),
    )
    return replace(said, workflows=workflows, teams=tuple(teams))


def derived(ledger: Ledger) -> dict[str, list[Any]]:
    """All derived rows in a fixed order."""
    return {table: ledger.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in DERIVED_TABLES}


def clear(ledger: Ledger) -> None:
    for table in (*INPUTS, *DERIVED_TABLES):
        ledger.execute(f"DELETE FROM {table}")


def sums(rows: list[tuple[Any, ...]], place: int) -> dict[Any, D]:
    """Cost by the column at `place`; cost stands last. Zero sums are left out."""
    found: dict[Any, D] = defaultdict(D)
    for row in rows:
        found[row[place], row[1]] += row[-1]
    return {key: cost for key, cost in found.items() if cost}


@pytest.mark.slow
# Without shrinking: an example takes a third of a second, and the failing one is printed whole.
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(
    st.builds(operator.add, st.lists(TOKEN_LINES, max_size=8), st.lists(OTHER_LINES, max_size=5)),
    st.lists(CALLS, max_size=10),
    st.builds(settings_of, RULES, pools(), TEAMS),
    st.randoms(use_true_random=False),
)
def test_every_grouping_adds_up_and_twice_gives_the_same(
    ledger: Ledger,
    lines: list[dict[str, Any]],
    calls: list[dict[str, Any]],
    said: Config,
    shuffle: random.Random,
) -> None:
    clear(ledger)
    books = Books(ledger)
    write(books, lines, calls)
    books.attribute(said)
    first = derived(ledger)
    books.attribute(said)
    assert derived(ledger) == first

    assert_every_grouping_adds_up(ledger)
    logged = ledger.value("SELECT sum(tokens) FROM usage_month") or 0
    assert logged == sum(
        call["input_uncached_tokens"] + call["cache_read_tokens"] + call["output_tokens"] for call in calls
    )

    allocation = ledger.rows("SELECT * FROM allocation ORDER BY ALL")
    clear(ledger)
    shuffle.shuffle(lines)
    shuffle.shuffle(calls)
    write(books, lines, calls)
    books.attribute(said)
    assert ledger.rows("SELECT * FROM allocation ORDER BY ALL") == allocation


def assert_every_grouping_adds_up(ledger: Ledger) -> None:
    """Billed = workflows + unallocated shared + named gaps, to the last digit, however it is looked at."""
    names = ", ".join(DIMENSIONS)
    allocated = ledger.rows(f"SELECT {names}, cost FROM allocation")
    billed = ledger.rows(
        "SELECT provider, billing_currency, sub_account_id, CASE WHEN charge_period_end_utc - "
        "charge_period_start_utc <= INTERVAL 1 DAY THEN charge_period_start_utc::DATE END, model_id, "
        "token_kind, charge_category, service_name, billed_cost FROM charge"
    )
    for place in range(len(DIMENSIONS)):
        assert sums(allocated, place) == sums(billed, place)
    accounts = "SELECT billing_account_id, billing_currency, billed_cost FROM charge"
    # What pools move stands beside the accounts, and adds up to nothing.
    placed = (
        "SELECT c.billing_account_id, c.billing_currency, r.cost FROM allocation_row AS r "
        "INNER JOIN cell AS c USING (month, cell_id)"
    )
    assert sums(ledger.rows(placed), 0) == sums(ledger.rows(accounts), 0)
    moved = ledger.rows("SELECT pool, billing_currency, kind, cost FROM allocation WHERE pool IS NOT NULL")
    left = sums([(*row[:2], row[3]) for row in moved if row[2] == "pool_source"], 0)
    unallocated = "SELECT detail, billing_currency, cost FROM gap WHERE cause = 'shared_unallocated'"
    assert left == sums(ledger.rows(unallocated), 0)
    if not ledger.value("SELECT count(*) FROM month_attributed"):
        return
    balances = month_attribution(ledger, OCTOBER).balances
    total = {balance.currency: balance.billed for balance in balances}
    for balance in balances:
        assert balance.holds
    for by in GROUPINGS:
        # The lines alone: the rest of the answer is the same for every grouping.
        found = ledger.run("attribution", "lines.sql", {"month": OCTOBER.first_day, "by": by}).fetchall()
        lines: dict[str, D] = defaultdict(D)
        for _, currency, direct, pooled, total_cost, *_ in found:
            if total_cost is None:
                # Logged, and no bill holds any of it.
                assert (direct, pooled) == (None, None)
                continue
            lines[currency] += total_cost
            assert total_cost == direct + pooled
        for balance in balances:
            assert lines[balance.currency] + balance.shared_unallocated + balance.gaps == balance.billed
    has_credits = ledger.value("SELECT count(*) FROM charge WHERE billed_cost < 0") > 0
    for key in ("tags.w", "tags.deep.w", "tags.nobody"):
        tagged: dict[str, D] = defaultdict(D)
        for part in month_by_tag(ledger, OCTOBER, key).lines:
            tagged[part.currency] += part.cost
            # Of a bill without negative lines no value of a tag has more than all of it.
            assert has_credits or part.cost <= total.get(part.currency, D(0))
        assert {currency: cost for currency, cost in tagged.items() if cost} == {
            currency: cost for currency, cost in total.items() if cost
        }


def test_no_money_of_a_derived_table_or_view_is_a_float(ledger: Ledger) -> None:
    derived_columns = ledger.rows(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main' "
        "AND NOT internal AND (table_name = ANY($tables) OR table_name = ANY($views))",
        {
            "tables": list(DERIVED_TABLES),
            "views": ["allocation", "workflow_month", "gap", "usage_cost", "outcome_cost"],
        },
    )
    assert {kind for _, _, kind in derived_columns if kind in ("DOUBLE", "FLOAT")} == set()
    money_types = {kind for _, name, kind in derived_columns if re.search("cost(?!_centre)", name)}
    assert money_types == {"DECIMAL(38,15)"}
    assert len({table for table, _, _ in derived_columns}) == len(DERIVED_TABLES) + 5


def spoil(books: Books) -> None:
    books.charge("10.00", service_name="gpu")
    books.charge("3.00", service_name="seats")
    pool = Pool("compute", (Condition("service_name", "gpu"),), "even", receivers=("a", "b"))
    link = OutcomeLink("t", "a", "trace_id")
    books.attribute(config(rule(0, "a", service_name="seats"), pools=[pool], outcomes=[link]))


@pytest.mark.parametrize(
    ("check", "damage"),
    [
        (
            "0101_every_billed_amount_is_allocated",
            "UPDATE charge SET billed_cost = billed_cost + 0.000000000000001",
        ),
        ("0102_cells_explain_their_charges", "UPDATE cell SET billed_cost = 9 WHERE nature = 'pool'"),
        ("0103_pools_net_to_zero", "DELETE FROM allocation_row WHERE kind = 'pool_source' AND cost < 0"),
        ("0104_outcomes_share_their_workflow", "UPDATE outcome_month SET shared_cost = shared_cost + 1"),
        ("0105_gaps_are_allocated_money", "UPDATE allocation_row SET kind = 'gap' WHERE kind = 'direct'"),
    ],
)
def test_each_check_can_fail(books: Books, check: str, damage: str) -> None:
    spoil(books)

    def write_damage() -> None:
        with books.ledger.transaction(writes="attribution"):
            books.ledger.execute(damage)
            broken = {found.check.name for found in ledger_checks.violations(books.ledger._connection)}
            assert check in broken

    with pytest.raises(IntegrityError, match="failed"):
        write_damage()
