-- Temporary: one row per scope and logged call that could stand in it: its part of the money that the scope's logs
-- explain for its workflow, in proportion to its cost at contract rate or list price (to its tokens where any
-- call of the workflow has no price). A call of several outcome kinds has a row for each with its share, and
-- a call whose log names no project may be of any. Only scopes that a pair has money in: of a large month few.
CREATE OR REPLACE TEMP TABLE scope_call AS
WITH shared_scope AS (
    SELECT *
    FROM scope
    SEMI JOIN pair_scope ON pair_scope.scope_id = scope.scope_id
),

told AS (
    SELECT DISTINCT usage_group.* EXCLUDE (cell_id)
    FROM usage_group
    SEMI JOIN shared_scope ON shared_scope.group_id = usage_group.group_id
),

called AS (
    SELECT
        told.group_id,
        a.workflow,
        u.file_id,
        u.row_number,
        coalesce('s' || u.session_id, 'o' || a.outcome_kind || chr(31) || a.outcome_id) AS unit_name,
        coalesce(a.contract_cost, a.list_cost) AS price,
        u.input_uncached_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens
        + u.cache_write_tokens + u.input_audio_tokens + u.output_tokens + u.output_audio_tokens AS tokens
    FROM usage_attributed AS a
    INNER JOIN token_usage AS u ON u.file_id = a.file_id AND u.row_number = a.row_number
    INNER JOIN told
        ON told.provider = u.provider
        AND (told.model IS NULL OR told.model = coalesce(u.model_id, '?' || u.model_name))
        AND (told.project_id IS NULL OR u.project_id IS NULL OR told.project_id = u.project_id)
    WHERE a.month = $month AND u.status <> 'cache_hit'
),

weighed AS (
    SELECT
        * EXCLUDE (price, tokens),
        CASE
            WHEN count(*) OVER workflow_calls = count(price) OVER workflow_calls THEN price
            ELSE tokens
        END::DECIMAL(38,15) AS weight
    FROM called
    WINDOW workflow_calls AS (PARTITION BY group_id, workflow)
),

made_for AS (
    SELECT file_id, row_number, outcome_kind, sum(share)::DOUBLE AS share
    FROM outcome_call
    WHERE month = $month
    GROUP BY file_id, row_number, outcome_kind
),

logged AS (
    SELECT group_id, workflow, sum(logged)::DECIMAL(38,15) AS logged
    FROM group_money
    GROUP BY group_id, workflow
),

costed AS (
    SELECT
        weighed.*,
        weight::DOUBLE * logged.logged::DOUBLE
        / nullif(sum(weight) OVER (PARTITION BY weighed.group_id, weighed.workflow), 0)::DOUBLE AS cost
    FROM weighed
    INNER JOIN logged
        ON logged.group_id = weighed.group_id AND logged.workflow IS NOT DISTINCT FROM weighed.workflow
)

SELECT
    scope.scope_id,
    costed.workflow,
    made_for.outcome_kind,
    costed.file_id,
    costed.row_number,
    costed.unit_name,
    (costed.cost * coalesce(made_for.share, 1))::DECIMAL(38,15) AS cost
FROM costed
LEFT JOIN made_for ON made_for.file_id = costed.file_id AND made_for.row_number = costed.row_number
INNER JOIN shared_scope AS scope
    ON scope.group_id = costed.group_id AND (scope.owner IS NULL OR scope.owner = costed.workflow)
WHERE costed.cost > 0
