-- Temporary: the receivers that finops.yaml names for a pool, with their fixed weights (0 where split_by is
-- not weights).
CREATE OR REPLACE TEMP TABLE pool_receiver AS
SELECT
    unnest($pools::VARCHAR []) AS pool,
    unnest($workflows::VARCHAR []) AS workflow,
    unnest($weights::VARCHAR [])::DECIMAL(38,15) AS weight
