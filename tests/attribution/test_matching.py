"""Bill to log: each test is a bill, a log and the sum worked out by hand."""

from __future__ import annotations

from datetime import date, datetime

from tests.attribution.attribution_books import OCTOBER, Books, D, config, rule

SUPPORT = rule(0, "support", tags__feature="support")
SEARCH = rule(1, "search", tags__feature="search")
BY_FEATURE = config(SUPPORT, SEARCH)
SUPPORT_TAGS = '{"feature": "support"}'
SEARCH_TAGS = '{"feature": "search"}'


def test_a_bill_is_shared_by_logged_tokens(books: Books) -> None:
    books.tokens("10.00", "input_uncached", 1_000)
    books.call(input_uncached_tokens=600, tags=SUPPORT_TAGS)
    books.call(input_uncached_tokens=400, tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("6.00"), 0), "search": (D("4.00"), 0)}
    assert books.gaps() == {}
    assert books.estimates() == {}


def test_cached_tokens_are_paid_once_at_their_own_rate(books: Books) -> None:
    # 600 uncached at 3.00 and 400 cached at 0.30 per thousand: 1.80 + 0.12, not 3.00.
    books.tokens("1.80", "input_uncached", 600)
    books.tokens("0.12", "cache_read", 400)
    books.call(input_uncached_tokens=600, cache_read_tokens=100, tags=SUPPORT_TAGS)
    books.call(cache_read_tokens=300, tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("1.83"), 0), "search": (D("0.09"), 0)}


def test_a_third_goes_to_the_last_digit_and_the_residue_to_the_largest(books: Books) -> None:
    books.tokens("1.00", "output", 3)
    for feature in ("support", "search", "other"):
        books.call(output_tokens=1, tags=f'{{"feature": "{feature}"}}')
    books.attribute(config(SUPPORT, SEARCH, rule(2, "other", tags__feature="other")))
    assert books.workflows() == {
        "support": (D("0.333333333333333"), 0),
        "search": (D("0.333333333333333"), 0),
        "other": (D("0.333333333333334"), 0),  # equal weights: the first by name
    }


def test_billed_and_not_logged_is_a_gap_at_the_billed_rate(books: Books) -> None:
    books.tokens("10.00", "output", 1_000)
    books.call(output_tokens=700, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("7.00"), 0)}
    assert books.gaps() == {("unlogged_usage", "m"): D("3.00")}


def test_logged_and_not_billed_is_an_estimate_beside_the_bill(books: Books) -> None:
    books.tokens("10.00", "output", 1_000)
    books.call(output_tokens=1_250, list_cost={"output": "15.00"}, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("10.00"), 0)}
    assert books.gaps() == {}
    assert books.estimates() == {("unbilled_usage", "m"): D("3.00")}  # 15.00 x 250 / 1250


def test_a_bill_without_quantity_below_list_price_is_a_rate_difference(books: Books) -> None:
    books.tokens("8.00", "output", None)
    books.call(output_tokens=300, list_cost={"output": "6.00"}, tags=SUPPORT_TAGS)
    books.call(output_tokens=200, list_cost={"output": "4.00"}, tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("4.80"), 0), "search": (D("3.20"), 0)}
    assert books.estimates() == {("rate_difference", "m"): D("2.00")}


def test_a_bill_without_quantity_above_list_price_leaves_unlogged_usage(books: Books) -> None:
    books.tokens("12.50", "output", None)
    books.call(output_tokens=300, list_cost={"output": "10.00"}, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("10.00"), 0)}
    assert books.gaps() == {("unlogged_usage", "m"): D("2.50")}


def test_without_quantity_and_price_the_tokens_decide(books: Books) -> None:
    books.tokens("9.00", "output", None)
    books.call(output_tokens=100, tags=SUPPORT_TAGS)
    books.call(output_tokens=200, tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("3.00"), 0), "search": (D("6.00"), 0)}


def test_a_bill_that_names_no_kind_is_shared_by_list_cost(books: Books) -> None:
    # 1,000 tokens each, but output costs four times as much: 2.00 of 10.00 against 8.00.
    books.tokens("20.00", "input_uncached", None, token_kind=None)
    books.call(input_uncached_tokens=1_000, list_cost={"input_uncached": "4.00"}, tags=SUPPORT_TAGS)
    books.call(output_tokens=1_000, list_cost={"output": "16.00"}, tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("4.00"), 0), "search": (D("16.00"), 0)}


