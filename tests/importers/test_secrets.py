"""Keys in refused rows: cut down wherever they would be kept or shown."""

from __future__ import annotations

import pytest

from finops_ai.importers.secrets import masked
from tests.importers.desk import Desk
from tests.importers.shapes import load

ANTHROPIC = "sk-ant-api03-AbCdEf0123456789_xyz-AA"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f'"x",{ANTHROPIC},5', '"x",sk-ant-***,5'),
        ('{"key":"sk-proj-abcdefghijklmnop1234"}', '{"key":"sk-proj-***"}'),
        (r"my key:\nsk-abcdefghijklmnop1234", r"my key:\nsk-***"),
        ("AKIAIOSFODNN7EXAMPLE,1", "AKIA***,1"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "ghp_***"),
        ("github_pat_11ABCDEFG0123456789_abc", "github_pat_***"),
        ("AIzaSyA0123456789abcdefghijklmnopqrstuv", "AIza***"),
        ("Authorization: Bearer abc.def-ghi_jkl123", "Authorization: Bearer ***"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh", "eyJ***"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key = ***"),
    ],
)
def test_what_looks_like_a_key_is_masked(text: str, kept: str) -> None:
    assert masked(text) == kept
    assert masked(kept) == kept


@pytest.mark.parametrize(
    "text",
    ["risk-assessment-for-the-quarter", "task-management-system", "bearer of bad news", "sk-short", "AKIA"],
)
def test_other_text_is_left_alone(text: str) -> None:
    assert masked(text) == text


def test_neither_the_ledger_nor_the_message_holds_the_key(desk: Desk) -> None:
    head = "usage_date_utc,model_version,api_key,usage_input_tokens_no_cache,usage_output_tokens\n"
    result = load(desk, "usage.csv", head + f"2026-09-01,claude-opus-5,{ANTHROPIC},{ANTHROPIC},5\n")
    assert result.rows_rejected == 1
    assert ANTHROPIC not in result.rejects[0].described("usage.csv")
    assert desk.rows("SELECT raw_text, reason FROM reject") == [
        ("2026-09-01,claude-opus-5,sk-ant-***,sk-ant-***,5", '"sk-ant-***" is not a whole number from 0')
    ]
