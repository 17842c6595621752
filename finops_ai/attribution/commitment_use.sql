-- One row per commitment of throughput or seats that holds in $month, and currency of its charges: commitment_use.
INSERT INTO commitment_use
WITH used AS (
    SELECT pool, sum(used) AS used
    FROM commitment_user
    GROUP BY pool
),

charged AS (
    SELECT pool, billing_currency, sum(billed_cost)::DECIMAL(38,15) AS cost
    FROM cell
    WHERE month = $month AND nature = 'pool'
    GROUP BY pool, billing_currency
),

idle AS (
    SELECT row.pool, cell.billing_currency, sum(row.cost)::DECIMAL(38,15) AS cost
    FROM allocation_row AS row
    INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
    WHERE row.month = $month AND row.cause = 'idle_capacity'
    GROUP BY row.pool, cell.billing_currency
)

SELECT
    $month,
    setting.pool,
    setting.kind,
    setting.unit,
    setting.capacity,
    coalesce(used.used, 0)::DECIMAL(38,15),
    charged.billing_currency,
    charged.cost,
    CASE WHEN charged.cost IS NOT NULL THEN coalesce(idle.cost, 0) END::DECIMAL(38,15)
FROM commitment_setting AS setting
LEFT JOIN used ON used.pool = setting.pool
LEFT JOIN charged ON charged.pool = setting.pool
LEFT JOIN idle ON idle.pool = setting.pool AND idle.billing_currency = charged.billing_currency
ORDER BY setting.pool, charged.billing_currency
