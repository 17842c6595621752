"""Exchange rates: dated, exact, no rate no guess; the original stays, the converted parts add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finops_ai.attribution.fx import convert_month, month_converted, refresh_rates, unconverted_months
from finops_ai.attribution.fx.convert import CONVERTED_TABLES, find_rates
from finops_ai.config import Condition, Config, FxRates, Pool
from finops_ai.errors import IntegrityError
from finops_ai.ledger import Ledger
from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule
from tests.attribution.test_conservation import INPUTS, OTHER_LINES, TOKEN_LINES, clear, write

AT = datetime(2026, 11, 3)
A = rule(0, "a", service_name="a")
HEAD = "date,from,to,rate,source\n"
WIDE = Context(prec=76, rounding=ROUND_HALF_EVEN)
UNIT = D("1e-15")


def rated(books: Books, lines: str, said: Config | None = None, **how: Any) -> Config:
    """Write the rates beside the ledger, attribute October and convert it."""
    path = books.ledger.path.parent / "fx.csv"
    path.write_text(HEAD + lines, encoding="utf-8")
    said = replace(said or config(A), fx_rates=FxRates(path, **how))
    with books.ledger.transaction(writes="none"):
        refresh_rates(books.ledger, said, read_at_utc=AT)
    books.attribute(said)
    with books.ledger.transaction(writes="attribution"):
        convert_month(books.ledger, said, OCTOBER)
    return said


def stored(ledger: Ledger) -> list[Any]:
    return ledger.rows(
        "SELECT billed_cost, reporting_cost, rate, rate_day, rate_source, rate_way, missing "
        "FROM charge_converted ORDER BY charge_id"
    )


def test_both_amounts_stand_with_rate_day_and_source(books: Books) -> None:
    books.charge("10.00", billing_currency="EUR", service_name="a")
    books.charge("4.00", service_name="a")
    rated(books, "2026-10-01,EUR,USD,1.0835,ECB\n2026-10-06,EUR,USD,2,later\n")
    assert stored(books.ledger) == [
        (D("10.00"), D("10.835"), D("1.0835"), date(2026, 10, 1), "ECB", "direct", None)
    ]
    found = month_converted(books.ledger, OCTOBER)
    assert found is not None
    assert (found.total, found.difference, found.unrated) == (D("14.835"), 0, ())
    assert [(line.name, line.direct, line.total, line.outside) for line in found.lines] == [
        ("a", D("14.835"), D("14.835"), False)
    ]
    assert books.ledger.value("SELECT sum(billed_cost) FROM charge WHERE billing_currency = 'EUR'") == 10


@pytest.mark.parametrize(
    ("cost", "rate", "converted"),
    [
        ("0.000000000000001", "0.5", "0"),  # half a unit: to the even neighbour, below
        ("0.000000000000003", "0.5", "0.000000000000002"),  # one and a half: above
        ("-0.000000000000003", "0.5", "-0.000000000000002"),
        ("0.000000000000003", "0.500000000000001", "0.000000000000002"),
        ("123456789.123456789012345", "0.006694784762669", "826516.630671758439769"),
        ("999999999999.999999999999999", "999999.999999999999999", "999999999999999999.998999999000000"),
    ],
)
def test_a_product_is_exact_and_rounded_half_even(books: Books, cost: str, rate: str, converted: str) -> None:
    books.charge(cost, billing_currency="EUR", service_name="a")
    rated(books, f"2026-10-05,EUR,USD,{rate},x\n")
    expected = WIDE.multiply(D(cost), D(rate)).quantize(UNIT, context=WIDE)
    assert stored(books.ledger)[0][1] == expected == D(converted)


def test_a_rate_the_other_way_round_is_used_only_when_that_is_said(books: Books) -> None:
    books.charge("10.00", billing_currency="EUR")
    lines = "2026-10-05,USD,EUR,0.9,x\n"
    rated(books, lines)
    assert stored(books.ledger)[0][1:] == (
        *(None, None, None, None, None),
        "no rate EUR to USD on or before the day of the charge",
    )
    rated(books, lines, inverse=True)
    assert stored(books.ledger)[0][1:] == (
        *(D("11.111111111111110"), D("1.111111111111111"), date(2026, 10, 5), "x", "inverse", None),
    )
    # A rate that is stated goes before one that is turned round, and an older one is no rate.
    rated(books, lines + "2026-10-01,EUR,USD,1.2,y\n", inverse=True)
    assert stored(books.ledger)[0][1:3] == (D("12"), D("1.2"))


def test_a_rate_over_a_third_currency_is_used_only_when_that_is_said(books: Books) -> None:
    books.charge("10.00", billing_currency="DBU")
    lines = "2026-09-30,DBU,EUR,0.5,deal\n2026-10-04,EUR,USD,1.1,ECB\n"
    rated(books, lines)
    assert stored(books.ledger)[0][1] is None
    rated(books, lines, through="EUR")
    assert stored(books.ledger)[0][1:] == (
        *(D("5.5"), D("0.55"), date(2026, 9, 30), "deal, ECB", "through EUR", None),
    )
    rated(books, lines, through="EUR", max_age_days=4)
    assert stored(books.ledger)[0][1] is None


def test_a_rate_grows_old_and_some_currencies_may_be_slower(books: Books) -> None:
    books.charge("10.00", billing_currency="EUR")
    books.charge("10.00", billing_currency="Snowflake credits")
    lines = "2026-09-28,EUR,USD,1.1,x\n2026-01-01,Snowflake credits,USD,3,contract\n"
    rated(books, lines)
    assert [row[1] for row in stored(books.ledger)] == [D("11"), None]
    rated(books, lines, max_age_days=6, max_age_days_of=(("Snowflake credits", 400),))
    assert [row[1] for row in stored(books.ledger)] == [None, D("30")]
    assert stored(books.ledger)[0][-1] == "the newest rate EUR to USD, of 2026-09-28, is older than 6 days"


def test_a_rate_is_never_taken_from_a_later_day(books: Books) -> None:
    books.charge("10.00", billing_currency="EUR")
    rated(books, "2026-10-06,EUR,USD,1.1,x\n")
    assert stored(books.ledger)[0][-1] == "no rate EUR to USD on or before the day of the charge"


def test_a_rate_too_small_to_write_down_is_no_rate(books: Books) -> None:
    books.charge("10.00", billing_currency="XXX")
    lines = "2026-10-05,XXX,EUR,0.000000000000001,x\n2026-10-05,EUR,USD,0.0001,x\n"
    rated(books, lines, through="EUR")
    assert stored(books.ledger)[0][-1] == "the rate XXX to USD is below 15 decimals"


def test_money_without_a_rate_is_a_named_gap_and_in_no_total(books: Books) -> None:
    books.charge("10.00", billing_currency="EUR", service_name="a")
    books.charge("7.00", billing_currency="DBU", service_name="a")
    rated(books, "2026-10-05,EUR,USD,1.1,x\n")
    found = month_converted(books.ledger, OCTOBER)
    assert found is not None
    assert found.total == D("11")
    assert [(each.currency, each.converted, each.not_converted) for each in found.totals] == [
        ("DBU", None, D("7.00")),
        ("EUR", D("11"), 0),
    ]
    assert [(gap.cause, gap.currency, gap.cost, gap.charge_rows) for gap in found.unrated] == [
        ("currency", "DBU", D("7.00"), 1)
    ]
    assert found.lines[0].outside
    # Of one group of charges, a day may have a rate and another none.
    assert books.ledger.rows("SELECT DISTINCT unconverted_cost FROM allocation_reporting ORDER BY ALL") == [
        (D(0),),
        (D("7.00"),),
    ]


def test_a_pool_in_another_currency_is_converted_with_its_shares(books: Books) -> None:
    books.charge("10.00", billing_currency="EUR", service_name="gpu")
    books.charge("5.00", billing_currency="EUR", service_name="gpu", day=date(2026, 10, 20))
    pool = Pool("p", (Condition("service_name", "gpu"),), "even", receivers=("a", "b", "c"))
    said = config(A, workflows=("b", "c"), pools=[pool])
    rated(books, "2026-10-05,EUR,USD,1,x\n", said)
    rows = books.ledger.rows(
        "SELECT kind, cost, reporting_cost, unconverted_cost FROM allocation_reporting ORDER BY ALL"
    )
    third, fourth = D("3.333333333333333"), D("3.333333333333334")
    assert rows == [
        ("pool_share", D("5"), third, D("1.666666666666666")),
        ("pool_share", D("5"), third, D("1.666666666666666")),
        ("pool_share", D("5"), fourth, D("1.666666666666668")),
        ("pool_source", D("-15"), D("-10"), D("-5")),
        ("pool_source", D("5"), None, D("5")),
        ("pool_source", D("10"), D("10"), D("0")),
    ]


def test_a_pool_in_steps_converts_to_the_same_where_it_arrives_and_leaves(books: Books) -> None:
    books.charge("12.00", billing_currency="EUR", service_name="gpu")
    outer = Pool("outer", (Condition("service_name", "gpu"),), "even", receivers=("a", "pool:inner", "c"))
    inner = Pool("inner", (), "even", receivers=("a", "b"))
    rated(books, "2026-10-05,EUR,USD,1.5,x\n", config(A, workflows=("b", "c"), pools=[outer, inner]))
    rows = books.ledger.rows(
        "SELECT pool, kind, workflow, sign(cost), reporting_cost FROM allocation_reporting "
        "WHERE label = 'allocated' ORDER BY ALL"
    )
    assert rows == [
        ("inner", "pool_share", "a", 1, D(3)),
        ("inner", "pool_share", "b", 1, D(3)),
        ("inner", "pool_source", None, -1, D(-6)),
        ("inner", "pool_source", None, 1, D(6)),
        ("outer", "pool_share", "a", 1, D(6)),
        ("outer", "pool_share", "c", 1, D(6)),
        ("outer", "pool_source", None, -1, D(-18)),
    ]


def test_only_months_whose_rates_changed_are_converted_again(books: Books) -> None:
    books.charge("10.00", billing_currency="EUR")
    said = rated(books, "2026-10-05,EUR,USD,1.1,x\n")
    assert unconverted_months(books.ledger, said) == []
    assert said.fx_rates is not None
    said.fx_rates.path.write_text(
        HEAD + "2026-10-05,EUR,USD,1.1,x\n2026-11-05,EUR,USD,1.2,x\n", encoding="utf-8"
    )
    with books.ledger.transaction(writes="none"):
        assert refresh_rates(books.ledger, said, read_at_utc=AT)
        assert not refresh_rates(books.ledger, said, read_at_utc=AT)
    assert unconverted_months(books.ledger, said) == []
    said.fx_rates.path.write_text(HEAD + "2026-10-05,EUR,USD,1.3,x\n", encoding="utf-8")
    with books.ledger.transaction(writes="none"):
        refresh_rates(books.ledger, said, read_at_utc=AT)
    assert unconverted_months(books.ledger, said) == [OCTOBER]
    books.ledger.execute("INSERT INTO period VALUES ('2026-10-01', 'closed', 'x', '2026-11-10')")
    assert unconverted_months(books.ledger, said) == []


def test_without_a_file_of_rates_nothing_is_converted(books: Books) -> None:
    books.charge("10.00", billing_currency="EUR")
    said = rated(books, "2026-10-05,EUR,USD,1.1,x\n")
    without = replace(said, fx_rates=None)
    with books.ledger.transaction(writes="none"):
        refresh_rates(books.ledger, without, read_at_utc=AT)
    assert unconverted_months(books.ledger, without) == [OCTOBER]
    with books.ledger.transaction(writes="attribution"):
        convert_month(books.ledger, without, OCTOBER)
    assert stored(books.ledger)[0][1] is None


def test_a_month_in_one_currency_has_nothing_to_convert(books: Books) -> None:
    books.charge("10.00", service_name="a")
    said = rated(books, "2026-10-05,EUR,USD,1.1,x\n")
    assert month_converted(books.ledger, OCTOBER) is None
    assert unconverted_months(books.ledger, said) == []
    assert books.ledger.rows("SELECT cost, reporting_cost FROM allocation_reporting") == [(D(10), D(10))]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE charge_converted SET reporting_cost = reporting_cost + 0.000000000000001",
        "UPDATE charge_converted SET reporting_cost = NULL",
        "DELETE FROM allocation_converted",
    ],
)
def test_the_check_of_converted_parts_can_fail(books: Books, damage: str) -> None:
    books.charge("10.00", billing_currency="EUR")
    rated(books, "2026-10-05,EUR,USD,1.1,x\n")
    with (
        pytest.raises(IntegrityError, match="0106_converted_parts_add_up"),
        books.ledger.transaction(writes="attribution"),
    ):
        books.ledger.execute(damage)


RATES = st.decimals("0.000001", "2000", places=6) | st.decimals("0.001", "3", places=15)


@pytest.mark.slow
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(
    st.lists(TOKEN_LINES | OTHER_LINES, max_size=12),
    st.lists(st.tuples(st.sampled_from([1, 5, 6]), st.sampled_from(["EUR", "USD"]), RATES), max_size=4),
    st.booleans(),
    st.sampled_from(["even", "direct_cost", "tokens"]),
)
def test_converted_parts_add_up_whatever_is_billed(
    ledger: Ledger,
    lines: list[dict[str, Any]],
    rates: list[tuple[int, str, Decimal]],
    inverse: bool,
    split_by: str,
) -> None:
    clear(ledger)
    books = Books(ledger)
    write(books, lines, [])
    pools = [
        Pool("p", (Condition("service_name", "gpu"),), split_by, receivers=("a", "b", "pool:q", "pool:r")),
        Pool("q", (Condition("service_name", "vector"),), "even", receivers=("a", "pool:r")),
        Pool("r", (), split_by, receivers=("b", "c")),
    ]
    said = config(rule(0, "a", provider="openai", sub_account_id="p"), workflows=("b", "c"), pools=pools)
    kept = {(day, source): rate for day, source, rate in rates}
    text = "".join(
        f"2026-10-0{day},{source},{'USD' if source == 'EUR' else 'EUR'},{format(rate, 'f')},x\n"
        for (day, source), rate in kept.items()
    )
    said = rated(books, text, said, inverse=inverse)

    charges = ledger.rows("SELECT billed_cost, reporting_cost, rate, missing FROM charge_converted")
    assert len(charges) == ledger.value("SELECT count(*) FROM charge WHERE billing_currency <> 'USD'")
    for billed, reporting, rate, missing in charges:
        assert (rate is None) == (missing is not None) == (reporting is None)
        if rate is not None:
            assert reporting == WIDE.multiply(billed, rate).quantize(UNIT, context=WIDE)
    own = ledger.value("SELECT coalesce(sum(billed_cost), 0) FROM charge WHERE billing_currency = 'USD'")
    total = ledger.value("SELECT coalesce(sum(reporting_cost), 0) FROM allocation_reporting")
    assert total == own + sum((row[1] for row in charges if row[1] is not None), D(0))
    apart = ledger.value("SELECT coalesce(sum(unconverted_cost), 0) FROM allocation_reporting")
    assert apart == sum((row[0] for row in charges if row[2] is None), D(0))
    assert ledger.value("SELECT count(*) FROM allocation_reporting") == ledger.value(
        "SELECT count(*) FROM allocation"
    )
    found = month_converted(ledger, OCTOBER)
    assert found is None or found.difference == 0
    left = ledger.rows(
        "SELECT pool, sum(reporting_cost) FROM allocation_reporting "
        "WHERE kind = 'pool_source' AND cause IS NULL GROUP BY pool"
    )
    assert {amount for _, amount in left} <= {None, D(0)}

    first = {name: ledger.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in CONVERTED_TABLES}
    with ledger.transaction(writes="attribution"):
        convert_month(ledger, said, OCTOBER)
    assert {name: ledger.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in CONVERTED_TABLES} == first
    assert set(INPUTS) & set(CONVERTED_TABLES) == set()


def test_an_inverse_is_rounded_half_even(ledger: Ledger) -> None:
    find_rates(ledger, Config(None, Path("x")))
    for rate in ("3", "149.37", "0.000000000000003", "999999999", "64", "0.7"):
        expected = WIDE.divide(D(1), D(rate)).quantize(UNIT, context=WIDE)
        assert ledger.value("SELECT fx_inverse($r::DECIMAL(38,15))", {"r": rate}) == expected
