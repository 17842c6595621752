-- What one person would write for the month of bench_attribute and for nothing else: each billed line to a
-- workflow and an outcome, a shared service or a named rest. $month_start and $month_end are its first days.

-- Each call with its workflow and outcome, as the company's 50 rules and 20 links say it.
CREATE OR REPLACE TABLE plain_usage AS
WITH ruled AS (
    SELECT
        *,
        json_extract_string(tags, '$.feature') AS feature,
        CASE
            WHEN regexp_full_match(feature, 'f-([0-9]|[12][0-9])') THEN 'wf-' || feature[3:]
            WHEN regexp_full_match(api_key_id, 'key-3[0-9]-.*') THEN 'wf-' || api_key_id[5:6]
            WHEN regexp_full_match(project_id, 'proj-4[0-9]') THEN 'wf-' || project_id[6:7]
            ELSE workflow_hint
        END AS workflow
    FROM token_usage
    WHERE at_utc >= $month_start AND at_utc < $month_end
)

SELECT
    u.file_id,
    u.row_number,
    u.usage_id,
    u.provider,
    u.model_id,
    u.project_id,
    u.at_utc::DATE AS day,
    u.status,
    u.workflow,
    o.kind AS outcome_kind,
    o.outcome_id,
    p.list_cost,
    p.pricing_status
FROM ruled AS u
INNER JOIN priced_usage AS p ON p.month = $month_start AND p.file_id = u.file_id AND p.row_number = u.row_number
LEFT JOIN outcome AS o
    ON o.kind = 'kind-' || u.workflow[4:]
    AND o.resolved_at_utc >= $month_start
    AND o.outcome_id = coalesce(json_extract_string(u.tags, '$.ticket'), 'T' || u.session_id[2:]);

-- What each day, model and token kind was used for, and by whom. google names no project on its bill.
CREATE OR REPLACE TEMP TABLE plain_use AS
WITH bucket AS (
    SELECT
        a.provider,
        CASE WHEN a.provider <> 'google' THEN a.project_id END AS project_id,
        a.day,
        a.model_id,
        a.workflow,
        a.outcome_kind,
        a.outcome_id,
        unnest(['input_uncached', 'cache_read', 'cache_write_5m', 'output']) AS token_kind,
        unnest([u.input_uncached_tokens, u.cache_read_tokens, u.cache_write_5m_tokens, u.output_tokens]) AS tokens,
        unnest([p.input_uncached_cost, p.cache_read_cost, p.cache_write_5m_cost, p.output_cost]) AS cost
    FROM plain_usage AS a
    INNER JOIN token_usage AS u ON u.file_id = a.file_id AND u.row_number = a.row_number
    INNER JOIN priced_usage AS p ON p.month = $month_start AND p.file_id = a.file_id AND p.row_number = a.row_number
    WHERE a.status <> 'cache_hit'
)

SELECT
    provider,
    project_id,
    day,
    model_id,
    token_kind,
    workflow,
    outcome_kind,
    outcome_id,
    sum(tokens)::HUGEINT AS tokens,
    CASE WHEN count(*) = count(cost) THEN sum(cost) END AS list_cost
FROM bucket
WHERE tokens > 0
GROUP BY ALL;

-- Billed lines of one kind, with the part of them that the calls explain, in units of 1e-15.
CREATE OR REPLACE TABLE plain_cell AS
WITH line AS (
    SELECT
        *,
        json_extract_string(tags, '$.feature') AS feature,
        charge_category NOT IN ('Credit', 'Tax') AND regexp_full_match(feature, 'f-([0-9]|[12][0-9])') AS is_direct
    FROM charge
    WHERE billing_period_start_utc >= $month_start AND billing_period_start_utc < $month_end
),

billed AS (
    SELECT
        provider,
        sub_account_id AS project_id,
        charge_period_start_utc::DATE AS day,
        model_id,
        token_kind,
        CASE
            WHEN token_kind IS NOT NULL THEN 'token'
            WHEN is_direct THEN 'wf-' || feature[3:]
            WHEN charge_category = 'Credit' THEN 'credit'
            WHEN charge_category = 'Tax' THEN 'tax'
            WHEN service_name IN ('GPU', 'Vector store', 'Support') THEN service_name
            ELSE 'unmapped_charge'
        END AS nature,
        sum(billed_cost)::DECIMAL(38,15) AS cost,
        sum(consumed_quantity)::HUGEINT AS quantity
    FROM line
    GROUP BY ALL
),

used AS (
    SELECT provider, project_id, day, model_id, token_kind, sum(tokens)::HUGEINT AS tokens
    FROM plain_use
    GROUP BY ALL
)

