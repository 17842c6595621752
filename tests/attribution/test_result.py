"""What a month shows, and which months must be attributed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from finops_ai.attribution import month_attribution, stale_months
from finops_ai.attribution.result import Balance, Estimate, Gap, Line
from finops_ai.config import Condition, OutcomeLink, Pool
from finops_ai.errors import ConfigError, InputError
from finops_ai.months import Month
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule

A = rule(0, "a", tags__w="a")
LINK = OutcomeLink("ticket", "a", "session_id")
POOL = Pool("compute", (Condition("service_name", "gpu"),), "even")


def october(books: Books) -> None:
    """Billed 20.00: a has 6.00 and shares 8.00, 1.00 is unmapped, 3.00 unlogged, 2.00 tax."""
    books.tokens("10.00", "output", 100)
    books.charge("8.00", service_name="gpu", provider="aws")
    books.charge("2.00", charge_category="Tax", service_name="VAT")
    books.call(output_tokens=60, session_id="s", tags='{"w": "a"}')
    books.call(output_tokens=10, api_key_id="k")
    books.call(output_tokens=5, provider="anthropic", list_cost={"output": "0.50"}, tags='{"w": "a"}')
    books.outcome("T", session_id="s")


def test_a_month_by_workflow(books: Books) -> None:
    october(books)
    books.attribute(config(A, pools=[POOL], outcomes=[LINK]))
    found = month_attribution(books.ledger, OCTOBER)
    assert found.lines == (Line("a", "USD", D("6.00"), D("8.00"), D("14.00"), 2, 65, D("0.7")),)
    assert found.gaps == (
        Gap("unlogged_usage", "openai", "m", "USD", D("3.00"), 1),
        Gap("tax", "openai", "VAT", "USD", D("2.00"), 1),
        Gap("unmapped_usage", "openai", "k", "USD", D("1.00"), 1),
    )
    assert found.estimates == (
        Estimate("unbilled_usage", "anthropic", "no bill of anthropic for the month", "USD", D("0.50")),
    )
    assert found.balances == (Balance("USD", D("20.00"), D("14.00"), D(0), D("6.00")),)
    assert found.balances[0].holds
    assert found.outcomes[0].linked == D("6.00")
    assert found.outcomes[0].linked_share == 1
    assert found.outcomes[0].ceiling_per_success == D("18.00")


@pytest.mark.parametrize(
    ("by", "lines"),
    [
        ("team", [("team of a", D("14.00"), 2)]),
        ("model", [(None, D("8.00"), 0), ("m", D("6.00"), 2)]),
        ("provider", [("aws", D("8.00"), 0), ("openai", D("6.00"), 1), ("anthropic", None, 1)]),
        ("outcome", [(None, D("8.00"), 1), ("ticket", D("6.00"), 1)]),
    ],
)
def test_other_groupings_hold_the_same_money(books: Books, by: str, lines: list[tuple[object, ...]]) -> None:
    october(books)
    books.attribute(config(A, pools=[POOL], outcomes=[LINK]))
    found = month_attribution(books.ledger, OCTOBER, by)
    assert [(line.name, line.total, line.calls) for line in found.lines] == lines


def test_a_month_that_is_not_there_names_those_that_are(books: Books) -> None:
    books.charge("1.00")
    books.outcome("T", resolved_at_utc=datetime(2026, 12, 1))
    with pytest.raises(InputError) as refused:
        month_attribution(books.ledger, Month(2027, 1))
    assert refused.value.message == "2027-01: the ledger holds no charge, usage or outcome of this month."
    assert refused.value.hint == "Months in the ledger: 2026-10, 2026-12."


def test_an_unknown_grouping_is_refused(books: Books) -> None:
    with pytest.raises(ConfigError, match='"colour" is no grouping'):
        month_attribution(books.ledger, OCTOBER, "colour")


def test_only_changed_months_are_stale(books: Books) -> None:
    ledger, said = books.ledger, config(A)
    november = OCTOBER.plus(1)
    ledger.execute("INSERT INTO month_input VALUES ('2026-10-01', 1), ('2026-11-01', 1)")
    assert stale_months(ledger, said, "") == [OCTOBER, november]
    books.attribute(said)
    assert stale_months(ledger, said, "") == [november]
    books.attribute(said, november)
    assert stale_months(ledger, said, "") == []
    ledger.execute("UPDATE month_input SET batch_id = 2 WHERE month = '2026-11-01'")
    assert stale_months(ledger, said, "") == [november]


def test_new_settings_or_prices_make_every_month_stale(books: Books) -> None:
    ledger, said = books.ledger, config(A)
    ledger.execute("INSERT INTO month_input VALUES ('2026-10-01', 1)")
    books.attribute(said)
    assert stale_months(ledger, said, "other prices") == [OCTOBER]
    assert stale_months(ledger, replace(said, reporting_currency="EUR"), "") == [OCTOBER]
    assert stale_months(ledger, config(replace(A, line=99)), "") == []
    assert stale_months(ledger, config(replace(A, workflow="b")), "") == [OCTOBER]


def test_a_late_outcome_makes_the_month_of_its_calls_stale(books: Books) -> None:
    ledger, said = books.ledger, config(A, outcomes=[LINK])
    ledger.execute("INSERT INTO month_input VALUES ('2026-09-01', 1), ('2026-10-01', 1)")
    books.call(session_id="s", tags='{"w": "a"}')
    books.outcome("T0", session_id="another")
    for month in (Month(2026, 9), OCTOBER):
        books.attribute(said, month)
    assert stale_months(ledger, said, "") == []
    books.outcome("T", session_id="s", file_id=4, resolved_at_utc=datetime(2026, 12, 1))
    assert stale_months(ledger, said, "") == [OCTOBER]
