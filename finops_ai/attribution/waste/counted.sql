-- Temporary: each claim with its money as claimed and as counted. Detectors take from a call in the order of
-- $detectors; of each kind of its cost a later one is counted only for what it claims above all before it. So the
-- counted parts of a kind add up to the largest claim on it, never to more than it cost.
CREATE OR REPLACE TEMP TABLE waste_counted AS
WITH ranked AS (
    SELECT waste_claim.*, list_position($detectors::VARCHAR[], detector) AS rank
    FROM waste_claim
),

before AS (
    SELECT
        *,
        max(input_cost) OVER earlier AS input_before,
        max(cache_read_cost) OVER earlier AS cache_read_before,
        max(cache_write_cost) OVER earlier AS cache_write_before,
        max(output_cost) OVER earlier AS output_before
    FROM ranked
    WINDOW earlier AS (PARTITION BY call_id ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)

SELECT
    before.detector,
    before.rank,
    coalesce(before.workflow, waste_call.workflow) AS workflow,
    before.subject_kind,
    before.subject,
    before.call_id,
    waste_call.usage_id,
    waste_call.at_utc,
    waste_call.model,
    coalesce(before.currency, waste_call.currency) AS currency,
    before.confidence,
    coalesce(waste_call.is_priced, true) AS is_priced,
    coalesce(waste_call.is_billed, true) AS is_billed,
    (before.input_cost + before.cache_read_cost + before.cache_write_cost + before.output_cost + before.other_cost)::DECIMAL(38,15)
        AS cost,
    CASE
        WHEN before.call_id IS NULL THEN before.other_cost
        ELSE greatest(before.input_cost - coalesce(input_before, 0), 0)
            + greatest(before.cache_read_cost - coalesce(cache_read_before, 0), 0)
            + greatest(before.cache_write_cost - coalesce(cache_write_before, 0), 0)
            + greatest(before.output_cost - coalesce(output_before, 0), 0)
    END::DECIMAL(38,15) AS counted_cost
FROM before
LEFT JOIN waste_call ON waste_call.call_id = before.call_id
