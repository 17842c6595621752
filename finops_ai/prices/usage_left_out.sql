-- One row per usage row of $month that does not count, because another log tells of the same calls:
-- the same answer of the provider in two logs, a report of many calls where the calls are logged one
-- by one, or a second report of the same calls.
INSERT INTO usage_left_out
WITH used AS (
    SELECT
        usage_id,
        file_id,
        row_number,
        provider,
        source,
        grain,
        response_id,
        CAST(at_utc AS DATE) AS day,
        coalesce(model_id, model_name, '') AS model,
        input_uncached_tokens
            + cache_read_tokens
            + cache_write_5m_tokens
            + cache_write_1h_tokens
            + cache_write_tokens
            + input_audio_tokens
            + output_tokens
            + output_audio_tokens AS tokens,
        (workflow_hint IS NOT NULL)::INTEGER
            + (team_id IS NOT NULL)::INTEGER
            + (project_id IS NOT NULL)::INTEGER
            + (coalesce(tags, '{}') <> '{}')::INTEGER AS known_of_it
    FROM token_usage
    WHERE at_utc >= $month_start_utc AND at_utc < $month_end_utc
),

-- Answers that several logs hold: the log that knows most of the call counts.
twice AS (
    SELECT response_id
    FROM used
    WHERE response_id IS NOT NULL
    GROUP BY response_id
    HAVING count(DISTINCT source) > 1
),

counted_answer AS (
    SELECT response_id, arg_min(source, (grain = 'bucket', -known_of_it, source)) AS source
    FROM used
    SEMI JOIN twice USING (response_id)
    GROUP BY response_id
),

logged_calls AS (
    SELECT provider, day, model, min(source) AS source
    FROM used
    WHERE grain = 'call'
    GROUP BY ALL
),

-- Of several reports of one provider, the one with the most tokens in the month counts.
report AS (
    SELECT provider, source, sum(tokens) AS tokens
    FROM used
    WHERE grain = 'bucket'
    GROUP BY ALL
),

counted_report AS (
    SELECT provider, arg_min(source, (-tokens, source)) AS source
    FROM report
    GROUP BY provider
),

judged AS (
    SELECT
        used.*,
        CASE
            WHEN counted_answer.source <> used.source THEN counted_answer.source
            WHEN used.grain = 'bucket' AND logged_calls.source IS NOT NULL THEN logged_calls.source
            WHEN used.grain = 'bucket' AND counted_report.source <> used.source THEN counted_report.source
        END AS counted_source,
        CASE
            WHEN counted_answer.source <> used.source THEN 'the same answer stands in another log'
            WHEN used.grain = 'bucket' AND logged_calls.source IS NOT NULL THEN 'its calls are logged one by one'
            WHEN used.grain = 'bucket' AND counted_report.source <> used.source THEN 'another report tells of the same calls'
        END AS reason
    FROM used
    LEFT JOIN counted_answer ON used.response_id = counted_answer.response_id
    LEFT JOIN logged_calls
        ON used.provider = logged_calls.provider AND used.day = logged_calls.day AND used.model = logged_calls.model
    LEFT JOIN counted_report ON used.provider = counted_report.provider
)

SELECT $month, usage_id, file_id, row_number, provider, source, counted_source, reason
FROM judged
WHERE reason IS NOT NULL
