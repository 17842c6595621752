-- One row per way by which money came into the explained figure (temporary explained): kind, rule, pool or cause, and
-- label. groups: of charges, lines: pieces of them. cost adds up to the figure.
SELECT
    kind,
    label,
    rule_ordinal,
    pool,
    cause,
    count(DISTINCT cell_id) AS groups,
    count(*) AS lines,
    sum(cost)::DECIMAL(38,15) AS cost
FROM explained
GROUP BY kind, label, rule_ordinal, pool, cause
ORDER BY kind, cost DESC, label, rule_ordinal, pool, cause
