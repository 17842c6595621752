-- One row per kind (vendor, key, project, model), provider, name and currency of the estimate that any log names: calls,
-- estimated (at contract rate, else list price; NULL where no call has any), unpriced_calls that are not in it, and the
-- same of open calls, which belong to no workflow; where the others go, and between which days.
WITH used AS (
    SELECT
        u.provider,
        a.workflow,
        coalesce(CASE WHEN p.contract_cost IS NULL THEN p.currency ELSE p.contract_currency END, $currency) AS currency,
        u.calls,
        coalesce(p.contract_cost, p.list_cost) AS cost,
        u.at_utc::DATE AS day,
        u.api_key_id,
        u.project_id,
        u.model_id,
        u.model_name
    FROM usage_attributed AS a
    INNER JOIN token_usage AS u USING (file_id, row_number)
    LEFT JOIN priced_usage AS p ON p.month = a.month AND p.file_id = a.file_id AND p.row_number = a.row_number
),

summed AS (
    SELECT
        provider,
        workflow,
        currency,
        api_key_id,
        project_id,
        model_id,
        CASE WHEN model_id IS NULL THEN model_name END AS model_name,
        sum(calls)::BIGINT AS calls,
        sum(cost)::DECIMAL(38,15) AS cost,
        coalesce(sum(calls) FILTER (WHERE cost IS NULL), 0)::BIGINT AS unpriced_calls,
        min(day) AS first_day,
        max(day) AS last_day
    FROM used
    GROUP BY ALL
),

named AS (
    SELECT
        *,
        unnest([
            {'kind': 'vendor', 'name': provider, 'field_name': 'provider'},
            {'kind': 'key', 'name': api_key_id, 'field_name': 'api_key_id'},
            {'kind': 'project', 'name': project_id, 'field_name': 'project_id'},
            {
                'kind': 'model',
                'name': coalesce(model_id, model_name),
                'field_name': CASE WHEN model_id IS NULL THEN 'model_name' ELSE 'model_id' END
            }
        ]) AS item
    FROM summed
)

SELECT
    item.kind AS kind,
    provider,
    item.name AS name,
    currency,
    min(item.field_name) AS field_name,
    sum(calls)::BIGINT AS calls,
    sum(cost)::DECIMAL(38,15) AS estimated,
    sum(unpriced_calls)::BIGINT AS unpriced_calls,
    coalesce(sum(calls) FILTER (WHERE workflow IS NULL), 0)::BIGINT AS open_calls,
    (sum(cost) FILTER (WHERE workflow IS NULL))::DECIMAL(38,15) AS open_estimated,
    list_sort(list_distinct(list(workflow) FILTER (WHERE workflow IS NOT NULL))) AS goes_to,
    min(first_day) AS first_day,
    max(last_day) AS last_day
FROM named
WHERE item.name IS NOT NULL
GROUP BY item.kind, provider, item.name, currency
ORDER BY ALL