def test_a_monthly_bill_matches_all_days(books: Books) -> None:
    books.tokens("10.00", "output", 1_000, day=None)
    books.call(output_tokens=400, at_utc=datetime(2026, 10, 1), tags=SUPPORT_TAGS)
    books.call(output_tokens=600, at_utc=datetime(2026, 10, 31, 23, 59, 59, 999999), tags=SEARCH_TAGS)
    books.call(output_tokens=999, at_utc=datetime(2026, 11, 1), tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("4.00"), 0), "search": (D("6.00"), 0)}


def test_days_are_not_mixed_when_both_sides_know_them(books: Books) -> None:
    books.tokens("1.00", "output", 100, day=date(2026, 10, 5))
    books.tokens("9.00", "output", 100, day=date(2026, 10, 6))
    books.call(output_tokens=100, at_utc=datetime(2026, 10, 5), tags=SUPPORT_TAGS)
    books.call(output_tokens=100, at_utc=datetime(2026, 10, 6), tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("1.00"), 0), "search": (D("9.00"), 0)}


def test_a_project_is_dropped_only_where_the_log_lacks_it(books: Books) -> None:
    # Project a: 60 logged with the project, 40 without one. Project b has its own log.
    books.tokens("10.00", "output", 100, sub_account_id="a")
    books.tokens("50.00", "output", 100, sub_account_id="b")
    books.call(output_tokens=60, project_id="a", tags=SUPPORT_TAGS)
    books.call(output_tokens=100, project_id="b", tags=SUPPORT_TAGS)
    books.call(output_tokens=40, tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("56.00"), 0), "search": (D("4.00"), 0)}
    assert books.gaps() == {}


