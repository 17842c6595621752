-- One row per provider, model, workflow and outcome kind of $month: table usage_month. A call of several
-- outcomes counts where its share is largest. A call without any token costs nothing and still counts as a call.
INSERT INTO usage_month
WITH counted AS (
    SELECT
        usage_part.source_id,
        usage_part.receiver_id,
        party_name.outcome_kind,
        sum(usage_part.calls) AS calls,
        sum(usage_part.tokens) AS tokens,
        bool_and(usage_part.is_priced) AS is_priced,
        sum(usage_part.list_cost) AS list_cost,
        max(usage_part.list_currency) AS list_currency
    FROM usage_part
    LEFT JOIN party_name ON party_name.party_id = usage_part.party_id
    GROUP BY usage_part.source_id, usage_part.receiver_id, party_name.outcome_kind
),

named AS (
    SELECT
        counted.*,
        source.provider,
        source.model_id,
        CASE WHEN source.model_id IS NULL THEN source.match_model[2:] END AS logged_name,
        receiver.workflow
    FROM counted
    INNER JOIN usage_source AS source ON source.source_id = counted.source_id
    INNER JOIN receiver ON receiver.receiver_id = counted.receiver_id
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
    CASE WHEN bool_and(is_priced) THEN coalesce(sum(list_cost), 0) END::DECIMAL(38,15),
    max(list_currency)
FROM named
LEFT JOIN registered_workflow ON registered_workflow.name = named.workflow
GROUP BY provider, model_id, logged_name, workflow, team, outcome_kind
ORDER BY provider, model_id, logged_name, workflow, outcome_kind