SELECT
    row_number() OVER () AS cell_id,
    billed.*,
    used.tokens,
    trunc(cost)::HUGEINT * 1000000000000000
        + ((cost - trunc(cost)) * 1000000000000000)::HUGEINT AS units,
    CASE
        WHEN quantity > tokens THEN units * tokens // quantity
        WHEN tokens IS NULL THEN 0
        ELSE units
    END AS explained_units
FROM billed
LEFT JOIN used
    ON used.provider = billed.provider
    AND used.project_id IS NOT DISTINCT FROM billed.project_id
    AND used.day = billed.day
    AND used.model_id = billed.model_id
    AND used.token_kind = billed.token_kind;

-- Where each cell's money goes, in units of 1e-15: shares by tokens, cut along one line so that they add up.
CREATE OR REPLACE TABLE plain_allocation AS
WITH placed AS (
    SELECT
        c.cell_id,
        u.workflow,
        u.outcome_kind,
        u.outcome_id,
        c.explained_units,
        c.tokens AS cell_tokens,
        sum(u.tokens) OVER (PARTITION BY c.cell_id ORDER BY u.workflow, u.outcome_id) AS until_tokens,
        u.tokens
    FROM plain_cell AS c
    INNER JOIN plain_use AS u
        ON u.provider = c.provider
        AND u.project_id IS NOT DISTINCT FROM c.project_id
        AND u.day = c.day
        AND u.model_id = c.model_id
        AND u.token_kind = c.token_kind
    WHERE c.nature = 'token'
)

SELECT
    cell_id,
    workflow,
    outcome_kind,
    outcome_id,
    CASE WHEN workflow IS NULL THEN 'unmapped_usage' END AS cause,
    tokens,
    explained_units * until_tokens // cell_tokens - explained_units * (until_tokens - tokens) // cell_tokens AS units
FROM placed
UNION ALL
SELECT cell_id, NULL, NULL, NULL, 'unlogged_usage', 0, units - explained_units
FROM plain_cell
WHERE nature = 'token' AND units <> explained_units
UNION ALL
SELECT
    cell_id,
    CASE WHEN starts_with(nature, 'wf-') THEN nature END,
    NULL,
    NULL,
    CASE WHEN NOT starts_with(nature, 'wf-') THEN nature END,
    0,
    units
FROM plain_cell
WHERE nature <> 'token';

-- The three shared services over workflows: GPU by tokens, vector store by direct cost, support even over 100.
INSERT INTO plain_allocation
WITH pool AS (
    SELECT nature, sum(units)::HUGEINT AS units
    FROM plain_cell
    WHERE nature IN ('GPU', 'Vector store', 'Support')
    GROUP BY nature
),

weight AS (
    SELECT 'GPU' AS nature, workflow, sum(tokens)::HUGEINT AS weight
    FROM (
        SELECT a.workflow, input_uncached_tokens + cache_read_tokens + cache_write_5m_tokens + output_tokens AS tokens
        FROM plain_usage AS a
        INNER JOIN token_usage AS u ON u.file_id = a.file_id AND u.row_number = a.row_number
    )
    WHERE workflow IS NOT NULL
    GROUP BY workflow
    UNION ALL
    SELECT 'Vector store', workflow, (sum(units) // 1000)::HUGEINT
    FROM plain_allocation
    WHERE workflow IS NOT NULL
    GROUP BY workflow
    UNION ALL
    SELECT 'Support', 'wf-' || i, 1
    FROM range(100) AS r(i)
),

placed AS (
    SELECT
        weight.workflow,
        pool.nature,
        pool.units,
        weight,
        sum(weight) OVER (PARTITION BY nature) AS total,
        sum(weight) OVER (PARTITION BY nature ORDER BY workflow) AS until
    FROM pool
    INNER JOIN weight USING (nature)
)

SELECT
    NULL,
    workflow,
    NULL,
    NULL,
    'shared ' || nature,
    0,
    (units // total * until + (units % total) * until // total)
    - (units // total * (until - weight) + (units % total) * (until - weight) // total)
FROM placed
UNION ALL
SELECT NULL, NULL, NULL, NULL, nature, 0, -units
FROM pool;

-- What each kind of outcome cost.
CREATE OR REPLACE TABLE plain_outcome AS
WITH spent AS (
    SELECT outcome_kind AS kind, sum(units)::HUGEINT AS units
    FROM plain_allocation
    WHERE outcome_kind IS NOT NULL
    GROUP BY outcome_kind
),

counted AS (
    SELECT
        kind,
        count(*) AS attempts,
        count(*) FILTER (WHERE status = 'success' AND reopened_at_utc IS NULL) AS successes
    FROM outcome
    WHERE resolved_at_utc >= $month_start AND resolved_at_utc < $month_end
    GROUP BY kind
)

SELECT counted.*, spent.units, spent.units // successes AS units_per_success
FROM counted
INNER JOIN spent USING (kind);
