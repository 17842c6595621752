-- Temporary: one row per cell of $month and tag that its charges carry (NULL: none), with what they bill.
CREATE OR REPLACE TEMP TABLE tag_charge AS
SELECT
    charge_cell.cell_id,
    coalesce(TRY(json_extract_string(c.tags, $path)), TRY(json_extract_string(c.tags, $within))) AS tag,
    sum(c.billed_cost)::DECIMAL(38,15) AS cost,
    sum(abs(c.billed_cost))::DECIMAL(38,15) AS size
FROM charge_cell
INNER JOIN charge AS c ON c.charge_id = charge_cell.charge_id
WHERE charge_cell.month = $month
    AND c.billing_period_start_utc >= $start_utc
    AND c.billing_period_start_utc < $end_utc
GROUP BY ALL
