-- A small company's October 2026, filled by hand so that every figure can be checked by hand.
-- The views of attribution are replaced by tables of the same columns: this room reads, it does not attribute.
DROP VIEW IF EXISTS allocation;
DROP VIEW IF EXISTS workflow_month;
DROP VIEW IF EXISTS gap;
DROP VIEW IF EXISTS usage_cost;
DROP VIEW IF EXISTS outcome_cost;

CREATE TABLE allocation (
    month DATE, label VARCHAR, provider VARCHAR, billing_currency VARCHAR, kind VARCHAR, workflow VARCHAR,
    pool VARCHAR, cause VARCHAR, cost DECIMAL(38,15)
);
CREATE TABLE workflow_month (
    month DATE, workflow VARCHAR, team VARCHAR, billing_currency VARCHAR, direct_cost DECIMAL(38,15),
    shared_cost DECIMAL(38,15), total_cost DECIMAL(38,15), calls BIGINT, tokens BIGINT, label VARCHAR
);
CREATE TABLE gap (
    month DATE, cause VARCHAR, provider VARCHAR, detail VARCHAR, billing_currency VARCHAR, cost DECIMAL(38,15),
    estimated_cost DECIMAL(38,15), charge_rows BIGINT, label VARCHAR
);
CREATE TABLE usage_cost (
    month DATE, usage_id UHUGEINT, workflow VARCHAR, provider VARCHAR, model_id VARCHAR,
    list_cost DECIMAL(38,15), pricing_status VARCHAR, label VARCHAR,
    contract_cost DECIMAL(38, 15)
);
CREATE TABLE outcome_cost (
    month DATE, kind VARCHAR, workflow VARCHAR, billing_currency VARCHAR, attempts BIGINT, successes BIGINT,
    linked_cost DECIMAL(38,15), unlinked_cost DECIMAL(38,15), shared_cost DECIMAL(38,15), gap_cost DECIMAL(38,15),
    attributed_cost_per_success DECIMAL(38,15), loaded_cost_per_success DECIMAL(38,15),
    ceiling_cost_per_success DECIMAL(38,15)
);

INSERT INTO month_input VALUES ('2026-09-01', 3), ('2026-10-01', 5), ('2026-11-01', 9);

INSERT INTO imported_file (
    file_id, sha256, path, importer, feeds, bytes, rows_read, rows_added, rows_repeated, rows_replaced,
    rows_rejected, rows_ignored, rows_rounded, rounded_total, imported_at_utc
) VALUES
    (1, repeat('1a', 32), '/in/bill.csv', 'focus', 'charge', 900, 23, 22, 0, 0, 0, 1, 2, '0.0000000000000004',
        '2026-11-03'),
    (2, repeat('2b', 32), '/in/logs|<b>.jsonl', 'litellm', 'token_usage', 500, 6, 3, 1, 0, 2, 0, 0, 0, '2026-11-03'),
    (3, repeat('3c', 32), '/in/outcomes.csv', 'outcomes', 'outcome', 200, 3, 3, 0, 0, 0, 0, 0, 0, '2026-11-03'),
    (4, repeat('4d', 32), '/in/broken.csv', 'focus', 'charge', 80, 1, 0, 0, 0, 1, 0, 0, 0, '2026-11-03'),
    (5, repeat('5e', 32), '/in/november.jsonl', 'litellm', 'token_usage', 80, 1, 1, 0, 0, 0, 0, 0, 0, '2026-12-03');
INSERT INTO reject VALUES
    (2, 4, 4, 'at_utc', '"soon" is no instant', '{"prompt": "secret"}'),
    (2, 5, 5, 'output_tokens', 'negative: -3', '{"output_tokens": -3}'),
    (4, 1, 2, NULL, 'column BilledCost: "=1+1" is not a plain number', 'x');

