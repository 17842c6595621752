-- Temporary: one row per token cell of $month with the number of its group (provider, project, model, currency):
-- the finest usage that bill and log both tell apart, where a lost log may be anyone's. A project counts where
-- bill and log name one in common, a model where every token line of the provider names one.
CREATE OR REPLACE TEMP TABLE usage_group AS
WITH token_cell AS (
    SELECT *, coalesce(model_id, '?' || model_name) AS model
    FROM cell
    WHERE month = $month AND nature = 'token'
),

shared_project AS (
    SELECT DISTINCT token_cell.provider
    FROM token_cell
    INNER JOIN (
        SELECT DISTINCT provider, project_id
        FROM token_usage
        WHERE at_utc >= $start_utc AND at_utc < $end_utc
    ) AS used ON used.provider = token_cell.provider AND used.project_id = token_cell.sub_account_id
),

modelled AS (
    SELECT provider
    FROM token_cell
    GROUP BY provider
    HAVING bool_and(model IS NOT NULL)
),

told AS (
    SELECT
        cell_id,
        provider,
        billing_currency,
        CASE WHEN provider IN (FROM shared_project) THEN sub_account_id END AS project_id,
        CASE WHEN provider IN (FROM modelled) THEN model END AS model
    FROM token_cell
)

SELECT *, dense_rank() OVER (ORDER BY provider, project_id, model, billing_currency) AS group_id
FROM told
