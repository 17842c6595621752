-- importer: fireworks_metrics
-- title: Fireworks AI, billing metrics
-- tested on: documentation
-- feeds: token_usage
-- reads: csv
-- recognised by: start_time, usage_type, base_model_name, model_bucket, accelerator_seconds, prompt_tokens, completion_tokens
-- optional: email, end_time, accelerator_type, parameter_count
-- identity: row
-- ordered: yes
-- quirks: What `firectl billing export-metrics` writes: one row per usage event, quantities and no money.
-- quirks: The export does not tell cached prompt tokens apart, so all of them count as uncached and the row says so.
-- quirks: Events carry no id: rows that are alike in everything are counted one by one, by their order, so overlapping exports add nothing.
-- quirks: Time on GPUs (deployments, training by the second) is no tokens: such rows are counted as ignored, with their reason. Their money is on the bill.
WITH placed AS (
    SELECT
        *,
        concat_ws(
            '|', CAST(as_utc(start_time) AS VARCHAR), CAST(as_utc(end_time) AS VARCHAR), coalesce(email, ''),
            coalesce(usage_type, ''), coalesce(base_model_name, ''), coalesce(prompt_tokens, ''),
            coalesce(completion_tokens, ''), coalesce(accelerator_seconds, '')
        ) AS event,
        -- By the text itself: a bad value in another record must not change this one's number.
        row_number() OVER (
            PARTITION BY
                file_number, start_time, end_time, email, usage_type, base_model_name, prompt_tokens,
                completion_tokens, accelerator_seconds
            ORDER BY record_number
        ) AS occurrence
    FROM raw
)

SELECT
    row_number,
    CASE
        WHEN prompt_tokens IS NULL AND completion_tokens IS NULL AND accelerator_seconds IS NOT NULL
            THEN 'time on an accelerator, no tokens'
    END AS ignored_because,
    numbered_key(event, occurrence) AS source_key,
    as_utc(start_time) AS at_utc,
    'fireworks' AS provider,
    -- accounts/fireworks/models/llama-v3p3-70b-instruct
    regexp_replace(base_model_name, '^accounts/fireworks/models/', '') AS model_name,
    as_count(coalesce(prompt_tokens, CASE WHEN completion_tokens IS NOT NULL THEN '0' END)) AS input_uncached_tokens,
    as_count(coalesce(completion_tokens, CASE WHEN prompt_tokens IS NOT NULL THEN '0' END)) AS output_tokens,
    CASE WHEN as_count(prompt_tokens) > 0 THEN 'no cache split' END AS quality,
    email AS user_id,
    filled_members(json_object('usage_type', usage_type, 'model_bucket', model_bucket)) AS tags
FROM placed
ORDER BY file_number, record_number
