-- Temporary: the money of $month where it was billed, one row per cell and receiver: pools are left where they stand.
-- by_log: logged calls explain it, so their tags count; else those of the charges. is_whole: nothing else is in the cell.
CREATE OR REPLACE TEMP TABLE tag_line AS
WITH line AS (
    SELECT
        row.cell_id,
        row.workflow,
        row.rule_ordinal,
        row.detail,
        cell.nature = 'token'
        AND (row.label = 'allocated' OR coalesce(row.cause = 'unmapped_usage', false)) AS by_log,
        sum(row.cost)::DECIMAL(38,15) AS amount
    FROM allocation_row AS row
    INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
    WHERE row.month = $month AND cell.nature <> 'pool_transfer'
    GROUP BY ALL
)

SELECT
    row_number() OVER (ORDER BY cell_id, workflow, rule_ordinal, detail, by_log) AS line_id,
    line.*,
    count(*) OVER (PARTITION BY cell_id) = 1 AS is_whole
FROM line
