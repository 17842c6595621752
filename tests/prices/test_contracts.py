"""Contract rates: which one holds for a call, and what the call costs under it, to the last digit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finops_ai.config import Config
from finops_ai.config_file import load_config
from finops_ai.errors import ConfigError
from finops_ai.ledger import Ledger, quoted
from finops_ai.months import Month
from finops_ai.prices import price_month, refresh_catalogue, resolve_models
from tests.prices.conftest import RECORDED_AT_UTC, _add_usage

OCTOBER = Month(2026, 10)
EARLY, LATE = datetime(2026, 10, 5, 9), datetime(2026, 10, 20, 9)
Priced = Callable[..., list[dict[str, Any]]]


def call(at_utc: datetime = EARLY, **values: Any) -> dict[str, Any]:
    """A million tokens in and out of a model at 2.5 and 10 USD per million."""
    plain = {"provider": "openai", "model_name": "gpt-4o-2024-08-06", "at_utc": at_utc}
    return {**plain, "input_uncached_tokens": 1_000_000, "output_tokens": 1_000_000, **values}


@pytest.fixture
def priced(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Priced:
    """Prices usage rows of October under the contract rates given (YAML list items)."""
    monkeypatch.chdir(tmp_path)

    def run(rates: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        config = configured(tmp_path, rates)
        _add_usage(ledger, rows)
        with ledger.transaction(writes="none"):
            refresh_catalogue(ledger, recorded_at_utc=RECORDED_AT_UTC)
            resolve_models(ledger)
            price_month(ledger, OCTOBER, config)
        return ledger.records("SELECT * FROM priced_usage ORDER BY row_number")

    return run


def configured(folder: Path, rates: str) -> Config:
    text = f"version: 1\ncontract_rates:\n{rates}"
    (folder / "finops.yaml").write_text(text, encoding="utf-8")
    return load_config(folder)


def test_a_multiplier_is_folded_into_the_unit_price_exactly(priced: Priced, ledger: Ledger) -> None:
    row = call(input_uncached_tokens=7, output_tokens=3, cache_read_tokens=1)
    (found,) = priced('  - {name: deal, provider: openai, multiplier: "0.93"}\n', [row])
    assert found["list_cost"] == Decimal("0.00004875")
    assert found["contract_cost"] == Decimal("0.0000453375")
    assert (found["contract_name"], found["contract_currency"]) == ("deal", "USD")
    (parts,) = ledger.records("SELECT * FROM contract_usage")
    assert (parts["input_uncached_cost"], parts["output_cost"], parts["web_search_cost"]) == (
        Decimal("0.000016275"),
        Decimal("0.0000279"),
        0,
    )


@given(
    counts=st.lists(st.tuples(*3 * [st.integers(0, 10**12)]), min_size=1, max_size=5),
    percent=st.integers(1, 150),
)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_multiplier_of_whatever_size_keeps_every_digit(
    ledger: Ledger, priced: Priced, counts: list[tuple[int, int, int]], percent: int
) -> None:
    """List cost x multiplier, worked out by Python's integers and decimals, for any number of tokens."""
    for table in ("token_usage", "priced_usage"):
        ledger.execute(f"DELETE FROM {quoted(table)}")
    multiplier = Decimal(percent).scaleb(-2)
    keys = ("input_uncached_tokens", "cache_read_tokens", "output_tokens")
    rows = [{**call(), **dict(zip(keys, row, strict=True))} for row in counts]
    found = priced(f'  - {{name: deal, provider: openai, multiplier: "{multiplier}"}}\n', rows)
    with localcontext(prec=60):
        costs = [
            (Decimal("2.5") * fresh + Decimal("1.25") * cached + 10 * out) * multiplier / 10**6
            for fresh, cached, out in counts
        ]
    assert [row["contract_cost"] for row in found] == costs


def test_without_a_contract_there_is_no_contract_cost(priced: Priced, ledger: Ledger) -> None:
    rows = [call(), call(provider="anthropic", model_name="claude-sonnet-4-5-20250929")]
    found = priced('  - {name: deal, provider: anthropic, multiplier: "0.5"}\n', rows)
    assert [(row["contract_cost"], row["contract_name"]) for row in found] == [(None, None), (9, "deal")]
    assert [row["list_cost"] for row in found] == [Decimal("12.5"), 18]
    assert ledger.value("SELECT count(*) FROM contract_usage") == 1


