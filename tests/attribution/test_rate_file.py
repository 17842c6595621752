"""The user's file of exchange rates: CSV and YAML say the same, and a mistake has its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from finops_ai.attribution.fx import rate_file
from finops_ai.attribution.fx.rate_file import Rate, read_rates
from finops_ai.errors import ConfigError
from tests.attribution.attribution_books import D


def test_csv_and_yaml_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "fx.csv").write_text(
        "\ufeffSource,Date, from,to,rate\r\n"
        '"ECB, fixing",2026-10-01,EUR,USD,1.0835\r\n\r\n,2026-10-02,Snowflake credits,USD,3\r\n',
        encoding="utf-8",
    )
    (tmp_path / "fx.yaml").write_text(
        'rates:\n  - {date: 2026-10-01, from: EUR, to: USD, rate: 1.0835, source: "ECB, fixing"}\n'
        "  - {date: 2026-10-02, from: Snowflake credits, to: USD, rate: 3}\n",
        encoding="utf-8",
    )
    found, again = read_rates(tmp_path / "fx.csv"), read_rates(tmp_path / "fx.yaml")
    assert found.rates == (
        Rate(date(2026, 10, 1), "EUR", "USD", D("1.0835"), "ECB, fixing", 2),
        Rate(date(2026, 10, 2), "Snowflake credits", "USD", D("3"), None, 4),
    )
    assert [(rate.day, rate.rate, rate.source, rate.line) for rate in again.rates] == [
        (date(2026, 10, 1), D("1.0835"), "ECB, fixing", 2),
        (date(2026, 10, 2), D("3"), None, 3),
    ]


def test_an_empty_yaml_has_no_rates_and_an_empty_csv_no_columns(tmp_path: Path) -> None:
    (tmp_path / "fx.yml").write_text("rates:\n", encoding="utf-8")
    assert read_rates(tmp_path / "fx.yml").rates == ()
    (tmp_path / "fx.csv").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match='line 1: there is no column "date"'):
        read_rates(tmp_path / "fx.csv")


def test_a_file_that_is_gone_or_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "fx.csv"
    with pytest.raises(ConfigError, match=r"fx.csv: cannot be read: No such file or directory"):
        read_rates(path)
    path.write_text("date,from,to,rate\n", encoding="utf-8")
    monkeypatch.setattr(rate_file, "BYTES_MAX", 3)
    with pytest.raises(ConfigError, match=r"has 18 bytes, more than 50 MB\."):
        read_rates(path)
