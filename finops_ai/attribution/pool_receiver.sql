-- Temporary: the receivers that finops.yaml names for a pool, workflows or (receiver_pool) other pools and teams, with
-- their fixed weights (0 where split_by is not weights).
CREATE OR REPLACE TEMP TABLE pool_receiver AS
SELECT
    unnest($pools::VARCHAR []) AS pool,
    unnest($workflows::VARCHAR []) AS workflow,
    unnest($receiver_pools::VARCHAR []) AS receiver_pool,
    unnest($weights::VARCHAR [])::DECIMAL(38,15) AS weight
