-- One row per month up to $last_month that attribution has worked on.
SELECT month FROM workflow_month WHERE month <= $last_month
UNION
SELECT month FROM gap WHERE month <= $last_month
ORDER BY month
