-- Temporary: one row per usage row of $month that counts, with its workflow, its outcomes (party_id, 0 for none),
-- tokens and cost per kind: at contract rate where a contract holds, else at list price (list_cost in list_currency;
-- plain_list_cost: list price).
CREATE OR REPLACE TEMP TABLE usage_row AS
SELECT
    u.file_id,
    u.row_number,
    u.usage_id,
    u.provider,
    u.project_id,
    u.at_utc::DATE AS day,
    u.model_id,
    u.model_name,
    u.status,
    u.service_tier,
    coalesce(u.model_id, '?' || u.model_name) AS match_model,
    m.workflow,
    m.rule_ordinal,
    CASE
        WHEN m.workflow IS NULL
            THEN coalesce(nullif(concat_ws(' / ', u.api_key_id, u.project_id), ''), 'no key or project')
    END AS detail,
    coalesce(l.party_id, 0) AS party_id,
    u.calls,
    u.input_uncached_tokens,
    u.cache_read_tokens,
    u.cache_write_5m_tokens,
    u.cache_write_1h_tokens,
    u.cache_write_tokens,
    u.input_audio_tokens,
    u.output_tokens,
    u.output_audio_tokens,
    u.web_search_calls,
    coalesce(c.input_uncached_cost, p.input_uncached_cost) AS input_uncached_cost,
    coalesce(c.cache_read_cost, p.cache_read_cost) AS cache_read_cost,
    coalesce(c.cache_write_5m_cost, p.cache_write_5m_cost) AS cache_write_5m_cost,
    coalesce(c.cache_write_1h_cost, p.cache_write_1h_cost) AS cache_write_1h_cost,
    coalesce(c.cache_write_cost, p.cache_write_cost) AS cache_write_cost,
    coalesce(c.input_audio_cost, p.input_audio_cost) AS input_audio_cost,
    coalesce(c.output_cost, p.output_cost) AS output_cost,
    coalesce(c.output_audio_cost, p.output_audio_cost) AS output_audio_cost,
    coalesce(c.web_search_cost, p.web_search_cost) AS web_search_cost,
    coalesce(p.contract_cost, p.list_cost) AS list_cost,
    p.list_cost AS plain_list_cost,
    p.contract_cost,
    p.pricing_status,
    CASE WHEN p.contract_cost IS NULL THEN p.currency ELSE p.contract_currency END AS list_currency
FROM token_usage AS u
INNER JOIN usage_mapped AS m ON m.file_id = u.file_id AND m.row_number = u.row_number
LEFT JOIN usage_linked AS l ON l.file_id = u.file_id AND l.row_number = u.row_number
LEFT JOIN priced_usage AS p ON p.month = $month AND p.file_id = u.file_id AND p.row_number = u.row_number
LEFT JOIN contract_usage AS c ON c.month = $month AND c.file_id = u.file_id AND c.row_number = u.row_number
ANTI JOIN usage_left_out AS o ON o.month = $month AND o.usage_id = u.usage_id
WHERE u.at_utc >= $start_utc AND u.at_utc < $end_utc
