-- One stored forecast; money stands in its points and, with all else, in the JSON payload.
INSERT INTO forecast_run (
    run_id, made_for_month, months, run_rate_basis, billing_currency,
    inputs_hash, created_batch, made_at_utc, payload
)
VALUES (
    $run_id, $made_for_month, $months, $run_rate_basis, $billing_currency,
    $inputs_hash, $created_batch, $made_at_utc, $payload
)
