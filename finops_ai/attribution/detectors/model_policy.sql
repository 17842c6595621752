-- detector: model_policy
-- title: Model not on the workflow's list
-- rank: 140
-- finds: Calls of a workflow to a model that its list in finops.yaml (workflows, models) does not name.
-- money: All that these calls cost: spent outside the policy, not necessarily saved.
-- needs: policies
-- advice: Ask the owner: move the calls to a listed model, or put the model on the list.
-- confidence: high: the list is yours.
INSERT INTO waste_claim BY NAME
WITH used AS (
    SELECT DISTINCT workflow, model, model_name
    FROM waste_call
    WHERE workflow IN (SELECT waste_policy.workflow FROM waste_policy)
),

refused AS (
    SELECT used.workflow, used.model, used.model_name
    FROM used
    INNER JOIN waste_policy USING (workflow)
    GROUP BY ALL
    HAVING NOT bool_or(
        regexp_full_match(used.model, pattern) OR coalesce(regexp_full_match(used.model_name, pattern), false)
    )
)

SELECT
    'model_policy' AS detector,
    'model' AS subject_kind,
    waste_call.model AS subject,
    call_id,
    input_cost,
    cache_read_cost,
    cache_write_cost,
    output_cost,
    'high' AS confidence
FROM waste_call
INNER JOIN refused
    ON refused.workflow = waste_call.workflow
    AND refused.model = waste_call.model
    AND refused.model_name IS NOT DISTINCT FROM waste_call.model_name
