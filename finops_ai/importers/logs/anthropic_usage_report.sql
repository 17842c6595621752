-- importer: anthropic_usage_report
-- title: Anthropic, answers of GET /v1/organizations/usage_report/messages
-- tested on: synthetic files that others published
-- feeds: token_usage
-- reads: json
-- recognised by: starting_at, ending_at, results, uncached_input_tokens, output_tokens
-- optional: cache_read_input_tokens, cache_creation, server_tool_use, model, api_key_id, workspace_id, service_tier, context_window, inference_geo, speed, account_id, service_account_id, product, requests, organization_id
-- identity: row
-- on repeat: latest
-- json: cache_creation, server_tool_use
-- records: data[].results[]
-- quirks: A row is a time bucket of many calls. Buckets of an unfinished day grow: import them again and the later figures count.
-- quirks: The report does not count calls: calls is 0 there, never a guess. The analytics report of an Enterprise organization does.
-- quirks: The four kinds of input do not overlap: uncached, read from the cache, written for 5 minutes or an hour.
-- quirks: Ask for every bucket with the same group_by and width: another grouping gives other rows of the same calls, which would count again.
-- quirks: api_key_id null is the Workbench, workspace_id null the default workspace. Blocked requests stand here and not in the cost report.
SELECT
    row_number,
    concat_ws(
        '|', CAST(as_utc(starting_at) AS VARCHAR), CAST(as_utc(ending_at) AS VARCHAR), coalesce(organization_id, ''),
        coalesce(workspace_id, ''), coalesce(account_id, ''), coalesce(service_account_id, ''),
        coalesce(api_key_id, ''), coalesce(model, ''), coalesce(service_tier, ''), coalesce(context_window, ''),
        coalesce(inference_geo, ''), coalesce(speed, ''), coalesce(product, '')
    ) AS source_key,
    as_utc(starting_at) AS at_utc,
    'anthropic' AS provider,
    model AS model_name,
    anthropic_tier(service_tier, speed) AS service_tier,
    anthropic_scope(inference_geo) AS endpoint_scope,
    anthropic_region(inference_geo) AS region_id,
    'bucket' AS grain,
    count_or_0(requests) AS calls,
    as_count(uncached_input_tokens) AS input_uncached_tokens,
    count_or_0(cache_read_input_tokens) AS cache_read_tokens,
    count_or_0(cache_creation ->> '$.ephemeral_5m_input_tokens') AS cache_write_5m_tokens,
    count_or_0(cache_creation ->> '$.ephemeral_1h_input_tokens') AS cache_write_1h_tokens,
    as_count(output_tokens) AS output_tokens,
    count_or_0(server_tool_use ->> '$.web_search_requests') AS web_search_calls,
    CASE WHEN requests IS NULL THEN 'no call count' END AS quality,
    account_id AS user_id,
    api_key_id,
    workspace_id AS project_id,
    filled_members(
        json_object('context_window', context_window, 'service_account', service_account_id, 'product', product)
    ) AS tags
FROM raw
