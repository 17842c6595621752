-- One row per kind (vendor, project, model, service, seats), provider, name and currency that any bill names: what was
-- billed, open_cost that found neither workflow nor pool (tax, credits and refunds are never open), where the rest
-- goes, and between which days. Kinds overlap: the same money stands under its vendor, its project and its model.
WITH placed AS (
    SELECT
        row.month,
        row.cell_id,
        coalesce(
            sum(row.cost) FILTER (WHERE row.kind = 'gap' AND row.cause NOT IN ('tax', 'credit', 'refund')), 0
        )::DECIMAL(38,15) AS open_cost,
        bool_or(row.kind = 'gap' AND row.cause NOT IN ('tax', 'credit', 'refund')) AS is_open,
        list_distinct(list(coalesce(row.workflow, 'pool ' || row.pool)) FILTER (WHERE row.kind <> 'gap')) AS goes_to
    FROM allocation_row AS row
    INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
    WHERE cell.nature <> 'pool_transfer'
    GROUP BY row.month, row.cell_id
),

seen AS (
    SELECT
        charge_cell.month,
        charge_cell.cell_id,
        min(c.charge_period_start_utc)::DATE AS first_day,
        max(c.charge_period_end_utc - INTERVAL 1 MICROSECOND)::DATE AS last_day,
        bool_or(c.source = 'card_statement') AS by_card
    FROM charge_cell
    INNER JOIN charge AS c ON c.charge_id = charge_cell.charge_id
    GROUP BY charge_cell.month, charge_cell.cell_id
),

named AS (
    SELECT
        cell.*,
        placed.open_cost,
        placed.is_open,
        placed.goes_to,
        seen.first_day,
        seen.last_day,
        seen.by_card,
        unnest([
            {'kind': 'vendor', 'name': cell.provider, 'field_name': 'provider'},
            {'kind': 'project', 'name': cell.sub_account_id, 'field_name': 'sub_account_id'},
            {
                'kind': 'model',
                'name': CASE WHEN nature = 'token' THEN coalesce(model_id, cell.model_name) END,
                'field_name': CASE WHEN model_id IS NULL THEN 'model_name' ELSE 'model_id' END
            },
            {
                'kind': CASE WHEN charge_category = 'Purchase' THEN 'seats' ELSE 'service' END,
                'name': CASE
                    -- What a card statement prints is the vendor.
                    WHEN nature <> 'token' AND charge_category IN ('Usage', 'Purchase') AND NOT seen.by_card
                        THEN cell.service_name
                END,
                'field_name': 'service_name'
            }
        ]) AS item
    FROM cell
    INNER JOIN placed ON placed.month = cell.month AND placed.cell_id = cell.cell_id
    INNER JOIN seen ON seen.month = cell.month AND seen.cell_id = cell.cell_id
)

SELECT
    item.kind AS kind,
    provider,
    item.name AS name,
    billing_currency AS currency,
    min(item.field_name) AS field_name,
    sum(billed_cost)::DECIMAL(38,15) AS billed,
    sum(open_cost)::DECIMAL(38,15) AS open_cost,
    bool_or(coalesce(is_open, false)) AS is_open,
    list_sort(list_distinct(flatten(list(goes_to)))) AS goes_to,
    min(first_day) AS first_day,
    max(last_day) AS last_day,
    bool_or(by_card) AS by_card
FROM named
WHERE item.name IS NOT NULL
GROUP BY item.kind, provider, item.name, billing_currency
ORDER BY ALL
