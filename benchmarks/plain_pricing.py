"""The pricing that `price_month` is measured against: one hand-written statement over the same rows.

    python plain_pricing.py LEDGER.duckdb 2026-10-01 2026-11-01

Reads `token_usage` and `wide_price` (one row per model, tier, span, band and hours, a column per meter) and
writes `priced_usage`: the same columns and money, by the hash join that anybody would write. No names, no
scopes, no other logs of the same calls, no checks.
"""

from __future__ import annotations

import sys

import duckdb

METERS = (
    *("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write"),
    *("input_audio", "output", "output_audio", "web_search"),
)


def statement() -> str:
    """The INSERT, with a price id and a cost for each meter."""
    columns: list[str] = []
    for meter in METERS:
        count = "u.web_search_calls" if meter == "web_search" else f"u.{meter}_tokens"
        columns.append(f"CASE WHEN {count} > 0 THEN p.{meter}_price_id END AS {meter}_price_id")
        columns.append(
            f"CASE WHEN {count} > 0 THEN {count} * p.{meter}_unit_price ELSE 0 END AS {meter}_cost"
        )
    total = " + ".join(f"{meter}_cost" for meter in METERS)
    prompt = "input_uncached_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens"
    prompt += " + cache_write_tokens + input_audio_tokens"
    return f"""
        INSERT INTO priced_usage BY NAME
        SELECT
            $month_start::DATE AS month, *, {total} AS list_cost,
            CASE WHEN {total} IS NULL THEN 'no_price' ELSE 'priced' END AS pricing_status
        FROM (
            SELECT
                u.usage_id, u.file_id, u.row_number, u.provider, u.model_id, p.currency,
                {", ".join(columns)}
            FROM (SELECT *, {prompt} AS prompt FROM token_usage) AS u
            LEFT JOIN wide_price AS p
                ON p.provider = u.provider
                AND p.model_name = u.model_name
                AND p.service_tier = u.service_tier
                AND u.at_utc >= p.from_utc
                AND u.at_utc < p.to_utc
                AND u.prompt >= p.min_prompt_tokens
                AND u.prompt < p.below_prompt_tokens
                AND (isodow(u.at_utc) - 1) * 1440 + hour(u.at_utc) * 60 + minute(u.at_utc) >= p.minute_from
                AND (isodow(u.at_utc) - 1) * 1440 + hour(u.at_utc) * 60 + minute(u.at_utc) < p.minute_to
            WHERE u.at_utc >= $month_start AND u.at_utc < $month_end
        )
    """


def main() -> None:
    """Price and commit."""
    database, month_start, month_end = sys.argv[1:]
    with duckdb.connect(database) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(statement(), {"month_start": month_start, "month_end": month_end})


if __name__ == "__main__":
    main()