def test_a_logged_surplus_explains_a_bill_without_project(books: Books) -> None:
    books.tokens("6.00", "output", 60, sub_account_id="a")
    books.tokens("8.00", "output", 40)
    books.call(output_tokens=75, project_id="a", tags=SUPPORT_TAGS)
    books.call(output_tokens=25, project_id="a", tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    # Project a takes 45 and 15 of the log; the line without project the other 30 and 10.
    assert books.workflows() == {"support": (D("10.50"), 0), "search": (D("3.50"), 0)}
    assert books.gaps() == {}
    assert books.estimates() == {}


def test_projects_keep_their_money_when_the_log_knows_none(books: Books) -> None:
    books.tokens("10.00", "output", 100, sub_account_id="a")
    books.tokens("90.00", "output", 100, sub_account_id="b")
    books.call(output_tokens=150, tags=SUPPORT_TAGS)
    books.call(output_tokens=50, tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    rows = books.ledger.rows(
        "SELECT sub_account_id, workflow, cost, tokens FROM allocation ORDER BY sub_account_id, workflow DESC"
    )
    assert rows == [
        ("a", "support", D("7.50"), 150),
        ("a", "search", D("2.50"), 50),
        ("b", "support", D("67.50"), 0),
        ("b", "search", D("22.50"), 0),
    ]


def test_providers_are_never_mixed(books: Books) -> None:
    books.tokens("10.00", "output", 100)
    books.call(output_tokens=100, provider="anthropic", list_cost={"output": "7.00"}, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (0, 0)}
    assert books.gaps() == {("unlogged_usage", "m"): D("10.00")}
    assert books.estimates() == {("unbilled_usage", "no bill of anthropic for the month"): D("7.00")}


def test_an_unknown_billed_model_is_named_and_not_guessed(books: Books) -> None:
    books.tokens("10.00", "output", 100, model_id=None, model_name="m-2027-preview")
    books.call(output_tokens=100, list_cost={"output": "1.00"}, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.gaps() == {("unmapped_billing_name", "m-2027-preview"): D("10.00")}
    assert books.estimates() == {("unbilled_usage", "m"): D("1.00")}


def test_an_unknown_model_matches_under_the_same_name(books: Books) -> None:
    books.tokens("10.00", "output", 100, model_id=None, model_name="house-model")
    books.call(output_tokens=100, model_id=None, model_name="house-model", tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("10.00"), 0)}


def test_unpriced_usage_without_bill_has_no_estimate(books: Books) -> None:
    books.call(output_tokens=100, model_id=None, model_name="house-model", tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.estimates() == {("unpriced_model", "house-model"): None}
    assert books.ledger.rows("SELECT list_cost, pricing_status FROM usage_cost") == [(None, "unknown_model")]


def test_usage_that_no_rule_maps_is_a_gap_by_key(books: Books) -> None:
    books.tokens("10.00", "output", 100)
    books.call(output_tokens=75, tags=SUPPORT_TAGS)
    books.call(output_tokens=15, api_key_id="key-7", project_id="p")
    books.call(output_tokens=10)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("7.50"), 0)}
    assert books.gaps() == {
        ("unmapped_usage", "key-7 / p"): D("1.50"),
        ("unmapped_usage", "no key or project"): D("1.00"),
    }


def test_usage_that_no_rule_maps_falls_to_the_rule_of_its_charge(books: Books) -> None:
    books.tokens("10.00", "output", 100, service_name="Chat")
    books.call(output_tokens=100)
    books.attribute(config(rule(0, "support", service_name="Chat")))
    assert books.workflows() == {"support": (D("10.00"), 0)}


def test_a_log_without_tokens_costs_nothing_and_is_a_call(books: Books) -> None:
    books.tokens("10.00", "output", 100)
    books.call(output_tokens=100, tags=SUPPORT_TAGS)
    books.call(status="failure", tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.ledger.rows("SELECT total_cost, calls, tokens FROM workflow_month") == [(D("10.00"), 2, 100)]


def test_no_log_at_all_leaves_the_bill_to_rules_and_gaps(books: Books) -> None:
    books.tokens("10.00", "output", 100, sub_account_id="a")
    books.tokens("5.00", "output", 100, sub_account_id="b")
    books.attribute(config(rule(0, "support", sub_account_id="a")))
    assert books.workflows() == {"support": (D("10.00"), 0)}
    assert books.gaps() == {("unlogged_usage", "m"): D("5.00")}
    assert books.ledger.rows("SELECT kind, label, rule_ordinal FROM allocation ORDER BY kind") == [
        ("direct", "billed", 0),
        ("gap", "billed", None),
    ]


def test_no_bill_at_all_is_a_month_of_estimates(books: Books) -> None:
    books.call(output_tokens=100, list_cost={"output": "2.00"}, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.ledger.value("SELECT count(*) FROM allocation") == 0
    assert books.estimates() == {("unbilled_usage", "no bill of openai for the month"): D("2.00")}


def test_two_currencies_stay_apart_and_match_by_quantity(books: Books) -> None:
    books.tokens("10.00", "output", 100)
    books.tokens("30.00", "output", 300, billing_currency="EUR")
    books.call(output_tokens=300, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.ledger.rows("SELECT billing_currency, total_cost FROM workflow_month ORDER BY ALL") == [
        ("EUR", D("22.50")),
        ("USD", D("7.50")),
    ]
    assert books.ledger.rows("SELECT billing_currency, cause, cost FROM gap ORDER BY ALL") == [
        ("EUR", "unlogged_usage", D("7.50")),
        ("USD", "unlogged_usage", D("2.50")),
    ]


def test_a_foreign_bill_without_quantity_is_a_currency_gap(books: Books) -> None:
    books.tokens("10.00", "output", None, billing_currency="EUR")
    books.call(output_tokens=300, list_cost={"output": "9.00"}, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.gaps() == {("currency", "m"): D("10.00")}
    assert books.estimates() == {}


def test_searches_are_matched_as_searches(books: Books) -> None:
    books.tokens("0.30", "web_search", 30)
    books.tokens("1.00", "output", 10)
    books.call(web_search_calls=20, output_tokens=10, tags=SUPPORT_TAGS)
    books.call(web_search_calls=10, tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("1.20"), 0), "search": (D("0.10"), 0)}


def test_a_cell_explains_its_charges(books: Books) -> None:
    books.tokens("1.00", "output", 10)
    books.tokens("2.00", "output", 20)
    books.call(output_tokens=30, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    rows = books.ledger.rows(
        "SELECT a.cost, c.billed_cost FROM allocation AS a JOIN charge_cell AS l USING (month, cell_id) "
        "JOIN charge AS c USING (charge_id) ORDER BY ALL"
    )
    assert rows == [(D("3.00"), D("1.00")), (D("3.00"), D("2.00"))]


def test_other_months_are_left_alone(books: Books) -> None:
    books.tokens("1.00", "output", 10)
    books.attribute(BY_FEATURE)
    before = books.ledger.rows("SELECT * FROM allocation")
    books.attribute(BY_FEATURE, OCTOBER.plus(1))
    assert books.ledger.rows("SELECT * FROM allocation") == before


def test_a_call_served_from_the_gateways_cache_carries_no_cost(books: Books) -> None:
    books.tokens("6.00", "output", 600)
    books.call(output_tokens=600, tags=SUPPORT_TAGS)
    books.call(output_tokens=600, status="cache_hit", tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("6.00"), 0), "search": (0, 0)}
    assert books.gaps() == {}
    assert books.estimates() == {}


def test_cache_writes_match_when_only_one_side_states_their_lifetime(books: Books) -> None:
    # The bill tells five minutes from one hour, the log does not: by list price, 3.75 and 6.00 a unit.
    books.tokens("3.75", "cache_write_5m", None)
    books.tokens("6.00", "cache_write_1h", None)
    books.call(cache_write_tokens=2, list_cost={"cache_write": "9.75"}, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("9.75"), 0)}
    assert books.gaps() == {}
    assert books.estimates() == {}


def test_tiers_of_one_model_are_split_by_their_prices(books: Books) -> None:
    # The bill tells no tiers apart: 100 tokens at 0.10 and 100 batch tokens at 0.05 stand in one line.
    books.tokens("15.00", "output", 200)
    books.call(output_tokens=100, list_cost={"output": "10.00"}, tags=SUPPORT_TAGS)
    books.call(output_tokens=100, list_cost={"output": "5.00"}, service_tier="batch", tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("10.00"), 0), "search": (D("5.00"), 0)}


def test_a_tier_that_nobody_logged_is_a_gap_of_its_own(books: Books) -> None:
    books.tokens("10.00", "output", 100, service_tier="standard")
    books.tokens("5.00", "output", 100, service_tier="batch")
    books.call(output_tokens=100, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("10.00"), 0)}
    assert books.gaps() == {("unlogged_usage", "m"): D("5.00")}


def test_a_log_without_tiers_explains_a_bill_with_them(books: Books) -> None:
    books.tokens("10.00", "output", 100, service_tier="standard")
    books.tokens("5.00", "output", 100, service_tier="batch")
    books.call(output_tokens=150, tags=SUPPORT_TAGS)
    books.call(output_tokens=50, tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("11.25"), 0), "search": (D("3.75"), 0)}
    assert books.gaps() == {}


