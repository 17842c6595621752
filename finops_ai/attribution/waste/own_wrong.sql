-- The first claim of $detector that breaks the contract of claims, and how; no row where all keep it.
WITH judged AS (
    SELECT
        claim.call_id,
        CASE
            WHEN waste_call.call_id IS NULL THEN 'is no call of waste_call'
            WHEN count(*) OVER (PARTITION BY claim.call_id) > 1 THEN 'is claimed twice'
            WHEN claim.subject_kind = '' THEN 'is claimed without a subject_kind'
            WHEN claim.confidence NOT IN ('high', 'medium', 'low')
                THEN 'is claimed with a confidence other than high, medium and low'
            WHEN least(claim.input_cost, claim.cache_read_cost, claim.cache_write_cost, claim.output_cost) < 0
                THEN 'is claimed for less than nothing'
            WHEN claim.input_cost > waste_call.input_cost
                OR claim.cache_read_cost > waste_call.cache_read_cost
                OR claim.cache_write_cost > waste_call.cache_write_cost
                OR claim.output_cost > waste_call.output_cost
                THEN 'is claimed for more than it cost'
        END AS reason
    FROM waste_claim AS claim
    LEFT JOIN waste_call ON waste_call.call_id = claim.call_id
    WHERE claim.detector = $detector
)

SELECT call_id, reason
FROM judged
WHERE reason IS NOT NULL
ORDER BY call_id
LIMIT 1