def test_agreed_prices_hold_for_their_meters_and_the_list_for_the_rest(priced: Priced) -> None:
    rates = '  - {name: deal, provider: openai, model: gpt-4o*, per_1m: {output: "8"}}\n'
    plain, batch, other = priced(
        rates, [call(), call(service_tier="batch"), call(model_name="gpt-5-2025-08-07")]
    )
    assert plain["contract_cost"] == Decimal("10.5")
    # An agreed price per token is that of a plain call; batch keeps its list price.
    assert (batch["contract_cost"], batch["list_cost"]) == (None, Decimal("6.25"))
    assert (other["contract_cost"], other["list_cost"]) == (None, Decimal("11.25"))


def test_the_most_specific_rate_wins_and_each_for_its_days(priced: Priced) -> None:
    rates = (
        '  - {name: any, provider: openai, multiplier: "0.9"}\n'
        '  - {name: family, provider: openai, model: gpt-4o*, multiplier: "0.8"}\n'
        '  - {name: model, provider: openai, model: gpt-4o-2024-08-06, multiplier: "0.7", '
        "valid_from: 2026-10-15}\n"
        '  - {name: project, provider: openai, project: proj-a, multiplier: "0.6"}\n'
        '  - {name: batch, provider: openai, service_tier: batch, multiplier: "0.5"}\n'
        '  - {name: ended, provider: openai, account: "*", project: proj-b, multiplier: "0.1", '
        "valid_to: 2026-10-05}\n"
    )
    rows = [
        call(EARLY),
        call(LATE),
        call(LATE, project_id="proj-a"),
        call(LATE, project_id="proj-b"),
        call(EARLY, model_name="gpt-5-2025-08-07"),
        call(EARLY, model_name="gpt-5-mini-2025-08-07", service_tier="batch"),
        call(datetime(2026, 10, 4, 23, 59, 59), project_id="proj-b"),
        call(datetime(2026, 10, 15), project_id="proj-b"),
    ]
    found = [row["contract_name"] for row in priced(rates, rows)]
    assert found == ["family", "model", "project", "model", "any", "batch", "ended", "model"]


def test_an_account_is_found_through_the_bills(priced: Priced, ledger: Ledger) -> None:
    for number, (provider, account, project) in enumerate(
        [("openai", "org-1", "proj-a"), ("openai", "org-2", "proj-b"), ("anthropic", "org-9", None)], start=1
    ):
        ledger.execute(
            "INSERT INTO charge (file_id, row_number, source, provider, billing_account_id, sub_account_id, "
            "billed_cost, billing_currency, billing_period_start_utc, billing_period_end_utc, "
            "charge_category, charge_period_start_utc, charge_period_end_utc) "
            "VALUES (9, ?, 'focus', ?, ?, ?, 1, 'USD', '2026-10-01', '2026-11-01', 'Usage', "
            "'2026-10-01', '2026-10-02')",
            [number, provider, account, project],
        )
    rates = (
        '  - {name: one, provider: openai, account: org-1, multiplier: "0.5"}\n'
        '  - {name: nine, provider: anthropic, account: org-9, multiplier: "0.5"}\n'
        '  - {name: cloud, provider: bedrock, account: "4711", multiplier: "0.5"}\n'
    )
    claude: dict[str, Any] = {"model_name": "claude-sonnet-4-5-20250929"}
    rows = [
        call(project_id="proj-a"),
        call(project_id="proj-b"),
        call(project_id="proj-c"),
        call(provider="anthropic", **claude),  # all of Anthropic's bills go to org-9
        call(provider="aws-bedrock", project_id="4711", **claude),  # an AWS account is its own
    ]
    assert [row["contract_name"] for row in priced(rates, rows)] == ["one", None, None, "nine", "cloud"]


def test_what_nobody_lists_can_have_an_agreed_price(priced: Priced) -> None:
    rates = (
        "  - {name: tuned, provider: openai, model: my-tuned-*, currency: EUR, "
        'per_1m: {input_uncached: "3"}, per_1: {output: "0.000012"}}\n'
    )
    rows = [
        call(model_name="my-tuned-7"),
        call(model_name="my-tuned-7", endpoint_scope="regional"),
        call(model_name="my-tuned-7", cache_read_tokens=1),
    ]
    plain, regional, cached = priced(rates, rows)
    assert (plain["list_cost"], plain["pricing_status"]) == (None, "unknown_model")
    assert (plain["contract_cost"], plain["contract_currency"]) == (15, "EUR")
    assert regional["contract_cost"] == 15
    # No cached price was agreed or listed: the call is not known, rather than cheap.
    assert (cached["contract_cost"], cached["contract_name"]) == (None, None)


