-- importer: outcomes
-- title: What was achieved, in columns that you fill
-- tested on: its own definition
-- feeds: outcome
-- reads: csv, jsonl, parquet
-- recognised by: outcome_id, kind, status, resolved_at
-- optional: final_after, reopened_at, session_id, trace_id, workflow, value, value_currency, human_minutes_saved, tags
-- identity: row
-- on repeat: latest
-- quirks: status is success, failed, escalated, abandoned or open. An empty cell is unknown, not zero.
-- quirks: An open outcome without resolved_at is none yet: ignored until it is delivered again.
-- quirks: A later delivery of the same kind and outcome_id replaces the row: outcomes can be taken back.
SELECT
    row_number,
    CASE WHEN lower(status) = 'open' AND resolved_at IS NULL THEN 'still open' END AS ignored_because,
    kind || '|' || outcome_id AS source_key,
    outcome_id,
    kind,
    CASE
        WHEN lower(status) IN ('success', 'failed', 'escalated', 'abandoned', 'open') THEN lower(status)
        WHEN status IS NOT NULL THEN bad_status(status)
    END AS status,
    as_utc(resolved_at) AS resolved_at_utc,
    as_utc(final_after) AS final_after_utc,
    as_utc(reopened_at) AS reopened_at_utc,
    session_id,
    trace_id,
    workflow AS workflow_hint,
    as_money(value) AS value,
    as_currency(value_currency) AS value_currency,
    as_minutes(human_minutes_saved) AS human_minutes_saved,
    as_json(tags) AS tags
FROM raw
