-- Temporary: row_signature with the workflow of its calls: that of the first matching rule, else the registered
-- workflow that the log itself names (rule_ordinal NULL). receiver_id numbers who may receive money by the order of the
-- names, so that ties in a split are settled by name; source_id numbers what a bill may tell apart but for day and kind.
CREATE OR REPLACE TEMP TABLE usage_signature AS
WITH mapped AS (
    SELECT
        row_signature.* REPLACE (coalesce(model_id, '?' || model_name) AS model_name),
        coalesce(rule_workflow.workflow, registered_workflow.name) AS workflow
    FROM row_signature
    LEFT JOIN rule_workflow ON rule_workflow.rule_ordinal = row_signature.rule_ordinal
    LEFT JOIN registered_workflow ON registered_workflow.name = row_signature.workflow_hint
),

detailed AS (
    SELECT
        *,
        CASE
            WHEN workflow IS NULL
                THEN coalesce(nullif(concat_ws(' / ', api_key_id, project_id), ''), 'no key or project')
        END AS detail
    FROM mapped
)

SELECT
    signature_id,
    rule_ordinal,
    pool_ordinal,
    workflow,
    detail,
    provider,
    project_id,
    model_id,
    model_name AS match_model,
    service_tier,
    is_sent,
    (dense_rank() OVER (ORDER BY workflow, rule_ordinal, detail))::INTEGER AS receiver_id,
    (dense_rank() OVER (ORDER BY provider, project_id, match_model, model_id, service_tier, is_sent))::INTEGER
        AS source_id
FROM detailed
