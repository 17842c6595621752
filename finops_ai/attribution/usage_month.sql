-- One row per provider, model, workflow and outcome kind of $month: table usage_month. A call of several
-- outcomes counts where its share is largest. A call without any token costs nothing and still counts as a call.
INSERT INTO usage_month
WITH counted AS (
    SELECT
        *,
        CASE WHEN model_id IS NULL THEN model_name END AS logged_name,
        input_uncached_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens
        + cache_write_tokens + input_audio_tokens + output_tokens + output_audio_tokens AS tokens
    FROM usage_row
    LEFT JOIN party_name USING (party_id)
)

SELECT
    $month,
    provider,
    model_id,
    logged_name,
    workflow,
    registered_workflow.team,
    outcome_kind,
    sum(calls)::BIGINT,
    sum(tokens)::BIGINT,
    CASE
        WHEN bool_and(list_cost IS NOT NULL OR tokens + web_search_calls = 0)
            THEN coalesce(sum(list_cost), 0)
    END::DECIMAL(38,15),
    max(list_currency)
FROM counted
LEFT JOIN registered_workflow ON registered_workflow.name = counted.workflow
GROUP BY provider, model_id, logged_name, workflow, team, outcome_kind
ORDER BY provider, model_id, logged_name, workflow, outcome_kind
