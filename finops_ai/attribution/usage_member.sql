-- Temporary: what the calls that were sent used, one row per usage key (see usage_source.sql), receiver and party: quantity
-- in tokens or searches, list_cost NULL when any of it has no price or prices have several currencies. usage.py writes
-- the line of "each kind" once for each kind that was used.
CREATE OR REPLACE TEMP TABLE usage_member AS
WITH sent AS (
    SELECT usage_part.*, key_first + (day - $month) * key_per_day AS key_of_day, key_per_kind
    FROM usage_part
    INNER JOIN usage_source USING (source_id)
    WHERE is_sent
),

bucket AS (
    SELECT 0::BIGINT AS key_id, 0 AS receiver_id, 0 AS party_id, '' AS list_currency, 0 AS quantity, 0 AS cost
    WHERE false
    UNION ALL SELECT key_of_day + kind_number * key_per_kind, receiver_id, party_id, list_currency, kind_quantity, kind_cost FROM sent WHERE kind_quantity > 0  -- each kind
)

SELECT
    key_id,
    receiver_id,
    party_id,
    sum(quantity)::DECIMAL(38,15) AS quantity,
    CASE WHEN count(*) = count(cost) THEN sum(cost) END::DECIMAL(38,15) AS list_cost,
    CASE WHEN min(list_currency) = max(list_currency) THEN max(list_currency) END AS list_currency
FROM bucket
GROUP BY key_id, receiver_id, party_id
