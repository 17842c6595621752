-- One row per way in which calls of $month were placed (rule, log: the log itself names a registered workflow, none) and
-- currency of their estimate: calls, tokens, and the estimate at contract rate, else list price. cost is NULL where
-- any of them has no price.
SELECT
    coalesce(CASE WHEN p.contract_cost IS NULL THEN p.currency ELSE p.contract_currency END, $currency) AS currency,
    CASE
        WHEN a.rule_ordinal IS NOT NULL THEN 'rule'
        WHEN a.workflow IS NOT NULL THEN 'log'
        ELSE 'none'
    END AS way,
    CASE
        WHEN bool_and(coalesce(p.contract_cost, p.list_cost) IS NOT NULL)
            THEN sum(coalesce(p.contract_cost, p.list_cost))
    END::DECIMAL(38,15) AS cost,
    sum(u.calls)::BIGINT AS calls,
    sum(
        u.input_uncached_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens
        + u.cache_write_tokens + u.input_audio_tokens + u.output_tokens + u.output_audio_tokens
    )::BIGINT AS tokens
FROM usage_attributed AS a
INNER JOIN token_usage AS u USING (file_id, row_number)
LEFT JOIN priced_usage AS p ON p.month = $month AND p.file_id = u.file_id AND p.row_number = u.row_number
WHERE a.month = $month
GROUP BY ALL
ORDER BY ALL
