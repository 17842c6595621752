-- One row per (provider, model name) in usage and charges, ordered: tens of names for millions of rows.
SELECT provider, model_name FROM token_usage WHERE model_name IS NOT NULL
UNION
SELECT provider, model_name FROM charge WHERE model_name IS NOT NULL
ORDER BY provider, model_name
