-- importer: anthropic_batch_results
-- title: Anthropic, results of message batches
-- tested on: documentation
-- feeds: token_usage
-- reads: jsonl
-- source: response_bodies
-- recognised by: custom_id, result
-- optional: timestamp | created_at
-- identity: row
-- on repeat: largest output_tokens
-- quirks: The results carry no time: state one with `ingest --at`. Every row has the service tier `batch`.
-- quirks: Requests that errored, expired or were canceled are not billed: they are ignored, and counted as such.
WITH answers AS (
    SELECT
        row_number,
        result AS wrapped,
        body_is_torn(result) AS is_torn,
        body_fields(TRY(json_extract_string(result, '$.message'))) AS f,
        custom_id AS own_key,
        "timestamp" AS own_time,
        NULL::VARCHAR AS said_provider,
        custom_id,
        NULL::VARCHAR AS request_id,
        'a request that ' || CASE coalesce(TRY(json_extract_string(result, '$.type')), 'failed')
            WHEN 'errored' THEN 'failed'
            WHEN 'expired' THEN 'expired'
            WHEN 'canceled' THEN 'was canceled'
            ELSE 'has no usage'
        END AS unanswered_because
    FROM raw
)

SELECT * FROM bodies_batched('answers')
