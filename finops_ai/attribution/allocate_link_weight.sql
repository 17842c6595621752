-- split: each call that several outcomes share (as 1) over its outcomes, by the method that finops.yaml states. The
-- earliest outcome takes the last digit. Powers of time_decay are weights of shares, cut to 12 decimals.
CREATE OR REPLACE TEMP TABLE split AS
WITH own_tokens AS (
    SELECT outcome_kind, outcome_id, sum(tokens)::HUGEINT AS tokens
    FROM link_own_tokens
    GROUP BY outcome_kind, outcome_id
),

placed AS (
    SELECT
        party.party_id,
        o.*,
        coalesce(own_tokens.tokens, 0) AS tokens,
        epoch(o.resolved_at_utc) - epoch(min(o.resolved_at_utc) OVER (PARTITION BY o.group_id)) AS later_s
    FROM link_group_outcome AS o
    INNER JOIN party ON party.group_id = o.group_id
    LEFT JOIN own_tokens ON own_tokens.outcome_kind = o.kind AND own_tokens.outcome_id = o.outcome_id
    WHERE o.outcomes > 1
)

SELECT
    party_id AS group_id,
    0 AS subgroup_id,
    place AS member_id,
    CASE method
        WHEN 'first' THEN CASE WHEN place = 1 THEN 1 ELSE 0 END
        WHEN 'last' THEN CASE WHEN place = outcomes THEN 1 ELSE 0 END
        WHEN 'position' THEN CASE
            WHEN place IN (1, outcomes) THEN greatest(2 * (outcomes - 2), 1)
            ELSE 1
        END
        WHEN 'time_decay' THEN round(pow(2, -later_s / (half_life_hours * 3600)) * 1000000000000)
        WHEN 'token_weighted' THEN tokens
        ELSE 1
    END::HUGEINT AS weight,
    1::DECIMAL(38,15) AS amount
FROM placed
