-- importer: openai_batch_output
-- title: Batch output files of OpenAI, and of those who copy its format (Azure, Groq, Mistral)
-- tested on: documentation
-- feeds: token_usage
-- reads: jsonl
-- source: response_bodies
-- recognised by: custom_id, response
-- optional: id, error
-- identity: row
-- on repeat: largest output_tokens
-- quirks: Every row has the service tier `batch`, which has prices of its own.
-- quirks: Requests that failed or expired have no tokens and no time, and are not billed: they are ignored, and counted as such.
-- quirks: `custom_id` is a tag that rules can match on. An answer that stands in a log of your own too counts once, by its id.
WITH answers AS (
    SELECT
        row_number,
        response AS wrapped,
        body_is_torn(response) AS is_torn,
        body_fields(body_json(response)) AS f,
        coalesce(id, custom_id) AS own_key,
        NULL::VARCHAR AS own_time,
        NULL::VARCHAR AS said_provider,
        custom_id,
        TRY(json_extract_string(response, '$.request_id')) AS request_id,
        'a failed request' AS unanswered_because
    FROM raw
)

SELECT * FROM bodies_batched('answers')
