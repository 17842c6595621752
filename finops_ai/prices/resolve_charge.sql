-- Every charge gets the model its billing name meant at the start of its period; only changes are written,
-- and none in a closed month.
UPDATE charge
SET model_id = r.model_id
FROM model_resolution AS r
WHERE charge.provider = r.provider
    AND charge.model_name = r.model_name
    AND charge.charge_period_start_utc >= r.valid_from_utc
    AND charge.charge_period_start_utc < r.valid_to_utc
    AND charge.model_id IS DISTINCT FROM r.model_id
    AND NOT list_contains($closed_months::DATE[], date_trunc('month', charge.billing_period_start_utc)::DATE)
