-- One row per charge of the groups $bill_ids, at most $limit: file, record, money as billed in currency, quantity.
SELECT
    'charge' AS side,
    f.path,
    r.row_number AS record,
    c.charge_period_start_utc::VARCHAR AS at,
    c.provider,
    coalesce(c.model_id, c.model_name, c.charge_description) AS model,
    c.token_kind,
    c.consumed_quantity,
    c.billed_cost,
    c.billing_currency,
    'billed' AS label
FROM reconcile_charge AS r
INNER JOIN charge AS c ON c.file_id = r.file_id AND c.row_number = r.row_number
INNER JOIN imported_file AS f ON f.file_id = c.file_id
SEMI JOIN (SELECT unnest($bill_ids::BIGINT[]) AS bill_id) AS wanted ON wanted.bill_id = r.bill_id
ORDER BY f.path, r.row_number
LIMIT $limit
