-- What each outcome used of $month's calls: table outcome_usage. A shared call counts by its share.
INSERT INTO outcome_usage
WITH used AS (
    SELECT party_id, receiver_id, sum(calls)::BIGINT AS calls, sum(tokens)::BIGINT AS tokens
    FROM usage_part
    WHERE party_id > 0
    GROUP BY party_id, receiver_id
),

shared AS (
    SELECT party_id, outcome_ref_id, share
    FROM party_share
    UNION ALL
    SELECT party_id, outcome_ref_id, 1
    FROM party_name
    WHERE party_id = outcome_ref_id
)

SELECT
    $month,
    outcome_ref.outcome_kind,
    outcome_ref.outcome_id,
    receiver.workflow,
    outcome_ref.link,
    sum(used.calls * shared.share)::DECIMAL(38,15),
    sum(used.tokens * shared.share)::DECIMAL(38,15)
FROM used
INNER JOIN shared ON shared.party_id = used.party_id
INNER JOIN outcome_ref ON outcome_ref.outcome_ref_id = shared.outcome_ref_id
INNER JOIN receiver ON receiver.receiver_id = used.receiver_id
GROUP BY outcome_ref.outcome_kind, outcome_ref.outcome_id, receiver.workflow, outcome_ref.link
ORDER BY outcome_ref.outcome_kind, outcome_ref.outcome_id, receiver.workflow, outcome_ref.link