-- October: 600.104 + 300.204 + 150.005 + 49.995555 + 200 - 100 + 60.033 = 1260.341555 USD, and 10 EUR.
INSERT INTO charge (
    file_id, row_number, source, provider, model_name, model_id, billed_cost, billing_account_id, billing_currency,
    billing_period_start_utc, billing_period_end_utc, charge_period_start_utc, charge_period_end_utc, charge_category
) VALUES
    (1, 1, 'focus', 'openai', 'gpt-5', 'gpt-5', '600.104', 'a', 'USD', '2026-10-01', '2026-11-01', '2026-10-01', '2026-11-01', 'Usage'),
    (1, 2, 'focus', 'openai', 'gpt-5', 'gpt-5', '300.204', 'a', 'USD', '2026-10-01', '2026-11-01', '2026-10-01', '2026-11-01', 'Usage'),
    (1, 3, 'focus', 'anthropic', 'claude-x', 'claude-x', '150.005', 'b', 'USD', '2026-10-01', '2026-11-01', '2026-10-01', '2026-10-30', 'Usage'),
    (1, 4, 'focus', 'anthropic', 'claude-x', 'claude-x', '49.995555', 'b', 'USD', '2026-10-01', '2026-11-01', '2026-10-01', '2026-10-30', 'Usage'),
    (1, 5, 'focus', 'aws', NULL, NULL, '200', 'c', 'USD', '2026-10-01', '2026-11-01', '2026-10-01', '2026-11-01', 'Purchase'),
    (1, 6, 'focus', 'openai', NULL, NULL, '-100', 'a', 'USD', '2026-10-01', '2026-11-01', '2026-10-01', '2026-11-01', 'Credit'),
    (1, 7, 'focus', 'openai', NULL, NULL, '60.033', 'a', 'USD', '2026-10-01', '2026-11-01', '2026-10-01', '2026-11-01', 'Tax'),
    (1, 8, 'focus', 'azure', NULL, NULL, '10', 'd', 'EUR', '2026-10-01', '2026-11-01', '2026-10-01', '2026-11-01', 'Usage'),
    (1, 9, 'focus', 'openai', NULL, NULL, '925', 'a', 'USD', '2026-09-01', '2026-10-01', '2026-09-01', '2026-10-01', 'Usage'),
    (1, 10, 'focus', 'openai', NULL, NULL, '50', 'a', 'USD', '2026-09-01', '2026-10-01', '2026-09-01', '2026-10-01', 'Tax');
-- 2025-11 to 2026-08: 200, 260, ... 740 USD a month, two thirds support and one third claims, nothing else.
INSERT INTO charge (
    file_id, row_number, source, provider, billed_cost, billing_account_id, billing_currency,
    billing_period_start_utc, billing_period_end_utc, charge_period_start_utc, charge_period_end_utc, charge_category
)
SELECT
    1, 11 + step, 'focus', 'openai', 200 + 60 * step, 'a', 'USD',
    TIMESTAMP '2025-11-01' + to_months(step::INTEGER), TIMESTAMP '2025-12-01' + to_months(step::INTEGER),
    TIMESTAMP '2025-11-01' + to_months(step::INTEGER), TIMESTAMP '2025-12-01' + to_months(step::INTEGER), 'Usage'
FROM range(10) AS months (step);
INSERT INTO delivery
SELECT 1, 'focus', billing_account_id, billing_period_start_utc::DATE, billing_currency, count(*), sum(billed_cost), NULL
FROM charge
GROUP BY ALL;

INSERT INTO workflow_month
SELECT
    ('2025-11-01'::DATE + to_months(step::INTEGER))::DATE, workflow, NULL, 'USD', parts * (20 * step), 0, parts * (20 * step), 1, 1, 'allocated'
FROM range(10) AS months (step), (VALUES ('support_triage', 2), ('claims_intake', 1)) AS workflows (workflow, parts);
UPDATE workflow_month SET direct_cost = direct_cost + 100, total_cost = total_cost + 100;
INSERT INTO workflow_month VALUES
    ('2026-09-01', 'support_triage', NULL, 'USD', 500, 0, 500, 900, 90000, 'allocated'),
    ('2026-09-01', 'claims_intake', NULL, 'USD', 400, 0, 400, 400, 40000, 'allocated'),
    ('2026-09-01', 'old_bot', 'ops', 'USD', 25, 0, 25, 10, 1000, 'allocated'),
    ('2026-10-01', 'support_triage', 'support', 'USD', '600.104', 120, '720.104', 1000, 100000, 'allocated'),
    ('2026-10-01', 'claims_intake', 'claims', 'USD', '300.204', 80, '380.204', 500, 50000, 'allocated'),
    ('2026-10-01', 'lab', 'research', 'USD', '150.005', 0, '150.005', 20, 2000, 'allocated');
