-- One row per attributed month and workflow: the calls in its logs.
SELECT month, workflow, max(calls)::BIGINT AS calls
FROM workflow_month
WHERE workflow IS NOT NULL
GROUP BY month, workflow
ORDER BY month, workflow
