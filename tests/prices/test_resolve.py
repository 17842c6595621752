"""Names of models: read by written rules, dated, and never guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from finops_ai.ledger import Ledger
from finops_ai.prices import refresh_catalogue, resolve_models
from finops_ai.prices.hours import WEEK_MINUTES, hours_meet, minute_ranges, same_hours
from finops_ai.prices.resolve import BEGIN_UTC, END_UTC, NameBook, Resolution

Pricer = Callable[..., list[dict[str, Any]]]
RECORDED_AT_UTC = datetime(2026, 11, 21, 12)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> NameBook:
    """The shipped names; loaded once, since reading a name changes nothing."""
    with Ledger.open(tmp_path_factory.mktemp("names") / "finops.duckdb") as ledger:
        with ledger.transaction(writes="none"):
            refresh_catalogue(ledger, recorded_at_utc=RECORDED_AT_UTC)
        return NameBook.load(ledger)


@pytest.mark.parametrize(
    ("provider", "name", "model_id", "scope", "rule"),
    [
        ("openai", "gpt-5-2025-08-07", "gpt-5-2025-08-07", "global", "listed id"),
        ("openai", "openai/gpt-5-2025-08-07", "gpt-5-2025-08-07", "global", "provider prefix; listed id"),
        (
            "openai",
            "ft:gpt-4o-mini-2024-07-18:o::x",
            "ft:gpt-4o-mini-2024-07-18",
            "global",
            "fine-tuned from; listed id",
        ),
        ("anthropic", "claude-opus-5[1m]", "claude-opus-5", "global", "without [1m]; listed id"),
        ("aws-bedrock", "anthropic.claude-opus-5", "claude-opus-5", "regional", "Bedrock id; listed id"),
        (
            "aws-bedrock",
            "us.anthropic.claude-sonnet-5-v1:0",
            "claude-sonnet-5",
            "regional",
            "regional profile; Bedrock id; listed id",
        ),
        (
            "bedrock",
            "bedrock/us-east-1/anthropic.claude-opus-4-6-v1",
            "claude-opus-4-6",
            "regional",
            "provider prefix; Bedrock region; Bedrock id; listed id",
        ),
        (
            "aws-bedrock",
            "bedrock/converse/global.anthropic.claude-haiku-4-5-20251001-v1:0",
            "claude-haiku-4-5-20251001",
            "global",
            "provider prefix; Bedrock route; global profile; Bedrock id; listed id",
        ),
        (
            "aws-bedrock",
            "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude-opus-5",
            "claude-opus-5",
            "regional",
            "Bedrock ARN; regional profile; Bedrock id; listed id",
        ),
        (
            "azure",
            "azure/eu/gpt-5-2025-08-07",
            "gpt-5-2025-08-07",
            "data_zone",
            "provider prefix; Azure data zone; listed id",
        ),
        (
            "vertex_ai",
            "claude-haiku-4-5@20251001",
            "claude-haiku-4-5-20251001",
            "global",
            "Vertex version; listed id",
        ),
        (
            "litellm",
            "vertex_ai/claude-haiku-4-5@20251001",
            "claude-haiku-4-5-20251001",
            "global",
            "provider named in the model; Vertex version; listed id",
        ),
        (
            "vertex_ai",
            "projects/p/locations/us-east5/publishers/anthropic/models/claude-haiku-4-5@20251001",
            "claude-haiku-4-5-20251001",
            "regional",
            "regional resource path; Vertex version; listed id",
        ),
        ("", "anthropic:claude-opus-5", "claude-opus-5", "global", "provider named in the model; listed id"),
    ],
)
def test_written_rules(
    book: NameBook, provider: str, name: str, *, model_id: str, scope: str, rule: str
) -> None:
    assert book.resolve(provider, name) == [Resolution(model_id, scope, rule, BEGIN_UTC, END_UTC)]


@pytest.mark.parametrize(
    ("provider", "name", "model_id"),
    [
        ("aws-bedrock", "Claude Haiku 4.5 (Amazon Bedrock Edition)", "claude-haiku-4-5-20251001"),
        ("aws-bedrock", "Claude Opus 5 (Amazon Bedrock Edition)", "claude-opus-5"),
        ("anthropic", "claude-haiku-4-5", "claude-haiku-4-5-20251001"),
        ("groq", "groq/openai/gpt-oss-120b", "gpt-oss-120b"),
    ],
)
def test_billing_names(book: NameBook, provider: str, name: str, model_id: str) -> None:
    unknown, known = book.resolve(provider, name)
    assert (unknown.model_id, known.model_id) == (None, model_id)
    assert (unknown.valid_from_utc, known.valid_to_utc) == (BEGIN_UTC, END_UTC)
    assert unknown.valid_to_utc == known.valid_from_utc == datetime(1970, 1, 1)


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("anthropic", "claude-sonnet-99"),
        ("anthropic", "claude-haiku-4-5-20251001-eu"),
        ("anthropic", "CLAUDE-OPUS-5"),
        ("openai", "gpt-4o-mini-team-finetune-prod"),
        ("openai", "anthropic/claude-opus-5"),
        ("openrouter", "claude-opus-5"),
        ("aws-bedrock", "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3"),
        ("aws-bedrock", "moon.anthropic.claude-opus-5"),
        ("acme-gateway", "openai/gpt-5-2025-08-07"),
        # GovCloud has a price list of its own.
        ("bedrock", "us-gov.anthropic.claude-opus-5"),
        ("bedrock", "bedrock/us-gov-west-1/anthropic.claude-opus-5"),
        # A gateway's log that does not say who answered.
        ("litellm", "claude-opus-5"),
        ("litellm", "acme/claude-opus-5"),
        ("unknown", "openai/gpt-5"),
        ("", "gpt-5"),
    ],
)
def test_nothing_is_guessed(book: NameBook, provider: str, name: str) -> None:
    (span,) = book.resolve(provider, name)
    assert (span.model_id, span.rule) == (None, "unknown")


def test_an_alias_that_moves_follows_the_time_of_the_call(ledger: Ledger, price_rows: Pricer) -> None:
    instants = ["2024-05-12", "2024-05-13", "2024-10-01T23:59:59", "2024-10-02"]
    usage = {"provider": "openai", "model_name": "gpt-4o", "output_tokens": 1_000_000}
    rows = price_rows([{**usage, "at_utc": datetime.fromisoformat(text)} for text in instants])
    assert [(row["model_id"], row["list_cost"]) for row in rows] == [
        (None, None),
        ("gpt-4o-2024-05-13", 15),
        ("gpt-4o-2024-05-13", 15),
        ("gpt-4o-2024-08-06", 10),
    ]
    models = ledger.rows("SELECT model_id FROM token_usage ORDER BY row_number")
    assert [model_id for (model_id,) in models] == [row["model_id"] for row in rows]


def test_charges_get_the_model_of_their_billing_name(ledger: Ledger) -> None:
    ledger.execute(
        """
        INSERT INTO charge (
            file_id, row_number, source, provider, model_name, billed_cost, billing_account_id,
            billing_currency, billing_period_start_utc, billing_period_end_utc, charge_category,
            charge_period_start_utc, charge_period_end_utc
        )
        SELECT
            1, i, 'test', 'aws-bedrock', name, 1, 'a', 'USD',
            TIMESTAMP '2026-09-01', TIMESTAMP '2026-10-01', 'Usage',
            TIMESTAMP '2026-09-01', TIMESTAMP '2026-09-02'
        FROM (
            VALUES (1, 'Claude Opus 5 (Amazon Bedrock Edition)'), (2, 'Claude Nine'), (3, NULL)
        ) AS t(i, name)
        """
    )
    with ledger.transaction(writes="none"):
        refresh_catalogue(ledger, recorded_at_utc=RECORDED_AT_UTC)
        resolve_models(ledger)
    assert ledger.rows("SELECT model_id FROM charge ORDER BY row_number") == [
        ("claude-opus-5",),
        (None,),
        (None,),
    ]


def test_resolving_an_empty_ledger_does_nothing(ledger: Ledger) -> None:
    with ledger.transaction(writes="none"):
        resolve_models(ledger)
    assert ledger.value("SELECT count(*) FROM model_resolution") == 0


def test_hours_of_the_week() -> None:
    assert minute_ranges("Mon 01-04") == [(60, 240)]
    assert minute_ranges("Mon-Tue 00-24") == [(0, 2880)]
    assert minute_ranges("Mon 22-24; Tue 00-02,05-06") == [(1320, 1560), (1740, 1800)]
    assert minute_ranges("Mon 16:30-24; Tue 00-00:30") == [(990, 1470)]
    peak, rest = "Mon-Fri 01-04,06-10", "Mon-Fri 00-01,04-06,10-24; Sat-Sun 00-24"
    assert sum(end - start for text in (peak, rest) for start, end in minute_ranges(text)) == WEEK_MINUTES
    assert not hours_meet(peak, rest)
    assert hours_meet(peak, "Mon 09:59-11")
    assert hours_meet(peak, None)
    assert same_hours(None, "Mon-Sun 00-24")
    assert same_hours("Mon 01-03", "Mon 01-02,02-03")
    assert not same_hours(peak, rest)


@pytest.mark.parametrize(
    "text",
    ["", "Mon", "01-04", "Mon 4-5", "Mon 04-04", "Mon 00-25", "Fri-Mon 00-24", "Mit 00-24", "Mon 01:60-04"],
)
def test_hours_written_otherwise_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="are not written like"):
        minute_ranges(text)


def test_hours_given_twice_are_refused() -> None:
    with pytest.raises(ValueError, match='hours "Mon-Tue 01-04; Tue 03-05" cover an hour twice'):
        minute_ranges("Mon-Tue 01-04; Tue 03-05")