INSERT INTO allocation VALUES
    ('2026-10-01', 'billed', 'openai', 'USD', 'direct', 'support_triage', NULL, NULL, '600.104'),
    ('2026-10-01', 'billed', 'openai', 'USD', 'direct', 'claims_intake', NULL, NULL, '300.204'),
    ('2026-10-01', 'billed', 'anthropic', 'USD', 'direct', 'lab', NULL, NULL, '150.005'),
    ('2026-10-01', 'billed', 'aws', 'USD', 'pool_source', NULL, 'gpu', NULL, 200),
    ('2026-10-01', 'allocated', 'aws', 'USD', 'pool_source', NULL, 'gpu', NULL, -200),
    ('2026-10-01', 'allocated', 'aws', 'USD', 'pool_share', 'support_triage', 'gpu', NULL, 120),
    ('2026-10-01', 'allocated', 'aws', 'USD', 'pool_share', 'claims_intake', 'gpu', NULL, 80),
    ('2026-10-01', 'billed', 'anthropic', 'USD', 'gap', NULL, NULL, 'unlogged_usage', '49.995555'),
    ('2026-10-01', 'billed', 'openai', 'USD', 'gap', NULL, NULL, 'credit', -100),
    ('2026-10-01', 'billed', 'openai', 'USD', 'gap', NULL, NULL, 'tax', '60.033'),
    ('2026-10-01', 'billed', 'azure', 'EUR', 'gap', NULL, NULL, 'currency', 10);
INSERT INTO gap VALUES
    ('2026-09-01', 'tax', 'openai', 'Tax', 'USD', 50, NULL, 1, 'billed'),
    ('2026-10-01', 'unlogged_usage', 'anthropic', 'claude-x', 'USD', '49.995555', NULL, 1, 'billed'),
    ('2026-10-01', 'credit', 'openai', 'Credit', 'USD', -100, NULL, 1, 'billed'),
    ('2026-10-01', 'tax', 'openai', 'Tax', 'USD', '60.033', NULL, 1, 'billed'),
    ('2026-10-01', 'currency', 'azure', 'EUR', 'EUR', 10, NULL, 1, 'billed'),
    ('2026-10-01', 'unbilled_usage', 'anthropic', 'claude-x, 2026-10-31', 'USD', 0, '12.5', 0, 'estimated'),
    ('2026-10-01', 'rate_difference', 'openai', 'gpt-5', 'USD', 0, -30, 0, 'estimated'),
    ('2026-10-01', 'unpriced_model', 'openai', 'gpt-next', 'USD', 0, NULL, 0, 'estimated');

INSERT INTO token_usage (
    file_id, row_number, usage_id, source, source_key, at_utc, provider, model_name, model_id,
    input_uncached_tokens, output_tokens
) VALUES
    (2, 1, 1, 'litellm', 'k1', '2026-10-01 08:00', 'openai', 'gpt-5', 'gpt-5', 1000, 200),
    (2, 2, 2, 'litellm', 'k2', '2026-10-02 08:00', 'anthropic', 'claude-x', 'claude-x', 500, 100),
    (2, 3, 3, 'litellm', 'k3', '2026-10-31 23:59', 'openai', 'gpt-next', NULL, 70, 7),
    (5, 1, 4, 'litellm', 'k4', '2026-11-01 00:00', 'openai', 'gpt-next', NULL, 1, 1);
INSERT INTO usage_cost
    (month, usage_id, workflow, provider, model_id, list_cost, pricing_status, label)
VALUES
    ('2026-10-01', 1, 'support_triage', 'openai', 'gpt-5', '0.01', 'priced', 'estimated'),
    ('2026-10-01', 2, 'lab', 'anthropic', 'claude-x', '0.01', 'priced', 'estimated'),
    ('2026-10-01', 3, NULL, 'openai', NULL, NULL, 'unknown_model', 'estimated');

INSERT INTO outcome (
    file_id, row_number, source, source_key, outcome_id, kind, status, resolved_at_utc, final_after_utc, reopened_at_utc
) VALUES
    (3, 1, 'outcomes', 'o1', 'o1', 'ticket_resolved', 'success', '2026-10-05', '2026-10-12', NULL),
    (3, 2, 'outcomes', 'o2', 'o2', 'ticket_resolved', 'success', '2026-10-30', '2026-11-06 12:00', NULL),
    (3, 3, 'outcomes', 'o3', 'o3', 'ticket_resolved', 'reopened', '2026-10-20', '2026-10-27', '2026-10-21');
-- ticket_resolved: 480 / 100 = 4.8; (480 + 120.104 + 120) / 100 = 7.20104; with 10 of gaps 7.30104.
INSERT INTO outcome_cost VALUES
    ('2026-09-01', 'ticket_resolved', 'support_triage', 'USD', 100, 90, 450, 50, 0, 0, 5, '5.555555555555555', '5.555555555555555'),
    ('2026-10-01', 'ticket_resolved', 'support_triage', 'USD', 120, 100, 480, '120.104', 120, 10, '4.8', '7.20104', '7.30104'),
    ('2026-10-01', 'claim_paid', 'claims_intake', 'USD', 3, 0, 90, '210.204', 80, 0, NULL, NULL, NULL);
