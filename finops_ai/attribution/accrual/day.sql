-- Temporary: one row per day of $month up to $as_of, provider, account, model and workflow that is logged and not
-- billed, at the price of accruals. Usage without a price stands in rows of its own.
CREATE OR REPLACE TEMP TABLE accrual_new AS
WITH placed AS (
    SELECT
        used.*,
        coalesce(project.account, provider.account) AS account,
        used.input_uncached_tokens
        + used.cache_read_tokens
        + used.cache_write_5m_tokens
        + used.cache_write_1h_tokens
        + used.cache_write_tokens
        + used.input_audio_tokens
        + used.output_tokens
        + used.output_audio_tokens AS tokens
    FROM accrual_usage AS used
    LEFT JOIN accrual_account AS project
        ON project.provider = used.provider AND project.project_id = used.project_id
    LEFT JOIN accrual_account AS provider ON provider.provider = used.provider AND provider.project_id IS NULL
    WHERE used.month = $month AND used.day <= $as_of
),

provider_coverage AS (
    SELECT provider, max(billed_through) AS billed_through
    FROM bill_coverage
    WHERE month = $month
    GROUP BY provider
)

SELECT
    placed.day,
    placed.provider,
    placed.account,
    placed.model_id,
    placed.model_name,
    placed.workflow,
    CASE WHEN placed.price_cost IS NOT NULL THEN placed.currency END AS currency,
    CASE WHEN placed.price_cost IS NOT NULL THEN 'priced' ELSE placed.pricing_status END AS pricing_status,
    sum(placed.calls)::BIGINT AS calls,
    sum(placed.tokens)::BIGINT AS tokens,
    string_agg(DISTINCT placed.price_basis, ' and ' ORDER BY placed.price_basis) AS price_basis,
    sum(placed.price_cost)::DECIMAL(38,15) AS price_cost
FROM placed
LEFT JOIN provider_coverage ON provider_coverage.provider = placed.provider
LEFT JOIN bill_coverage
    ON bill_coverage.month = $month
    AND bill_coverage.provider = placed.provider
    AND bill_coverage.account = placed.account
WHERE placed.day > coalesce(
    CASE
        WHEN placed.account IS NULL THEN provider_coverage.billed_through
        ELSE bill_coverage.billed_through
    END,
    DATE '0001-01-01'
)
GROUP BY ALL
HAVING sum(placed.tokens) > 0 OR sum(placed.price_cost) > 0
