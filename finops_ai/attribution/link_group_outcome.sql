-- Temporary: one row per group and outcome, in the order in which they were resolved (place). At most the 1,000
-- outcomes that were resolved first share a call.
CREATE OR REPLACE TEMP TABLE link_group_outcome AS
WITH spanned AS (
    SELECT span_id, step_id, value_id, unnest(range(first_seq, least(last_seq, first_seq + 999) + 1)) AS seq
    FROM link_span
),

shared AS (
    SELECT
        link_group.group_id,
        o.kind,
        o.outcome_id,
        min(o.resolved_at_utc) AS resolved_at_utc,
        min(spanned.step_id) AS step_id
    FROM link_group
    INNER JOIN spanned ON spanned.span_id = link_group.span_id
    INNER JOIN link_outcome AS o ON o.value_id = spanned.value_id AND o.seq = spanned.seq
    GROUP BY link_group.group_id, o.kind, o.outcome_id
)

SELECT
    shared.*,
    link_step.link,
    link_step.method,
    link_step.half_life_hours,
    row_number() OVER (PARTITION BY group_id ORDER BY resolved_at_utc, shared.kind, outcome_id) AS place,
    count(*) OVER (PARTITION BY group_id) AS outcomes
FROM shared
INNER JOIN link_step USING (step_id)
