-- One row per (provider, model name) of the month, tier, scope, span of time, context band and range of
-- minutes of the week: the unit price of every meter, in `currency` per token or call, NULL without one.
-- Rows of one key never meet, so a usage row finds at most one. endpoint_scope '' stands for usage that
-- states no scope. A band holds for the whole request, its prompt being all input tokens; calls of the
-- web search have no bands, so their price is taken from the lowest one.
CREATE OR REPLACE TEMP TABLE rate_card AS
WITH price_minutes AS (
    SELECT
        unnest($hours_utc::VARCHAR[]) AS hours_utc,
        unnest($minute_from::INTEGER[]) AS minute_from,
        unnest($minute_to::INTEGER[]) AS minute_to
),
cut AS (
    SELECT provider, model_id, endpoint_scope, service_tier, valid_from_utc AS at_utc FROM price_by_scope
    UNION
    SELECT provider, model_id, endpoint_scope, service_tier, valid_to_utc
    FROM price_by_scope
    WHERE valid_to_utc IS NOT NULL
),
span AS (
    SELECT
        provider,
        model_id,
        endpoint_scope,
        service_tier,
        at_utc AS from_utc,
        lead(at_utc, 1, TIMESTAMP '9999-12-31') OVER (
            PARTITION BY provider, model_id, endpoint_scope, service_tier ORDER BY at_utc
        ) AS to_utc
    FROM cut
),
price_in_span AS (
    SELECT s.from_utc, s.to_utc, p.*
    FROM span AS s
    JOIN price_by_scope AS p USING (provider, model_id, endpoint_scope, service_tier)
    WHERE p.valid_from_utc <= s.from_utc
        AND coalesce(p.valid_to_utc, TIMESTAMP '9999-12-31') >= s.to_utc
        AND s.from_utc < $month_end_utc
        AND s.to_utc > $month_start_utc
),
-- max_by: where a withdrawn row still overlaps a later one, the later one counts.
band AS (
    SELECT
        p.provider,
        p.model_id,
        p.endpoint_scope,
        p.service_tier,
        p.from_utc,
        p.to_utc,
        p.hours_utc,
        p.min_prompt_tokens,
        max(p.currency) AS currency,
        max_by(p.unit_price, p.valid_from_utc) FILTER (p.meter = 'input_uncached') AS input_uncached_unit_price,
        max_by(p.price_id, p.valid_from_utc) FILTER (p.meter = 'input_uncached') AS input_uncached_price_id,
        max_by(p.unit_price, p.valid_from_utc) FILTER (p.meter = 'cache_read') AS cache_read_unit_price,
        max_by(p.price_id, p.valid_from_utc) FILTER (p.meter = 'cache_read') AS cache_read_price_id,
        max_by(p.unit_price, p.valid_from_utc) FILTER (p.meter = 'cache_write_5m') AS cache_write_5m_unit_price,
        max_by(p.price_id, p.valid_from_utc) FILTER (p.meter = 'cache_write_5m') AS cache_write_5m_price_id,
        max_by(p.unit_price, p.valid_from_utc) FILTER (p.meter = 'cache_write_1h') AS cache_write_1h_unit_price,
        max_by(p.price_id, p.valid_from_utc) FILTER (p.meter = 'cache_write_1h') AS cache_write_1h_price_id,
        max_by(p.unit_price, p.valid_from_utc) FILTER (p.meter = 'cache_write') AS cache_write_unit_price,
        max_by(p.price_id, p.valid_from_utc) FILTER (p.meter = 'cache_write') AS cache_write_price_id,
        max_by(p.unit_price, p.valid_from_utc) FILTER (p.meter = 'input_audio') AS input_audio_unit_price,
        max_by(p.price_id, p.valid_from_utc) FILTER (p.meter = 'input_audio') AS input_audio_price_id,
        max_by(p.unit_price, p.valid_from_utc) FILTER (p.meter = 'output') AS output_unit_price,
        max_by(p.price_id, p.valid_from_utc) FILTER (p.meter = 'output') AS output_price_id,
        max_by(p.unit_price, p.valid_from_utc) FILTER (p.meter = 'output_audio') AS output_audio_unit_price,
        max_by(p.price_id, p.valid_from_utc) FILTER (p.meter = 'output_audio') AS output_audio_price_id
    FROM price_in_span AS p
    WHERE p.meter <> 'web_search'
    GROUP BY ALL
),
web_search AS (
    SELECT
        provider,
        model_id,
        endpoint_scope,
        service_tier,
        from_utc,
        max_by(unit_price, valid_from_utc) AS unit_price,
        max_by(price_id, valid_from_utc) AS price_id
    FROM price_in_span
    WHERE meter = 'web_search' AND min_prompt_tokens = 0
    GROUP BY ALL
)
SELECT
    r.provider,
    r.model_name,
    b.service_tier,
    scope.endpoint_scope,
    greatest(b.from_utc, r.valid_from_utc) AS from_utc,
    least(b.to_utc, r.valid_to_utc) AS to_utc,
    coalesce(h.minute_from, 0) AS minute_from,
    coalesce(h.minute_to, 10080) AS minute_to,
    b.min_prompt_tokens,
    lead(b.min_prompt_tokens, 1, 9223372036854775807) OVER (
        PARTITION BY
            r.provider, r.model_name, r.valid_from_utc, b.service_tier, b.endpoint_scope,
            scope.endpoint_scope, b.from_utc, b.hours_utc, h.minute_from
        ORDER BY b.min_prompt_tokens
    ) AS below_prompt_tokens,
    b.currency,
    b.input_uncached_unit_price,
    b.input_uncached_price_id,
    b.cache_read_unit_price,
    b.cache_read_price_id,
    b.cache_write_5m_unit_price,
    b.cache_write_5m_price_id,
    b.cache_write_1h_unit_price,
    b.cache_write_1h_price_id,
    b.cache_write_unit_price,
    b.cache_write_price_id,
    b.input_audio_unit_price,
    b.input_audio_price_id,
    b.output_unit_price,
    b.output_price_id,
    b.output_audio_unit_price,
    b.output_audio_price_id,
    w.unit_price AS web_search_unit_price,
    w.price_id AS web_search_price_id
FROM band AS b
JOIN model_resolution AS r
    ON r.price_provider = b.provider
    AND r.model_id = b.model_id
    AND r.valid_from_utc < b.to_utc
    AND r.valid_to_utc > b.from_utc
JOIN (
    SELECT DISTINCT provider, model_name, stated.endpoint_scope, stated.priced_scope
    FROM model_resolution,
        LATERAL (
            SELECT '' AS endpoint_scope, model_resolution.endpoint_scope AS priced_scope
            UNION ALL
            SELECT unnest(['global', 'regional', 'data_zone']), unnest(['global', 'regional', 'data_zone'])
        ) AS stated
) AS scope
    ON scope.provider = r.provider
    AND scope.model_name = r.model_name
    AND scope.priced_scope = b.endpoint_scope
LEFT JOIN price_minutes AS h ON h.hours_utc = b.hours_utc
LEFT JOIN web_search AS w
    ON w.provider = b.provider
    AND w.model_id = b.model_id
    AND w.endpoint_scope = b.endpoint_scope
    AND w.service_tier = b.service_tier
    AND w.from_utc = b.from_utc
