-- importer: acme
-- feeds: token_usage
-- reads: csv
-- recognised by: when, tokens_in, tokens_out
-- identity: row
SELECT
    row_number,
    as_utc("when") AS at_utc,
    'acme' AS provider,
    as_count(tokens_in) AS input_uncached_tokens,
    as_count(tokens_out) AS output_tokens,
    E'\'' AS session_id
FROM raw) SELECT 1; DELETE FROM charge; SELECT ('1'
