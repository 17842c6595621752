-- Temporary: one row per charge to look at for $month, with the group that it is judged in and what it is:
-- token (its use can stand in a log) or the cause that the bill itself names. In month: the bill's month is
-- $month; the days around it are read too, to see calls that were billed on the other side of its ends.
CREATE OR REPLACE TEMP TABLE reconcile_charge AS
WITH looked_at AS (
    SELECT
        *,
        billing_period_start_utc >= $start_utc AND billing_period_start_utc < $end_utc AS in_month,
        concat_ws(' ', service_name, sku_id, sku_meter, charge_description) AS words,
        charge_category = 'Usage'
        AND billed_cost >= 0
        AND (
            token_kind IS NOT NULL
            OR (model_name IS NOT NULL AND coalesce(lower(consumed_unit), 'tokens') = 'tokens')
        ) AS is_token
    FROM charge
    WHERE (billing_period_start_utc >= $start_utc AND billing_period_start_utc < $end_utc)
        OR (charge_period_start_utc >= $start_utc - INTERVAL 2 DAY AND charge_period_start_utc < $start_utc)
        OR (charge_period_start_utc >= $end_utc AND charge_period_start_utc < $end_utc + INTERVAL 2 DAY)
),

natured AS (
    SELECT
        file_id,
        row_number,
        charge_id,
        CASE
            WHEN is_token THEN 'token'
            WHEN charge_category = 'Tax' THEN 'tax'
            WHEN charge_category = 'Credit' THEN 'credit'
            WHEN charge_category = 'Adjustment' OR charge_class = 'Correction' OR billed_cost < 0 THEN 'refund'
            WHEN regexp_matches(words, '(?i)\b(seats?|per user|licen[cs]es?|subscriptions?|team plan)\b') THEN 'seats'
            WHEN commitment_discount_id IS NOT NULL
                OR charge_category = 'Purchase'
                OR regexp_matches(
                    words,
                    '(?i)provisioned|\bPTU|model.?units?|reserved|reservation|savings plan|commitment|scale tier'
                )
                THEN 'commitment'
            WHEN regexp_matches(
                words,
                '(?i)web.?search|code.?(execution|interpreter)|file.?search|tool.?calls?|grounding|session_usage'
            )
                THEN 'tool_fees'
            ELSE 'other_charges'
        END AS nature,
        in_month,
        provider,
        billing_currency AS currency,
        billing_account_id,
        sub_account_id,
        api_key_id,
        CASE
            WHEN (charge_period_end_utc - INTERVAL 1 MICROSECOND)::DATE <= charge_period_start_utc::DATE
                THEN charge_period_start_utc::DATE
        END AS day,
        model_id,
        model_name,
        token_kind,
        service_tier,
        endpoint_scope,
        sku_id,
        CASE WHEN nature <> 'token' THEN coalesce(charge_description, sku_id, service_name) END AS detail,
        billed_cost,
        consumed_quantity
    FROM looked_at
)

SELECT
    *,
    dense_rank() OVER (
        ORDER BY
            in_month, nature, provider, currency, billing_account_id, sub_account_id, api_key_id, day, model_id,
            model_name, token_kind, service_tier, endpoint_scope, sku_id, detail
    ) AS bill_id
FROM natured
