-- One row per alert of the JSON array $alerts, as it stands in table budget_alert.
INSERT INTO budget_alert (
    budget, scope, subject, measure, period_first_day, period_last_day, basis, level, percent, on_day,
    amount, limit_amount, currency, recorded_batch, recorded_at_utc
)
SELECT
    alert ->> 'budget',
    alert ->> 'scope',
    alert ->> 'subject',
    alert ->> 'measure',
    (alert ->> 'period_first_day')::DATE,
    (alert ->> 'period_last_day')::DATE,
    alert ->> 'basis',
    alert ->> 'level',
    (alert ->> 'percent')::DECIMAL(18,9),
    (alert ->> 'on_day')::DATE,
    (alert ->> 'amount')::DECIMAL(38,15),
    (alert ->> 'limit_amount')::DECIMAL(38,15),
    alert ->> 'currency',
    $recorded_batch,
    $recorded_at_utc
FROM (SELECT unnest(from_json($alerts, '["JSON"]')) AS alert)