def test_projects_of_a_gateway_are_no_accounts_of_a_cloud(books: Books) -> None:
    books.tokens("10.00", "output", 100, sub_account_id="123456789012")
    books.call(output_tokens=75, project_id="chatbot", tags=SUPPORT_TAGS)
    books.call(output_tokens=25, project_id="crawler", tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("7.50"), 0), "search": (D("2.50"), 0)}
    assert books.gaps() == {}


def test_the_days_of_another_time_zone_are_compared_over_the_month(books: Books) -> None:
    # Billed from 07:00 to 07:00 UTC: a day of California, which spans two days of the log.
    span = {
        "charge_period_start_utc": datetime(2026, 10, 5, 7),
        "charge_period_end_utc": datetime(2026, 10, 6, 7),
    }
    books.tokens("10.00", "output", 100, **span)
    books.call(output_tokens=60, at_utc=datetime(2026, 10, 5, 20), tags=SUPPORT_TAGS)
    books.call(output_tokens=40, at_utc=datetime(2026, 10, 6, 3), tags=SEARCH_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("6.00"), 0), "search": (D("4.00"), 0)}
    assert books.gaps() == {}


def test_a_line_of_nothing_does_not_hide_the_quantities_of_the_others(books: Books) -> None:
    books.tokens("10.00", "output", 100)
    books.tokens("0.00", "output", 0, service_name="Free tier")
    books.call(output_tokens=50, tags=SUPPORT_TAGS)
    books.attribute(BY_FEATURE)
    assert books.workflows() == {"support": (D("5.00"), 0)}
    assert books.gaps()["unlogged_usage", "m"] == D("5.00")
