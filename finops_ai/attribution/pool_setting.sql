-- Temporary: the pools of finops.yaml in their order, then the teams that receive of them. is_staged: it receives of
-- other pools.
CREATE OR REPLACE TEMP TABLE pool_setting AS
SELECT
    unnest($ordinals::INTEGER []) AS pool_ordinal,
    unnest($pools::VARCHAR []) AS pool,
    unnest($split_bys::VARCHAR []) AS split_by,
    unnest($are_staged::BOOLEAN []) AS is_staged
