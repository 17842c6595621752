-- One row per gap inside the bill of $month, unallocated pools left out: they stand in the balance by name.
SELECT cause, provider, detail, billing_currency AS currency, cost, charge_rows
FROM gap
WHERE month = $month AND label = 'billed' AND cause <> 'shared_unallocated'
ORDER BY cost DESC, cause, provider, detail, currency
