-- importer: vercel_ai_gateway
-- title: Vercel AI Gateway, spend report and looked-up generations
-- tested on: documentation
-- feeds: token_usage
-- reads: json, jsonl, csv
-- recognised by: total_cost | totalCost, input_tokens | inputTokens | native_tokens_prompt | promptTokens, cache_creation_input_tokens | cacheCreationInputTokens | native_tokens_cache_creation | billable_web_search_calls | billableWebSearchCalls, market_cost | marketCost | request_count | requestCount | is_byok | isByok
-- optional: id, day, hour, created_at | createdAt, user, model, tag, provider | provider_name | providerName, credential_type | credentialType, output_tokens | outputTokens | native_tokens_completion | completionTokens, cached_input_tokens | cachedInputTokens | native_tokens_cached | cachedTokens, cache_creation_tokens | cacheCreationTokens | native_tokens_cache_creation | cache_creation_input_tokens | cacheCreationInputTokens, reasoning_tokens | reasoningTokens | native_tokens_reasoning, billable_web_search_calls | billableWebSearchCalls, request_count | requestCount, is_byok | isByok, upstream_inference_cost | upstreamInferenceCost, generation_time | generationTime, finish_reason | finishReason
-- identity: row
-- on repeat: latest
-- records: results[] | data[]
-- quirks: Rows of GET /v1/report, each the sum of many calls, and answers of GET /v1/generation, each one call; as the API or the SDK names their fields.
-- quirks: A report that is not grouped by day or hour carries no time: say --at. Fetch one grouping only: the same days by model and again by user count twice.
-- quirks: Grouped by tag, a call with two tags stands in both rows, which is said in quality.
-- quirks: Vercel bills calls with its own credentials (provider vercel); calls with your key (BYOK) stand under the provider that bills them.
-- quirks: Input is taken to include cached tokens and cache writes, output to include reasoning, as in the SDK.
WITH record AS (
    SELECT
        *,
        coalesce(gateway_utc(coalesce(hour, day, created_at)), stated_at_utc()) AS at_utc,
        gateway_true(is_byok) OR coalesce(credential_type = 'byok', false) AS own_key,
        coalesce(nullif(provider, ''), split_part(nullif(model, ''), '/', 1)) AS upstream,
        gateway_count(input_tokens) AS prompt,
        gateway_count(output_tokens) AS answer,
        gateway_count(cached_input_tokens) AS read,
        gateway_count(cache_creation_tokens) AS written
    FROM raw
)

SELECT
    row_number,
    coalesce(
        id,
        concat_ws(
            '|', 'report', strftime(at_utc, '%Y-%m-%dT%H'), 'user=' || "user", 'model=' || model, 'tag=' || tag,
            'provider=' || provider, 'credentials=' || credential_type
        )
    ) AS source_key,
    at_utc,
    CASE WHEN own_key THEN gateway_provider(upstream) ELSE 'vercel' END AS provider,
    nullif(model, '') AS model_name,
    CASE WHEN id IS NULL THEN 'bucket' ELSE 'call' END AS grain,
    CASE WHEN id IS NULL THEN coalesce(as_count(request_count), 1) ELSE 1 END AS calls,
    CASE WHEN prompt >= read + written THEN prompt - read - written ELSE prompt END AS input_uncached_tokens,
    read AS cache_read_tokens,
    written AS cache_write_tokens,
    answer AS output_tokens,
    gateway_count(reasoning_tokens) AS reasoning_tokens,
    gateway_count(billable_web_search_calls) AS web_search_calls,
    CASE WHEN tag IS NOT NULL THEN 'one call may stand under several tags' END AS quality,
    CASE WHEN finish_reason = 'error' THEN 'failure' ELSE 'success' END AS status,
    gateway_ms(generation_time) AS latency_ms,
    id AS request_id,
    id AS response_id,
    nullif("user", '') AS user_id,
    gateway_tags(
        json_merge_patch(
            gateway_tag('tag', tag), gateway_tag('upstream_provider', upstream),
            gateway_tag('credential_type', coalesce(credential_type, CASE WHEN own_key THEN 'byok' END))
        )::VARCHAR
    ) AS tags,
    CASE WHEN own_key AND upstream_inference_cost IS NOT NULL THEN as_money(upstream_inference_cost)
        ELSE as_money(total_cost) END AS logged_cost
FROM record
