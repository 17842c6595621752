-- importer: gemini_batch_output
-- title: Batch results of the Gemini API and of Vertex AI
-- tested on: documentation
-- feeds: token_usage
-- reads: jsonl
-- source: response_bodies
-- recognised by: response, processed_time | key
-- optional: key, status, error
-- identity: row
-- on repeat: largest output_tokens
-- quirks: Every row has the service tier `batch`. Requests that failed are ignored, and counted as such.
-- quirks: The time is the answer's createTime, else Vertex's processed_time; the Gemini API prints neither: state one with `ingest --at`.
WITH answers AS (
    SELECT
        row_number,
        response AS wrapped,
        body_is_torn(response) AS is_torn,
        body_fields(body_json(response)) AS f,
        concat_ws('#', key, md5(concat_ws('|', processed_time, response))) AS own_key,
        CASE
            WHEN NOT contains(response, '"createTime"') AND TRY_CAST(processed_time AS TIMESTAMPTZ) IS NOT NULL
                THEN processed_time
        END AS own_time,
        'google' AS said_provider,
        key AS custom_id,
        NULL::VARCHAR AS request_id,
        'a failed request' AS unanswered_because
    FROM raw
)

SELECT * FROM bodies_batched('answers')
