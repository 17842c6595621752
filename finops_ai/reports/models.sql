-- One row per provider, model and currency of $month: unrounded billed total, and tokens logged.
-- A model that was logged and not billed has no currency: it stands under $currency with nothing billed.
WITH billed AS (
    SELECT
        provider,
        coalesce(model_id, model_name) AS name,
        billing_currency AS currency,
        sum(billed_cost) AS total,
        count(*) AS charge_rows
    FROM charge
    WHERE date_trunc('month', billing_period_start_utc)::DATE = $month
    GROUP BY ALL
),

logged AS (
    SELECT
        provider,
        coalesce(model_id, model_name) AS name,
        sum(
            input_uncached_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens
            + cache_write_tokens + input_audio_tokens + output_tokens + output_audio_tokens
        )::BIGINT AS logged_tokens
    FROM token_usage
    ANTI JOIN usage_left_out USING (usage_id)
    WHERE at_utc >= $start_utc AND at_utc < $end_utc
    GROUP BY ALL
)

SELECT
    coalesce(billed.provider, logged.provider) AS provider,
    coalesce(billed.name, logged.name) AS name,
    coalesce(billed.currency, $currency) AS currency,
    coalesce(billed.total, 0)::DECIMAL(38, 15) AS total,
    coalesce(billed.charge_rows, 0) AS charge_rows,
    logged.logged_tokens
FROM billed
FULL JOIN logged ON billed.provider = logged.provider AND billed.name = logged.name
ORDER BY total DESC, provider, name, currency
