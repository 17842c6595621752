-- Temporary: one row per charge of $month, the nature that decides what happens to it, and its cell. A token
-- line counts tokens (or states no quantity) and charges for them; the rest goes by rule, pool, category. A line
-- has a day where its period lies within one UTC day: the days of another time zone are none of the log's.
CREATE OR REPLACE TEMP TABLE charge_row AS
WITH judged AS (
    SELECT
        c.*,
        c.charge_period_start_utc::DATE AS start_day,
        m.workflow,
        m.rule_ordinal,
        m.pool,
        c.charge_category = 'Usage'
        AND c.billed_cost >= 0
        AND (
            c.token_kind IS NOT NULL
            OR (c.model_id IS NOT NULL AND coalesce(lower(c.consumed_unit), 'tokens') = 'tokens')
        ) AS is_token_line
    FROM charge AS c
    INNER JOIN charge_mapped AS m ON m.file_id = c.file_id AND m.row_number = c.row_number
    WHERE c.billing_period_start_utc >= $start_utc AND c.billing_period_start_utc < $end_utc
),

natured AS (
    SELECT
        charge_id,
        CASE
            WHEN is_token_line THEN 'token'
            WHEN workflow IS NOT NULL THEN 'direct'
            WHEN pool IS NOT NULL THEN 'pool'
            WHEN charge_category = 'Credit' THEN 'credit'
            WHEN charge_category = 'Tax' THEN 'tax'
            WHEN charge_category = 'Adjustment' OR billed_cost < 0 THEN 'refund'
            ELSE 'unmapped_charge'
        END AS nature,
        provider,
        billing_currency,
        billing_account_id,
        sub_account_id,
        CASE
            WHEN (charge_period_end_utc - INTERVAL 1 MICROSECOND)::DATE <= start_day THEN start_day
        END AS day,
        model_id,
        CASE WHEN model_id IS NULL THEN model_name END AS model_name,
        token_kind,
        CASE WHEN is_token_line THEN service_tier END AS service_tier,
        charge_category,
        charge_class,
        service_provider_name,
        service_name,
        workflow,
        rule_ordinal,
        CASE WHEN nature = 'pool' THEN pool END AS pool,
        billed_cost,
        consumed_quantity AS quantity
    FROM judged
)

SELECT
    *,
    dense_rank() OVER (
        ORDER BY
            nature, provider, billing_currency, billing_account_id, sub_account_id, day, model_id, model_name,
            token_kind, service_tier, charge_category, charge_class, service_provider_name, service_name, rule_ordinal, pool
    ) AS cell_id
FROM natured
