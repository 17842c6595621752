-- Temporary: the oldest age in days of a rate that finops.yaml allows for single currencies.
CREATE OR REPLACE TEMP TABLE fx_age AS
SELECT unnest($currencies::VARCHAR []) AS currency, unnest($ages::INTEGER []) AS max_age_days
