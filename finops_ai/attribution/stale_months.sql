-- The months with input that were never attributed, or from other input, settings ($config_hash) or prices
-- ($catalogue_hash) than today's; attributed months whose input is gone included.
SELECT coalesce(month_input.month, month_attributed.month) AS month
FROM month_input
FULL JOIN month_attributed ON month_attributed.month = month_input.month
WHERE month_attributed.month IS NULL
    OR month_attributed.input_batch_id IS DISTINCT FROM month_input.batch_id
    OR month_attributed.config_hash <> $config_hash
    OR month_attributed.catalogue_hash <> $catalogue_hash
ORDER BY month
