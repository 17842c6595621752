-- importer: deepseek_usage
-- title: DeepSeek, amount-*.csv of the usage export
-- tested on: documentation
-- feeds: token_usage
-- reads: csv
-- recognised by: start_time_iso | utc_date, model, api_key_name, type, price, amount
-- optional: end_time_iso, user_id, api_key
-- identity: row
-- on repeat: latest
-- ordered: yes
-- quirks: The export is a ZIP with cost-*.csv and amount-*.csv: give the ZIP, both are read.
-- quirks: One row is one kind of token, or the requests, of a day, model and key: the rows of a day add up, each has one column filled.
-- quirks: Of the API key only the name is kept. Two keys of one name are told apart by a fingerprint of what the file prints of them.
-- quirks: Days begin at midnight of the zone of who exported (+08:00): at_utc is that instant.
-- quirks: A kind of use that is not known yet is kept without tokens, with a note in quality and its amount among the tags.
WITH kinds AS (
    SELECT
        *,
        deepseek_kind(type) AS kind,
        concat_ws(
            '|', CAST(deepseek_utc(start_time_iso) AS VARCHAR), coalesce(user_id, ''), coalesce(model, ''),
            coalesce(api_key_name, ''), left(md5(coalesce(api_key, '')), 8), type, coalesce(price, '')
        ) AS dimensions,
        -- By the text itself: a bad value in another record must not change this one's number.
        row_number() OVER (
            PARTITION BY file_number, start_time_iso, user_id, model, api_key_name, api_key, type, price
            ORDER BY record_number
        ) AS occurrence
    FROM raw
)

SELECT
    row_number,
    numbered_key(dimensions, occurrence) AS source_key,
    deepseek_utc(start_time_iso) AS at_utc,
    'deepseek' AS provider,
    model AS model_name,
    'bucket' AS grain,
    CASE kind WHEN 'requests' THEN as_count(amount) ELSE 0 END AS calls,
    CASE kind WHEN 'input_uncached' THEN as_count(amount) ELSE 0 END AS input_uncached_tokens,
    CASE kind WHEN 'cache_read' THEN as_count(amount) ELSE 0 END AS cache_read_tokens,
    CASE kind WHEN 'output' THEN as_count(amount) ELSE 0 END AS output_tokens,
    CASE kind WHEN 'unknown' THEN 'unknown kind of use' END AS quality,
    user_id,
    api_key_name AS api_key_id,
    filled_members(
        CASE
            WHEN kind = 'unknown' THEN json_object('type', type, 'amount', amount, 'unit_price', price)
            ELSE json_object('unit_price', price)
        END
    ) AS tags
FROM kinds
ORDER BY file_number, record_number
