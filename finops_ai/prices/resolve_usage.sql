-- Every usage row gets the model its name meant when it ran; only rows that differ are written, and none of
-- a closed month.
UPDATE token_usage
SET model_id = r.model_id
FROM model_resolution AS r
WHERE token_usage.provider = r.provider
    AND token_usage.model_name = r.model_name
    AND token_usage.at_utc >= r.valid_from_utc
    AND token_usage.at_utc < r.valid_to_utc
    AND token_usage.model_id IS DISTINCT FROM r.model_id
    AND NOT list_contains($closed_months::DATE[], date_trunc('month', token_usage.at_utc)::DATE)
