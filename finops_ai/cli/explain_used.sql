-- Temporary: one row per call of $month that the asked figure was divided by, or whose money it is, with its share of
-- the outcome where one is asked for. A filter that is NULL takes everything; '' as workflow: calls without one.
CREATE OR REPLACE TEMP TABLE explained_call AS
SELECT a.file_id, a.row_number, a.usage_id, a.workflow, a.provider, a.model_id, a.list_cost, a.pricing_status, o.share
FROM usage_attributed AS a
LEFT JOIN outcome_call AS o
    ON $outcome_kind IS NOT NULL
    AND o.month = $month
    AND o.file_id = a.file_id
    AND o.row_number = a.row_number
    AND o.outcome_kind = $outcome_kind
    AND ($outcome_id IS NULL OR o.outcome_id = $outcome_id)
WHERE a.month = $month
    AND ($workflow IS NULL OR coalesce(a.workflow, '') = $workflow)
    AND ($provider IS NULL OR a.provider = $provider)
    AND ($model IS NULL OR a.model_id = $model)
    AND ($outcome_kind IS NULL OR o.outcome_id IS NOT NULL)
    AND ($team IS NULL OR a.workflow IN (SELECT workflow FROM explained))
QUALIFY row_number() OVER (PARTITION BY a.file_id, a.row_number ORDER BY o.outcome_id) = 1
