-- Temporary: the billing account that the usage of a provider's project is billed to, as all bills tell: NULL
-- project_id for providers with one billing account alone. What several accounts share is not told.
CREATE OR REPLACE TEMP TABLE accrual_account AS
SELECT provider, sub_account_id AS project_id, min(billing_account_id) AS account
FROM charge
WHERE sub_account_id IS NOT NULL AND (token_kind IS NOT NULL OR model_id IS NOT NULL)
GROUP BY provider, sub_account_id
HAVING count(DISTINCT billing_account_id) = 1
UNION ALL
SELECT provider, NULL, min(billing_account_id)
FROM charge
WHERE token_kind IS NOT NULL OR model_id IS NOT NULL
GROUP BY provider
HAVING count(DISTINCT billing_account_id) = 1
