-- Which priced usage of $month costs what under which contract: columns of priced_usage.
UPDATE priced_usage
SET
    contract_cost = c.contract_cost,
    contract_name = c.contract_name,
    contract_currency = c.contract_currency
FROM contract_usage AS c
WHERE priced_usage.month = $month
    AND c.month = $month
    AND c.file_id = priced_usage.file_id
    AND c.row_number = priced_usage.row_number
