-- importer: bedrock_batch_output
-- title: Amazon Bedrock, output of batch inference (.jsonl.out)
-- tested on: documentation
-- feeds: token_usage
-- reads: jsonl
-- source: response_bodies
-- recognised by: recordId, modelInput | modelOutput
-- optional: modelOutput, error, timestamp | created_at
-- identity: row
-- on repeat: largest output_tokens
-- quirks: The records carry no time: state one with `ingest --at`. Every row has the service tier `batch`.
-- quirks: Only Anthropic's models name themselves in their output; others need the model of the job and are priced as unknown.
-- quirks: Records that failed are ignored, and counted as such. A record without an id of the answer is known by its content.
WITH answers AS (
    SELECT
        row_number,
        "modelOutput" AS wrapped,
        body_is_torn("modelOutput") AS is_torn,
        body_fields(body_native_json("modelOutput")) AS f,
        "recordId" || '#' || md5(coalesce("modelOutput", '')) AS own_key,
        "timestamp" AS own_time,
        'aws-bedrock' AS said_provider,
        "recordId" AS custom_id,
        NULL::VARCHAR AS request_id,
        'a failed record' AS unanswered_because
    FROM raw
)

SELECT * FROM bodies_batched('answers')
