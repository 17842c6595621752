-- importer: anthropic_console_usage
-- title: Anthropic, the console's usage export
-- tested on: documentation
-- feeds: token_usage
-- reads: csv
-- recognised by: usage_date_utc, model_version, usage_input_tokens_no_cache, usage_output_tokens
-- optional: api_key, api_key_id, workspace, usage_type, context_window, usage_input_tokens_cache_write_5m, usage_input_tokens_cache_write_1h, usage_input_tokens_cache_write, usage_input_tokens_cache_read, web_search_count, inference_geo, speed
-- identity: row
-- on repeat: latest
-- ordered: yes
-- quirks: A row is a day or an hour of many calls. An unfinished day grows: import it again and the later figures count.
-- quirks: The export does not count calls: calls is 0 there, never a guess.
-- quirks: Older files lack the context window, the region and the speed, the oldest the lifetime of cache writes. Rows with equal names are counted one by one, by their order.
-- quirks: Keys and workspaces are named, not numbered. The usage report of the admin API tells the same calls: import one of the two.
WITH placed AS (
    SELECT
        *,
        concat_ws(
            '|', CAST(as_utc(usage_date_utc) AS VARCHAR), coalesce(workspace, ''), coalesce(api_key_id, api_key, ''),
            coalesce(model_version, ''), coalesce(usage_type, ''), coalesce(context_window, ''),
            coalesce(inference_geo, ''), coalesce(speed, '')
        ) AS dimensions,
        -- By the text itself: a bad value in another record must not change this one's number.
        row_number() OVER (
            PARTITION BY
                file_number, usage_date_utc, workspace, coalesce(api_key_id, api_key), model_version, usage_type,
                context_window, inference_geo, speed
            ORDER BY record_number
        ) AS occurrence
    FROM raw
)

SELECT
    row_number,
    numbered_key(dimensions, occurrence) AS source_key,
    as_utc(usage_date_utc) AS at_utc,
    'anthropic' AS provider,
    model_version AS model_name,
    anthropic_usage_tier(usage_type, speed) AS service_tier,
    anthropic_scope(inference_geo) AS endpoint_scope,
    anthropic_region(inference_geo) AS region_id,
    'bucket' AS grain,
    0 AS calls,
    as_count(usage_input_tokens_no_cache) AS input_uncached_tokens,
    count_or_0(usage_input_tokens_cache_read) AS cache_read_tokens,
    count_or_0(usage_input_tokens_cache_write_5m) AS cache_write_5m_tokens,
    count_or_0(usage_input_tokens_cache_write_1h) AS cache_write_1h_tokens,
    count_or_0(usage_input_tokens_cache_write) AS cache_write_tokens,
    as_count(usage_output_tokens) AS output_tokens,
    count_or_0(web_search_count) AS web_search_calls,
    'no call count' AS quality,
    coalesce(api_key_id, api_key) AS api_key_id,
    CASE WHEN workspace <> 'Default' THEN workspace END AS project_id,
    filled_members(json_object('context_window', context_window, 'workspace', workspace, 'api_key', api_key)) AS tags
FROM placed
ORDER BY file_number, record_number
