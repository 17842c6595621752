-- importer: claude_code_analytics
-- title: Anthropic, answers of GET /v1/organizations/usage_report/claude_code
-- tested on: synthetic files that others published
-- feeds: token_usage
-- reads: json
-- recognised by: date, actor, core_metrics, model_breakdown
-- optional: model, tokens, estimated_cost, organization_id, customer_type, subscription_type, terminal_type
-- identity: row
-- on repeat: latest
-- json: actor, tokens, estimated_cost
-- records: data[].model_breakdown[] | model_breakdown[]
-- quirks: A row is a day of one person (or API key), terminal and model. The report does not count calls: calls is 0 there, never a guess.
-- quirks: estimated_cost is in whole cents and an estimate: it stands in logged_cost and is never a charge. Of people with a subscription nothing is billed by use.
-- quirks: The same calls stand in Claude Code's own session files and in the usage report: import one of them for these people.
-- quirks: Cache writes have no lifetime here. Calls through Bedrock and Vertex are not in the report.
-- quirks: A person who used no model on a day has no row.
WITH parts AS (
    SELECT
        *,
        coalesce(actor ->> '$.email_address', actor ->> '$.api_key_name') AS who,
        json_extract_string(tokens, ['$.input', '$.output', '$.cache_read', '$.cache_creation']) AS t
    FROM raw
)

SELECT
    row_number,
    CASE WHEN model IS NULL AND tokens IS NULL THEN 'no model was used' END AS ignored_because,
    concat_ws(
        '|', CAST(as_utc(date) AS VARCHAR), coalesce(organization_id, ''), coalesce(who, ''),
        coalesce(customer_type, ''), coalesce(subscription_type, ''), coalesce(terminal_type, ''), coalesce(model, '')
    ) AS source_key,
    as_utc(date) AS at_utc,
    'anthropic' AS provider,
    model AS model_name,
    'bucket' AS grain,
    0 AS calls,
    count_or_0(t[1]) AS input_uncached_tokens,
    count_or_0(t[3]) AS cache_read_tokens,
    count_or_0(t[4]) AS cache_write_tokens,
    count_or_0(t[2]) AS output_tokens,
    'no call count' AS quality,
    actor ->> '$.email_address' AS user_id,
    actor ->> '$.api_key_name' AS api_key_id,
    filled_members(
        json_object(
            'customer_type', customer_type, 'subscription_type', subscription_type, 'terminal_type', terminal_type
        )
    ) AS tags,
    CASE WHEN coalesce(estimated_cost ->> '$.currency', 'USD') = 'USD' THEN as_cents(estimated_cost ->> '$.amount') END
        AS logged_cost
FROM parts
