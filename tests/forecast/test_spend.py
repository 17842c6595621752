"""What was spent on each day, read from a ledger: every billed cent lands on a day of its month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.errors import InputError
from finops_ai.forecast.spend import Spend, amount, quanta, read_spend
from finops_ai.ledger import Ledger
from finops_ai.months import Month

D = Decimal
OCTOBER = date(2026, 10, 1)


class Days:
    """A ledger whose view `allocation_reporting` and table `usage_attributed` hold what a test puts there."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        ledger.execute("DROP VIEW allocation_reporting")
        ledger.execute(
            "CREATE TABLE allocation_reporting (month DATE, workflow VARCHAR, day DATE, "
            "reporting_cost DECIMAL(38,15), unconverted_cost DECIMAL(38,15))"
        )

    def cost(
        self, month: date, workflow: str | None, day: date | None, cost: str | None, unconverted: str = "0"
    ) -> None:
        self.ledger.execute(
            "INSERT INTO allocation_reporting VALUES (?, ?, ?, ?::DECIMAL(38,15), ?::DECIMAL(38,15))",
            [month, workflow, day, cost, unconverted],
        )

    def usage(self, number: int, at_utc: str, workflow: str | None, **tokens: int) -> None:
        kinds = ", ".join(f"{count} AS {kind}" for kind, count in tokens.items())
        self.ledger.execute(
            f"INSERT INTO token_usage BY NAME SELECT 1 AS file_id, {number} AS row_number, "
            f"{number} AS usage_id, 'litellm' AS source, 'k' AS source_key, 'openai' AS provider, "
            f"?::TIMESTAMP AS at_utc, {kinds}",
            [at_utc],
        )
        self.ledger.execute(
            "INSERT INTO usage_attributed BY NAME SELECT date_trunc('month', ?::TIMESTAMP)::DATE AS month, "
            "1 AS file_id, ? AS row_number, ? AS usage_id, 'openai' AS provider, ? AS workflow",
            [at_utc, number, number, workflow],
        )

    def read(self, last: Month | None = None) -> Spend:
        return read_spend(self.ledger, "USD", last)


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    with Ledger.open(tmp_path / "finops.duckdb") as ledger:
        yield Days(ledger)


def test_a_day_keeps_its_cost_and_a_month_is_spread(days: Days) -> None:
    days.cost(OCTOBER, "chat", date(2026, 10, 5), "7")
    days.cost(OCTOBER, "chat", None, "62")
    days.cost(OCTOBER, None, None, "0.000000000000001")
    found = days.read()
    line = found.days("cost", ["chat"])
    assert len(line) == 31
    assert {day: amount(number) for day, number in line.items() if day.day in (4, 5)} == {
        date(2026, 10, 4): D(2),
        date(2026, 10, 5): D(9),
    }
    assert sum(found.days("cost", None).values()) == quanta(D("69.000000000000001"))
    assert found.last_day == date(2026, 10, 5)


def test_a_day_outside_its_bills_month_counts_as_the_nearest_day_of_it(days: Days) -> None:
    days.cost(OCTOBER, "chat", date(2026, 9, 30), "1")
    days.cost(OCTOBER, "chat", date(2026, 11, 2), "2")
    assert days.read().days("cost", None) == {OCTOBER: quanta(1), date(2026, 10, 31): quanta(2)}


def test_what_is_charged_by_the_month_alone_reaches_to_its_end(days: Days) -> None:
    days.cost(OCTOBER, "chat", None, "31")
    assert days.read().last_day == date(2026, 10, 31)


def test_months_without_a_bill_and_amounts_without_a_rate_are_named(days: Days) -> None:
    days.cost(date(2026, 7, 1), "chat", None, "1")
    days.cost(OCTOBER, "chat", None, None, "5")
    found = days.read()
    assert found.missing_bills == (Month(2026, 8), Month(2026, 9))
    assert found.unconverted_months == (Month(2026, 10),)
    assert sum(found.days("cost", None).values()) == quanta(1)


def test_tokens_of_every_kind_count_on_their_utc_day(days: Days) -> None:
    days.cost(OCTOBER, "chat", None, "1")
    days.usage(1, "2026-10-05 23:59:59", "chat", input_uncached_tokens=1, cache_read_tokens=20)
    days.usage(2, "2026-10-05 00:00:00", "chat", output_tokens=300, reasoning_tokens=100)
    days.usage(3, "2026-10-06 00:00:00", None, cache_write_1h_tokens=4000, output_audio_tokens=50000)
    found = days.read()
    assert found.days("tokens", ["chat"]) == {date(2026, 10, 5): quanta(321)}
    assert found.days("tokens", None)[date(2026, 10, 6)] == quanta(54000)
    assert (found.first_token_day, found.last_token_day) == (date(2026, 10, 5), date(2026, 10, 6))
    assert found.days("tokens", ["nobody"]) == {}


def test_a_bound_leaves_later_months_out(days: Days) -> None:
    days.cost(date(2026, 9, 1), "chat", None, "1")
    days.cost(OCTOBER, "chat", None, "2")
    found = days.read(Month(2026, 9))
    assert sum(found.days("cost", None).values()) == quanta(1)
    assert found.last_token_day is None


def test_nothing_attributed_is_no_spend_of_zero(days: Days) -> None:
    with pytest.raises(InputError, match="up to 2026-09 is attributed"):
        days.read(Month(2026, 9))
