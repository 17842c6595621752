-- importer: acme
-- feeds: token_usage
-- reads: csv
-- recognised by: when, tokens_in, tokens_out
-- identity: row
DELETE FROM charge RETURNING 1 AS row_number