def test_a_meter_left_out_is_not_taken_from_a_list_in_another_currency(priced: Priced) -> None:
    (found,) = priced('  - {name: deal, provider: openai, currency: EUR, per_1m: {output: "8"}}\n', [call()])
    assert found["contract_cost"] is None


def test_hours_and_bands_of_the_list_price_stay_under_a_multiplier(priced: Priced) -> None:
    rows = [
        call(provider="google", model_name="gemini-2.5-pro", input_uncached_tokens=count, output_tokens=0)
        for count in (200_000, 200_001)
    ]
    short, long = priced('  - {name: deal, provider: google, multiplier: "0.5"}\n', rows)
    assert long["list_cost"] * 200_000 == short["list_cost"] * 2 * 200_001
    assert [2 * row["contract_cost"] for row in (short, long)] == [row["list_cost"] for row in (short, long)]


def test_a_call_from_the_gateways_own_cache_has_no_contract_cost(priced: Priced) -> None:
    (found,) = priced('  - {name: deal, provider: openai, multiplier: "0.5"}\n', [call(status="cache_hit")])
    assert (found["list_cost"], found["contract_cost"]) == (0, None)


def test_a_multiplier_that_loses_digits_is_refused_with_its_line(priced: Priced) -> None:
    with pytest.raises(ConfigError) as caught:
        priced(
            '  - {name: deal, provider: openai, multiplier: "0.33333333"}\n',
            [call(model_name="gpt-4o-mini-2024-07-18")],
        )
    assert str(caught.value) == (
        'finops.yaml, line 3: contract rate "deal": 0.33333333 x 0.000000075 (cache_read of '
        "gpt-4o-mini-2024-07-18) cannot be kept exactly: it has more than 15 decimals a unit, or is 1,000 or "
        "more. Write a multiplier of fewer decimals, or the agreed price itself: per_1m: {...}."
    )


def test_pricing_again_without_the_contract_takes_it_back(
    priced: Priced, ledger: Ledger, tmp_path: Path
) -> None:
    (first,) = priced('  - {name: deal, provider: openai, multiplier: "0.5"}\n', [call()])
    assert first["contract_cost"] == Decimal("6.25")
    with ledger.transaction(writes="none"):
        price_month(ledger, OCTOBER, configured(tmp_path, "  []\n"))
    assert ledger.rows("SELECT contract_cost, contract_name FROM priced_usage") == [(None, None)]
    assert ledger.value("SELECT count(*) FROM contract_usage") == 0


DEAL = (
    '  - {name: a, provider: openai, multiplier: "0.9"%s}\n'
    '  - {name: b, provider: openai, multiplier: "0.8"%s}\n'
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        (", model: gpt-4o*", ", model: gpt-4o-mini*"),
        (", model: gpt-4o", ", model: gpt-4o"),
        (", project: proj-a", ", project: proj-a"),
        (", model: '*-mini'", ", model: gpt-4o*"),
        (", model: 're:gpt-5.*'", ", model: gpt-4o*"),
        (", valid_to: 2026-06-02", ", valid_from: 2026-06-01"),
        (", service_tier: batch", ", service_tier: batch"),
    ],
)
def test_two_rates_that_may_hold_at_once_are_refused(tmp_path: Path, one: str, other: str) -> None:
    with pytest.raises(ConfigError, match=r'"b" and "a" \(line 3\) may hold for the same call'):
        configured(tmp_path, DEAL % (one, other))


def test_two_spellings_of_a_provider_are_one_price_list(tmp_path: Path) -> None:
    rates = (DEAL % ("", "")).replace("openai", "azure", 1).replace("openai", "azure-openai", 1)
    with pytest.raises(ConfigError, match=r'"b" and "a" \(line 3\) may hold for the same call'):
        configured(tmp_path, rates)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ", model: gpt-4o*"),
        (", model: gpt-4o*", ", model: gpt-5*"),
        (", model: gpt-4o", ", model: gpt-4o-mini"),
        (", project: proj-a", ", project: proj-b"),
        (", account: org-1", ", project: proj-a"),
        (", valid_to: 2026-06-01", ", valid_from: 2026-06-01"),
        (", service_tier: batch", ", service_tier: flex"),
        (", service_tier: batch", ""),
    ],
)
def test_two_rates_of_which_one_is_more_specific_or_elsewhere_stand(
    tmp_path: Path, one: str, other: str
) -> None:
    assert len(configured(tmp_path, DEAL % (one, other)).contract_rates) == 2
