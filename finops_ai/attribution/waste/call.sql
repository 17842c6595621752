-- Temporary: one row per model call of the month that counts and that a provider answered (no report of many calls,
-- no answer from a gateway's own cache). Costs in `currency` at contract rate, else list price, times what the
-- provider's bill charges of it (level); 0 where is_priced is false. stream: the workflow, else the key or project.
-- thread: the session or trace, where it holds more than this call.
CREATE OR REPLACE TEMP TABLE waste_call AS
WITH thread_size AS (
    SELECT coalesce(session_id, trace_id) AS thread, count(*) AS thread_calls
    FROM token_usage
    WHERE at_utc >= $month_start_utc AND at_utc < $month_end_utc AND coalesce(session_id, trace_id) IS NOT NULL
    GROUP BY thread
    HAVING count(*) > 1
),

counted AS (
    SELECT
        (u.file_id::BIGINT << 36) + u.row_number AS call_id,
        u.usage_id,
        u.at_utc,
        a.workflow,
        coalesce(a.workflow, 'key ' || u.api_key_id, 'project ' || u.project_id, 'no key') AS stream,
        u.provider,
        coalesce(u.model_id, u.model_name, 'no model') AS model,
        u.model_name,
        u.service_tier,
        thread_size.thread,
        CASE WHEN thread_size.thread IS NOT NULL THEN hash(thread_size.thread, a.workflow) END AS thread_id,
        coalesce(thread_size.thread_calls, 1) AS thread_calls,
        u.user_id,
        u.api_key_id,
        coalesce(u.user_id, thread_size.thread, u.api_key_id) AS actor,
        u.status <> 'success' AS is_failed,
        u.latency_ms,
        u.input_uncached_tokens + u.input_audio_tokens AS input_tokens,
        u.cache_read_tokens,
        u.cache_write_5m_tokens + u.cache_write_1h_tokens + u.cache_write_tokens AS written_tokens,
        input_tokens + u.cache_read_tokens + written_tokens AS prompt_tokens,
        u.output_tokens + u.output_audio_tokens AS answer_tokens,
        least(u.reasoning_tokens, answer_tokens) AS thought_tokens,
        coalesce(contains(u.quality, 'no cache split'), false) AS is_split_unknown,
        CASE
            WHEN contains(u.tags, 'prompt_hash') THEN TRY(json_extract_string(u.tags, '$."prompt_hash"'))
        END AS prompt_hash,
        a.outcome_id,
        coalesce(p.pricing_status IN ('priced', 'no_tokens') OR starts_with(p.pricing_status, 'partly:'), false) AS is_priced,
        CASE WHEN p.contract_cost IS NULL THEN p.currency ELSE p.contract_currency END AS currency,
        coalesce(p.input_uncached_price_id, p.output_price_id, p.cache_read_price_id) AS price_id,
        CASE
            WHEN c.contract_cost IS NULL OR p.list_cost = 0 THEN 1
            ELSE amount_share(c.contract_cost, p.list_cost)
        END AS contract_level,
        coalesce(c.input_uncached_cost + c.input_audio_cost, p.input_uncached_cost + p.input_audio_cost, 0) AS input_cost,
        coalesce(c.cache_read_cost, p.cache_read_cost, 0) AS cache_read_cost,
        coalesce(
            c.cache_write_5m_cost + c.cache_write_1h_cost + c.cache_write_cost,
            p.cache_write_5m_cost + p.cache_write_1h_cost + p.cache_write_cost,
            0
        ) AS cache_write_cost,
        coalesce(
            c.output_cost + c.output_audio_cost + c.web_search_cost,
            p.output_cost + p.output_audio_cost + p.web_search_cost,
            0
        ) AS output_cost
    FROM usage_attributed AS a
    INNER JOIN token_usage AS u ON u.file_id = a.file_id AND u.row_number = a.row_number
    LEFT JOIN thread_size ON thread_size.thread = coalesce(u.session_id, u.trace_id)
    LEFT JOIN priced_usage AS p ON p.month = $month AND p.file_id = u.file_id AND p.row_number = u.row_number
    LEFT JOIN contract_usage AS c ON c.month = $month AND c.file_id = u.file_id AND c.row_number = u.row_number
    WHERE a.month = $month
        AND u.at_utc >= $month_start_utc AND u.at_utc < $month_end_utc
        AND u.grain = 'call' AND u.calls = 1 AND u.status <> 'cache_hit'
)

SELECT
    counted.* EXCLUDE (contract_level, price_id, input_cost, cache_read_cost, cache_write_cost, output_cost),
    waste_level.level IS NOT NULL AS is_billed,
    (coalesce(waste_level.level, 1) * contract_level::DECIMAL(12,6))::DECIMAL(12,6) AS level,
    CASE WHEN is_priced THEN waste_scaled(input_cost, coalesce(waste_level.level, 1)) ELSE 0 END AS input_cost,
    CASE WHEN is_priced THEN waste_scaled(cache_read_cost, coalesce(waste_level.level, 1)) ELSE 0 END AS cache_read_cost,
    CASE WHEN is_priced THEN waste_scaled(cache_write_cost, coalesce(waste_level.level, 1)) ELSE 0 END AS cache_write_cost,
    CASE WHEN is_priced THEN waste_scaled(output_cost, coalesce(waste_level.level, 1)) ELSE 0 END AS output_cost,
    waste_rate.* EXCLUDE (price_id)
FROM counted
LEFT JOIN waste_level USING (provider, currency)
LEFT JOIN waste_rate USING (price_id)
