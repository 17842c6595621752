-- One row per workflow and month from $first to $last: the tokens of its logs.
SELECT month, workflow, sum(tokens)::BIGINT AS tokens
FROM usage_month
WHERE month >= $first AND month <= $last AND workflow IS NOT NULL
GROUP BY month, workflow
ORDER BY workflow, month
