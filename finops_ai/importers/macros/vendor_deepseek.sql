-- DeepSeek prints a day as 20260725, as 2026-07-25, or as an instant with the zone of who exported.
CREATE OR REPLACE TEMP MACRO deepseek_utc(t) AS CASE
    WHEN regexp_full_match(t, '[0-9]{8}') THEN as_utc(t[1:4] || '-' || t[5:6] || '-' || t[7:8])
    ELSE as_utc(t)
END;

-- The day as it is printed: the bill's months are those of the export's own zone.
CREATE OR REPLACE TEMP MACRO deepseek_day(t) AS CASE
    WHEN regexp_full_match(t, '[0-9]{8}') THEN deepseek_utc(t)
    ELSE as_utc(left(t, 10))
END;

-- What was used from a granted balance was a gift: it costs nothing.
CREATE OR REPLACE TEMP MACRO deepseek_paid(cost, wallet_type) AS CASE
    WHEN wallet_type ILIKE '%grant%' AND TRY_CAST(cost AS DOUBLE) IS NOT NULL THEN '0' ELSE cost
END;

CREATE OR REPLACE TEMP MACRO deepseek_kind(type) AS CASE
    WHEN type IN ('input_cache_hit_tokens', 'prompt_cache_hit_tokens') THEN 'cache_read'
    WHEN type IN ('input_cache_miss_tokens', 'prompt_cache_miss_tokens', 'input_tokens', 'prompt_tokens')
        THEN 'input_uncached'
    WHEN type IN ('output_tokens', 'completion_tokens', 'response_tokens') THEN 'output'
    WHEN type IN ('request_count', 'requests') THEN 'requests'
    ELSE 'unknown'
END;
