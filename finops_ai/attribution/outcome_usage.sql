-- What each outcome used of $month's calls: table outcome_usage. A shared call counts by its share.
INSERT INTO outcome_usage
WITH used AS (
    SELECT
        party_id,
        workflow,
        sum(calls)::BIGINT AS calls,
        sum(
            input_uncached_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens
            + cache_write_tokens + input_audio_tokens + output_tokens + output_audio_tokens
        )::BIGINT AS tokens
    FROM usage_row
    WHERE party_id > 0
    GROUP BY party_id, workflow
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
    used.workflow,
    outcome_ref.link,
    sum(used.calls * shared.share)::DECIMAL(38,15),
    sum(used.tokens * shared.share)::DECIMAL(38,15)
FROM used
INNER JOIN shared ON shared.party_id = used.party_id
INNER JOIN outcome_ref ON outcome_ref.outcome_ref_id = shared.outcome_ref_id
GROUP BY outcome_ref.outcome_kind, outcome_ref.outcome_id, used.workflow, outcome_ref.link
ORDER BY outcome_ref.outcome_kind, outcome_ref.outcome_id, used.workflow, outcome_ref.link
