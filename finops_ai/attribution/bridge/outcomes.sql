-- One row per workflow: outcomes resolved in $month, of all its kinds; attempts include failed ones. An outcome
-- kind stands once, whatever currencies its workflow is billed in.
SELECT workflow, sum(attempts)::BIGINT AS attempts, sum(successes)::BIGINT AS successes
FROM (SELECT DISTINCT kind, workflow, attempts, successes FROM outcome_month WHERE month = $month)
GROUP BY workflow
ORDER BY workflow
