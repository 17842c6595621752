-- Temporary: the pools of finops.yaml in their order.
CREATE OR REPLACE TEMP TABLE pool_setting AS
SELECT
    unnest($ordinals::INTEGER []) AS pool_ordinal,
    unnest($pools::VARCHAR []) AS pool,
    unnest($split_bys::VARCHAR []) AS split_by
