-- importer: bedrock_invocation
-- title: Amazon Bedrock, model invocation log (S3 and CloudWatch)
-- tested on: documentation
-- feeds: token_usage
-- reads: json, jsonl, csv
-- recognised by: timestamp | @timestamp, modelId | message | @message, schemaType | schemaVersion | operation | ingestionTime | @ingestionTime | @logStream | @log | @ptr | logGroup | input.inputTokenCount
-- optional: requestId, accountId | @aws.account, region | @aws.region, inferenceRegion, errorCode, identity, identity.arn, requestMetadata, operation, input, output, input.inputTokenCount | inputTokenCount, output.outputTokenCount | outputTokenCount, input.cacheReadInputTokenCount | cacheReadInputTokenCount, input.cacheWriteInputTokenCount | cacheWriteInputTokenCount
-- identity: row
-- on repeat: keep
-- records: events[] | logEvents[]
-- quirks: JSON lines as delivered to S3 (.json.gz), CloudWatch answers with the record as JSON text in message or @message, Logs Insights CSV.
-- quirks: Cache reads and writes are outside inputTokenCount. The split of writes into five minutes and one hour is read from the logged answer, where bodies are logged inline.
-- quirks: requestId is the id: a call that S3 and CloudWatch both hold counts once.
-- quirks: A call through an application inference profile or provisioned throughput names only its ARN: the model is read from the logged answer, else it stays unknown; the ARN stands in tags as inference_profile.
-- quirks: Other messages of a CloudWatch group are ignored. A CloudWatch export task (a time stamp in front of each JSON text) is not read.
WITH shaped AS (
    SELECT *, CASE WHEN json_valid("modelId") AND starts_with("modelId", '{') THEN "modelId" END AS message
    FROM raw
),

found AS (
    SELECT
        *,
        json_extract_string(message, [
            '$.timestamp', '$.requestId', '$.accountId', '$.region', '$.inferenceRegion', '$.errorCode',
            '$.identity.arn', '$.requestMetadata', '$.input', '$.output', '$.operation', '$.modelId',
            '$.inputTokenCount', '$.outputTokenCount', '$.cacheReadInputTokenCount', '$.cacheWriteInputTokenCount'
        ]) AS m
    FROM shaped
),

record AS (
    SELECT
        row_number,
        message IS NOT NULL OR starts_with("modelId", '{') AS in_message,
        coalesce(m[1], "timestamp") AS at_text,
        coalesce(m[2], "requestId") AS request,
        coalesce(m[3], "accountId") AS account,
        coalesce(m[4], region) AS called_region,
        coalesce(m[5], "inferenceRegion") AS inference_region,
        coalesce(m[6], "errorCode") AS error_code,
        coalesce(m[7], json_extract_string(as_json(identity), '$.arn'), "identity.arn") AS principal,
        object_or_empty(coalesce(m[8], as_json("requestMetadata"))) AS metadata,
        object_or_empty(coalesce(m[9], as_json(input))) AS input,
        object_or_empty(coalesce(m[10], as_json(output))) AS output,
        coalesce(m[11], operation) AS operation,
        CASE WHEN message IS NULL THEN "modelId" ELSE m[12] END AS model,
        coalesce(m[13], "input.inputTokenCount") AS input_beside,
        coalesce(m[14], "output.outputTokenCount") AS output_beside,
        coalesce(m[15], "input.cacheReadInputTokenCount") AS read_beside,
        coalesce(m[16], "input.cacheWriteInputTokenCount") AS written_beside
    FROM found
),

