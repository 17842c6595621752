-- importer: azure_apim
-- title: Azure API Management, generative AI gateway log (ApiManagementGatewayLlmLog)
-- tested on: documentation
-- feeds: token_usage
-- reads: csv, json, jsonl
-- recognised by: CorrelationId | CorrelationId_g | CorrelationId_s, SequenceNumber | SequenceNumber_d, PromptTokens | PromptTokens_d, CompletionTokens | CompletionTokens_d
-- optional: TimeGenerated | TimeGenerated [UTC] | TimeGenerated_t, TotalTokens | TotalTokens_d, ModelName | ModelName_s, DeploymentName | DeploymentName_s, Region | Region_s, RequestId | RequestId_s | RequestId_g, _SubscriptionId, ApimSubscriptionId | ApimSubscriptionId_s, ProductId | ProductId_s, ApiId | ApiId_s, UserId | UserId_s, ResponseCode | ResponseCode_d, TotalTime | TotalTime_d
-- identity: row
-- on repeat: keep
-- records: []
-- quirks: Rows of the Log Analytics table as CSV or JSON, with plain column names or with type suffixes (ModelName_s, PromptTokens_d).
-- quirks: A call is several rows of one CorrelationId; only the one with SequenceNumber 0 carries tokens, the others hold messages and are ignored.
-- quirks: DeploymentName is a name that you gave, not the model: it stands in tags as deployment.
-- quirks: Neither cached tokens nor the outcome nor the caller stand in the table: join ApiManagementGatewayLogs on CorrelationId for ResponseCode, ApimSubscriptionId, ProductId, ApiId, UserId and TotalTime.
-- quirks: The metrics that llm-emit-token-metric sends to Application Insights are sums without an id and are not read.
WITH record AS (
    SELECT
        *,
        gateway_count("PromptTokens") AS prompt,
        gateway_count("CompletionTokens") AS answer,
        as_count("TotalTokens") AS total
    FROM raw
)

SELECT
    row_number,
    CASE WHEN as_count("SequenceNumber") > 0 THEN 'message of a call' END AS ignored_because,
    "CorrelationId" AS source_key,
    gateway_utc("TimeGenerated") AS at_utc,
    'azure-openai' AS provider,
    nullif("ModelName", '') AS model_name,
    nullif("Region", '') AS region_id,
    prompt AS input_uncached_tokens,
    answer AS output_tokens,
    total AS source_total_tokens,
    CASE
        WHEN "PromptTokens" IS NULL AND "CompletionTokens" IS NULL AND total IS NULL THEN 'no token counts'
        WHEN total <> prompt + answer THEN gateway_quality(total, prompt + answer)
        WHEN prompt > 0 THEN 'no cache split'
    END AS quality,
    coalesce(gateway_http_status("ResponseCode"), 'success') AS status,
    gateway_ms("TotalTime") AS latency_ms,
    "CorrelationId" AS request_id,
    CASE WHEN regexp_matches("RequestId", '^(chatcmpl-|cmpl-|resp_|msg_)') THEN "RequestId" END AS response_id,
    nullif("UserId", '') AS user_id,
    nullif("ApimSubscriptionId", '') AS api_key_id,
    nullif("_SubscriptionId", '') AS project_id,
    gateway_tags(
        json_merge_patch(
            gateway_tag('deployment', "DeploymentName"), gateway_tag('product', "ProductId"),
            gateway_tag('api', "ApiId")
        )::VARCHAR
    ) AS tags
FROM record
