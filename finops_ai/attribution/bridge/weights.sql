-- One row per workflow, provider, model and tier of $month: the list cost of its tokens by kind, NULL where any
-- of them has no price. By it, money of a bill that states no model, tier or kind is laid over the logged ones.
SELECT
    a.workflow,
    u.provider,
    coalesce(u.model_id, '?' || u.model_name) AS model,
    u.service_tier AS tier,
    sum(p.input_uncached_cost)::DECIMAL(38,15) AS input_uncached,
    sum(p.cache_read_cost)::DECIMAL(38,15) AS cache_read,
    sum(p.cache_write_5m_cost)::DECIMAL(38,15) AS cache_write_5m,
    sum(p.cache_write_1h_cost)::DECIMAL(38,15) AS cache_write_1h,
    sum(p.cache_write_cost)::DECIMAL(38,15) AS cache_write,
    sum(p.input_audio_cost)::DECIMAL(38,15) AS input_audio,
    sum(p.output_cost)::DECIMAL(38,15) AS output,
    sum(p.output_audio_cost)::DECIMAL(38,15) AS output_audio,
    sum(p.web_search_cost)::DECIMAL(38,15) AS web_search
FROM usage_attributed AS a
INNER JOIN token_usage AS u ON u.file_id = a.file_id AND u.row_number = a.row_number
INNER JOIN priced_usage AS p ON p.month = $month AND p.file_id = a.file_id AND p.row_number = a.row_number
WHERE a.month = $month
    AND a.workflow IS NOT NULL
    AND u.status <> 'cache_hit'
    AND u.at_utc >= $start_utc
    AND u.at_utc < $end_utc
GROUP BY ALL
HAVING count(*) = count(p.list_cost)
ORDER BY ALL