-- The answer of Converse or InvokeModel; of a stream, the list of its events.
answered AS (
    SELECT
        *,
        json_extract_string(input, [
            '$.inputTokenCount', '$.cacheReadInputTokenCount', '$.cacheWriteInputTokenCount',
            '$.inputBodyJson.serviceTier.type', '$.inputBodyJson.performanceConfig.latency'
        ]) AS i,
        json_extract_string(output, [
            '$.outputTokenCount', '$.outputBodyJson.usage.totalTokens', '$.outputBodyJson.model',
            '$.outputBodyJson.metrics.latencyMs', '$.outputBodyJson.serviceTier.type',
            '$.outputBodyJson.usage.cache_creation.ephemeral_5m_input_tokens',
            '$.outputBodyJson.usage.cache_creation.ephemeral_1h_input_tokens',
            '$.outputBodyJson.usage.inputTokens', '$.outputBodyJson.usage.input_tokens',
            '$.outputBodyJson.usage.outputTokens', '$.outputBodyJson.usage.output_tokens',
            '$.outputBodyJson.usage.cacheReadInputTokens', '$.outputBodyJson.usage.cache_read_input_tokens',
            '$.outputBodyJson.usage.cacheWriteInputTokens', '$.outputBodyJson.usage.cache_creation_input_tokens'
        ]) AS o,
        bedrock_event(output, 'message.model') AS streamed_model,
        bedrock_event(output, 'message.usage.cache_creation.ephemeral_5m_input_tokens') AS streamed_5m,
        bedrock_event(output, 'message.usage.cache_creation.ephemeral_1h_input_tokens') AS streamed_1h,
        bedrock_event(output, 'metadata.usage.totalTokens') AS streamed_total,
        bedrock_event(output, '"amazon-bedrock-invocationMetrics".invocationLatency') AS streamed_ms,
        bedrock_written(output, '5m') AS converse_5m,
        bedrock_written(output, '1h') AS converse_1h
    FROM record
),

counted AS (
    SELECT
        *,
        gateway_count(coalesce(i[1], input_beside, o[8], o[9])) AS uncached,
        gateway_count(coalesce(i[2], read_beside, o[12], o[13])) AS cached,
        gateway_count(coalesce(i[3], written_beside, o[14], o[15])) AS written,
        gateway_count(coalesce(o[1], output_beside, o[10], o[11])) AS answer,
        gateway_count(coalesce(o[6], streamed_5m, converse_5m)) AS written_5m,
        gateway_count(coalesce(o[7], streamed_1h, converse_1h)) AS written_1h,
        as_count(coalesce(o[2], streamed_total)) AS total
    FROM answered
)

SELECT
    row_number,
    CASE
        WHEN request IS NULL AND (in_message OR (input = '{}' AND output = '{}' AND input_beside IS NULL))
            THEN 'no model invocation'
    END AS ignored_because,
    request AS source_key,
    gateway_utc(at_text) AS at_utc,
    'aws-bedrock' AS provider,
    CASE
        WHEN regexp_matches(model, ':(application-inference-profile|provisioned-model|custom-model|imported-model)')
            THEN coalesce(o[3], streamed_model, model)
        ELSE model
    END AS model_name,
    CASE
        WHEN operation ILIKE '%batch%' OR operation ILIKE '%job%' THEN 'batch'
        WHEN coalesce(o[5], i[4], 'default') IN ('default', 'standard') THEN 'standard'
        ELSE coalesce(o[5], i[4])
    END AS service_tier,
    called_region AS region_id,
    uncached AS input_uncached_tokens,
    cached AS cache_read_tokens,
    CASE WHEN written_5m + written_1h <= written THEN written_5m ELSE 0 END AS cache_write_5m_tokens,
    CASE WHEN written_5m + written_1h <= written THEN written_1h ELSE 0 END AS cache_write_1h_tokens,
    CASE WHEN written_5m + written_1h <= written THEN written - written_5m - written_1h ELSE written END
        AS cache_write_tokens,
    answer AS output_tokens,
    total AS source_total_tokens,
    gateway_quality(total, uncached + cached + written + answer) AS quality,
    CASE WHEN error_code IS NULL THEN 'success' ELSE 'failure' END AS status,
    gateway_ms(coalesce(o[4], streamed_ms)) AS latency_ms,
    gateway_trace(metadata) AS trace_id,
    gateway_session(metadata) AS session_id,
    request AS request_id,
    request AS response_id,
    principal AS user_id,
    regexp_replace(principal, '(:assumed-role/[^/]+)/.*$', '\1') AS api_key_id,
    account AS project_id,
    gateway_tags(
        json_merge_patch(
            metadata,
            CASE WHEN contains(model, ':application-inference-profile/') OR contains(model, ':provisioned-model/')
                THEN json_object('inference_profile', model) ELSE '{}' END,
            CASE WHEN inference_region <> called_region
                THEN json_object('inference_region', inference_region) ELSE '{}' END,
            CASE WHEN i[5] = 'optimized' THEN json_object('latency', i[5]) ELSE '{}' END
        )::VARCHAR
    ) AS tags
FROM counted
