"""The plain load that `finops-ai ingest` is measured against: a LiteLLM log, typed, into a DuckDB file.

    python plain_litellm.py FILE.jsonl OUT.duckdb

The same source fields and SQL types as table `token_usage`; no rejects, keys, record numbers or checks.
"""

from __future__ import annotations

import sys

import duckdb

# Only what the ledger keeps is named, so the parser skips the rest: the fastest plain load there is.
FIELDS = {
    "id": "VARCHAR",
    "litellm_call_id": "VARCHAR",
    "trace_id": "VARCHAR",
    "session_id": "VARCHAR",
    "status": "VARCHAR",
    "custom_llm_provider": "VARCHAR",
    "startTime": "DECIMAL(38,15)",
    "response_time": "DECIMAL(38,15)",
    "model": "VARCHAR",
    "response_cost": "DECIMAL(38,15)",
    "total_tokens": "BIGINT",
    "prompt_tokens": "BIGINT",
    "completion_tokens": "BIGINT",
    "request_tags": "VARCHAR[]",
    "end_user": "VARCHAR",
    "metadata": """STRUCT(
        user_api_key_hash VARCHAR, user_api_key_team_id VARCHAR, user_api_key_user_id VARCHAR,
        user_api_key_project_id VARCHAR, spend_logs_metadata JSON,
        usage_object STRUCT(
            prompt_tokens_details STRUCT(
                audio_tokens BIGINT, cached_tokens BIGINT,
                cache_creation_token_details STRUCT(
                    ephemeral_5m_input_tokens BIGINT, ephemeral_1h_input_tokens BIGINT)),
            completion_tokens_details STRUCT(reasoning_tokens BIGINT, audio_tokens BIGINT),
            cache_creation_input_tokens BIGINT, cache_read_input_tokens BIGINT, service_tier VARCHAR))""",
}

LOAD = """
CREATE TABLE token_usage AS
SELECT
    litellm_call_id, id, trace_id, session_id, status, custom_llm_provider, model, response_cost,
    make_timestamp((startTime * 1000000)::BIGINT) AS at_utc, (response_time * 1000)::BIGINT AS latency_ms,
    prompt_tokens, completion_tokens, total_tokens, request_tags::JSON::VARCHAR AS tags, end_user,
    metadata.user_api_key_hash AS api_key_id, metadata.user_api_key_team_id AS team_id,
    metadata.user_api_key_user_id AS user_id, metadata.user_api_key_project_id AS project_id,
    metadata.spend_logs_metadata::VARCHAR AS spend_logs_metadata,
    metadata.usage_object.prompt_tokens_details.cached_tokens AS cached_tokens,
    metadata.usage_object.prompt_tokens_details.audio_tokens AS input_audio_tokens,
    metadata.usage_object.prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens AS w5m,
    metadata.usage_object.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens AS w1h,
    metadata.usage_object.completion_tokens_details.reasoning_tokens AS reasoning_tokens,
    metadata.usage_object.completion_tokens_details.audio_tokens AS output_audio_tokens,
    metadata.usage_object.cache_creation_input_tokens AS cache_creation_tokens,
    metadata.usage_object.cache_read_input_tokens AS cache_read_tokens,
    metadata.usage_object.service_tier AS service_tier
FROM read_ndjson($path, columns = $columns)
"""


def main(jsonl_path: str, database_path: str) -> None:
    """Load `jsonl_path` into table `token_usage` of a new database."""
    with duckdb.connect(database_path) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(LOAD, {"path": jsonl_path, "columns": FIELDS})


if __name__ == "__main__":
    main(*sys.argv[1:])
