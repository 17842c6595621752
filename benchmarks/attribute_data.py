"""The ledger that bench_attribute measures on: a large company's months of calls, bill and outcomes.

Made set-based in the ledger's own tables; the log is in order of time, as gateways write it. 200 workflows:
50 rules name the first by tag, key or project, the log itself names the rest, and 5 % of the calls have none.
Of 20 workflows the calls belong to outcomes, by session or by a tag. The bill follows the calls, line by line
per key, day, model and token kind, with what bills are like: a discount, lines without a log, calls without a
line, one provider that names no project, shared services, credits, taxes.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from finops_ai.config import Condition, Config, OutcomeLink, Pool, Rule, Workflow
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.prices import price_month, refresh_catalogue, resolve_models

RECORDED_AT_UTC = datetime(2026, 11, 21, 12)
WORKFLOWS, RULES, KINDS = 200, 50, 20
PROVIDERS = ("anthropic", "aws-bedrock", "google", "mistral", "openai")
"""`google` names no project on its bill."""
BY_TAG, BY_KEY = 30, 40
"""Rules below the first name a tag, below the second a key, the others a project."""

MODELS = """
CREATE TABLE bench_model AS
SELECT
    provider,
    model_id,
    (row_number() OVER (PARTITION BY provider ORDER BY model_id) - 1)::INTEGER AS number
FROM (
    SELECT provider, model_id
    FROM price_now
    WHERE service_tier = 'standard' AND list_contains($providers, provider)
        AND valid_from_utc <= $start_utc AND coalesce(valid_to_utc > $end_utc, true)
        AND coalesce(endpoint_scope, 'global')
            = CASE provider WHEN 'aws-bedrock' THEN 'regional' ELSE 'global' END
    GROUP BY ALL
    HAVING count(DISTINCT meter) FILTER (WHERE meter IN ('input_uncached', 'output', 'cache_read'))
        = CASE provider WHEN 'mistral' THEN 2 ELSE 3 END
        AND (provider <> 'anthropic' OR bool_or(meter = 'cache_write_5m'))
)
QUALIFY number < 9
"""
USAGE = """
INSERT INTO token_usage BY NAME
WITH drawn AS (
    SELECT
        i,
        (211 * pow((hash(i, $salt) % 1000000) * 0.000001, 2))::INTEGER AS w,
        (hash(i, $salt, 2) % $per_kind)::BIGINT AS session
    FROM range($calls) AS r(i)
),
placed AS (
    SELECT
        *,
        w < $kinds AS has_outcome,
        CASE WHEN has_outcome THEN hash(w::BIGINT, session::BIGINT, $salt) ELSE hash(i, $salt, 3) END AS h,
        CASE WHEN has_outcome THEN session ELSE i END % $keys AS key
    FROM drawn
),
modelled AS (
    SELECT
        *,
        $start_utc::TIMESTAMP + to_seconds(((h % $seconds) * 0.99 + i % 7200)::BIGINT) AS at_utc,
        $providers[1 + ((w * 7 + key) % 5)::INTEGER] AS provider,
        CASE WHEN i % 5 = 0 THEN (w + 3) % 4 WHEN has_outcome THEN (w + key) % 9 ELSE hash(i, 5) % 9 END
            AS number
    FROM placed
)
SELECT
    $file_id AS file_id,
    row_number() OVER (ORDER BY at_utc, i) AS row_number,
    ($file_id::UHUGEINT << 40) + i AS usage_id,
    'bench' AS source,
    'call ' || i AS source_key,
    at_utc,
    provider,
    model_id AS model_name,
    200 + (i * 7919) % 20000 AS input_uncached_tokens,
    CASE WHEN i % 3 = 0 AND provider <> 'mistral' THEN (i * 104729) % 60000 ELSE 0 END AS cache_read_tokens,
    CASE WHEN i % 7 = 0 AND provider = 'anthropic' THEN (i * 1299709) % 9000 ELSE 0 END
        AS cache_write_5m_tokens,
    1 + (i * 15485863) % 4000 AS output_tokens,
    CASE WHEN i % 100 = 7 THEN 'cache_hit' ELSE 'success' END AS status,
    CASE WHEN has_outcome AND w % 2 = 0 THEN 's-' || $file_id || '-' || w || '-' || session END AS session_id,
    'key-' || w || '-' || key AS api_key_id,
    'proj-' || CASE WHEN w >= $by_key AND w < $rules THEN w ELSE w // 5 + 100 END AS project_id,
    CASE WHEN w >= $rules AND w < $workflows THEN 'wf-' || w END AS workflow_hint,
    '{"feature": "f-' || w || '", "env": "prod"'
        || CASE
            WHEN has_outcome AND w % 2 = 1
                THEN ', "ticket": "T-' || $file_id || '-' || w || '-' || session || '"'
            ELSE ''
        END
        || '}' AS tags
FROM modelled
JOIN bench_model USING (provider, number)
ORDER BY at_utc, i
"""
OUTCOMES = """
INSERT INTO outcome BY NAME
SELECT * EXCLUDE (h)
FROM (
SELECT
    $file_id AS file_id,
    i + 1 AS row_number,
    'bench' AS source,
    'outcome ' || i AS source_key,
    'T-' || $file_id || '-' || (i % $kinds) || '-' || (i // $kinds) AS outcome_id,
    'kind-' || (i % $kinds) AS kind,
    CASE WHEN i % 7 = 3 THEN 'failure' ELSE 'success' END AS status,
    hash((i % $kinds)::BIGINT, (i // $kinds)::BIGINT, $salt) % $seconds AS h,
    $start_utc::TIMESTAMP + to_seconds((h * 0.99 + 7200)::BIGINT) AS resolved_at_utc,
    CASE WHEN i % 31 = 5 THEN resolved_at_utc + INTERVAL 1 HOUR END AS reopened_at_utc,
    's-' || $file_id || '-' || (i % $kinds) || '-' || (i // $kinds) AS session_id
FROM range($outcomes) AS r(i)
)
"""
LINES_OF_TOKENS = """
CREATE OR REPLACE TEMP TABLE bench_line AS
WITH used AS (
    SELECT
        u.provider,
        u.project_id,
        u.api_key_id,
        u.at_utc::DATE AS day,
        u.model_name,
        unnest([
            {kind: 'input_uncached', tokens: u.input_uncached_tokens, cost: p.input_uncached_cost},
            {kind: 'cache_read', tokens: u.cache_read_tokens, cost: p.cache_read_cost},
            {kind: 'cache_write_5m', tokens: u.cache_write_5m_tokens, cost: p.cache_write_5m_cost},
            {kind: 'output', tokens: u.output_tokens, cost: p.output_cost}
        ]) AS part
    FROM token_usage AS u
    INNER JOIN priced_usage AS p USING (file_id, row_number)
    WHERE u.file_id = $file_id AND u.status <> 'cache_hit' AND p.month = $month
)
SELECT
    provider,
    CASE WHEN provider <> 'google' THEN project_id END AS project_id,
    api_key_id,
    day,
    model_name,
    part.kind AS kind,
    sum(part.tokens) AS logged,
    sum(part.cost) AS cost,
    hash(api_key_id, day, model_name, part.kind) % 100 AS luck
FROM used
WHERE part.tokens > 0
GROUP BY ALL
HAVING sum(part.cost) IS NOT NULL
ORDER BY ALL
"""
CHARGES = """
INSERT INTO charge BY NAME
SELECT
    $file_id AS file_id,
    row_number() OVER () AS row_number,
    'bench' AS source,
    provider,
    model_name,
    kind AS token_kind,
    api_key_id AS resource_id,
    (
        cost * CASE WHEN luck < 5 THEN 1.2 ELSE 1 END * CASE provider WHEN 'openai' THEN 0.93 ELSE 1 END
    )::DECIMAL(38,15) AS billed_cost,
    'acme' AS billing_account_id,
    'USD' AS billing_currency,
    $start_utc::TIMESTAMP AS billing_period_start_utc,
    $end_utc::TIMESTAMP AS billing_period_end_utc,
    day::TIMESTAMP AS charge_period_start_utc,
    day::TIMESTAMP + INTERVAL 1 DAY AS charge_period_end_utc,
    'Usage' AS charge_category,
    provider AS service_provider_name,
    'Tokens' AS service_name,
    CASE WHEN luck < 5 THEN logged * 6 // 5 ELSE logged END AS consumed_quantity,
    'Tokens' AS consumed_unit,
    project_id AS sub_account_id
FROM bench_line
WHERE luck < 97
"""
OTHER_CHARGES = """
INSERT INTO charge BY NAME
SELECT
    $file_id AS file_id,
    $token_lines + i + 1 AS row_number,
    'bench' AS source,
    'aws' AS provider,
    ((i * 7919) % 100000)::DECIMAL(38,15) * 0.001 * CASE WHEN i % 50 = 9 THEN -1 ELSE 1 END AS billed_cost,
    'acme-cloud' AS billing_account_id,
    'USD' AS billing_currency,
    $start_utc::TIMESTAMP AS billing_period_start_utc,
    $end_utc::TIMESTAMP AS billing_period_end_utc,
    $start_utc::TIMESTAMP + to_days((i % 28)::INTEGER) AS charge_period_start_utc,
    charge_period_start_utc + INTERVAL 1 DAY AS charge_period_end_utc,
    CASE WHEN i % 50 = 9 THEN 'Credit' WHEN i % 50 = 8 THEN 'Tax' ELSE 'Usage' END AS charge_category,
    'Cloud' AS service_provider_name,
    ['GPU', 'Vector store', 'Support', 'Storage', 'Network'][1 + i % 5] AS service_name,
    'acct-' || i % 40 AS sub_account_id,
    'res-' || i % 5000 AS resource_id,
    CASE WHEN i % 5 = 3 THEN '{"feature": "f-' || i % 30 || '"}' END AS tags
FROM range($other_lines) AS r(i)
"""


def config(path: Path) -> Config:
    """What finops.yaml would say: 200 workflows, 50 rules, 3 pools, 20 kinds of outcomes."""
    names = [f"wf-{number}" for number in range(WORKFLOWS)]
    return Config(
        path=Path("finops.yaml"),
        ledger_path=path,
        workflows=tuple(Workflow(name, team=f"team-{number % 12}") for number, name in enumerate(names)),
        rules=tuple(Rule(number + 1, names[number], (_condition(number),)) for number in range(RULES)),
        pools=(
            Pool("gpu", (Condition("service_name", "GPU"),), "tokens"),
            Pool("vectors", (Condition("service_name", r"Vector\ store"),), "direct_cost"),
            Pool("support", (Condition("service_name", "Support"),), "even", receivers=tuple(names[:100])),
        ),
        outcomes=tuple(
            OutcomeLink(f"kind-{kind}", names[kind], "tags.ticket" if kind % 2 else "session_id")
            for kind in range(KINDS)
        ),
    )


def _condition(number: int) -> Condition:
    if number < BY_TAG:
        return Condition("tags.feature", rf"f\-{number}")
    return (
        Condition("api_key_id", rf"key\-{number}\-.*")
        if number < BY_KEY
        else Condition("project_id", rf"proj\-{number}")
    )


def prepare(path: Path, month: Month) -> None:
    """An empty ledger with the catalogue's prices and the models that the calls use in `month`."""
    with Ledger.open(path) as ledger, ledger.transaction(writes="none"):
        refresh_catalogue(ledger, recorded_at_utc=RECORDED_AT_UTC)
        span = {"start_utc": month.start_utc, "end_utc": month.end_utc}
        ledger.execute(MODELS, {"providers": list(PROVIDERS), **span})


def add_month(path: Path, month: Month, *, calls: int, charge_lines: int, outcomes: int) -> dict[str, int]:
    """Add a month of priced calls, its bill of about `charge_lines` lines and its outcomes; the rows made."""
    file_id = (month.year - 2020) * 12 + month.number
    span = {"file_id": file_id, "start_utc": month.start_utc}
    drawn = {"salt": file_id, "seconds": month.days * 86400 - 20000, "kinds": KINDS}
    with Ledger.open(path) as ledger:
        with ledger.transaction(writes="none", bulk=True):
            sizes = {
                "calls": calls,
                "per_kind": max(outcomes // KINDS, 1),
                "keys": max(charge_lines // 220_000, 1),
            }
            named = {"providers": list(PROVIDERS), "by_key": BY_KEY, "rules": RULES, "workflows": WORKFLOWS}
            ledger.execute(USAGE, {**span, **drawn, **sizes, **named})
            ledger.execute(OUTCOMES, {**span, **drawn, "outcomes": outcomes})
            resolve_models(ledger)
            price_month(ledger, month)
        with ledger.transaction(writes="none", bulk=True):
            _add_bill(ledger, month, file_id, charge_lines)
        return {
            table: ledger.value(
                "SELECT count(*) FROM " + table + " WHERE file_id = $file_id", {"file_id": file_id}
            )
            for table in ("token_usage", "charge", "outcome")
        }


def _add_bill(ledger: Ledger, month: Month, file_id: int, charge_lines: int) -> None:
    span = {"file_id": file_id, "start_utc": month.start_utc, "end_utc": month.end_utc}
    ledger.execute(LINES_OF_TOKENS, {"file_id": file_id, "month": month.first_day})
    ledger.execute(CHARGES, span)
    ledger.execute("DROP TABLE bench_line")
    token_lines = ledger.value("SELECT count(*) FROM charge WHERE file_id = $file_id", {"file_id": file_id})
    rest = max(charge_lines - token_lines, charge_lines // 50)
    ledger.execute(OTHER_CHARGES, {**span, "token_lines": token_lines, "other_lines": rest})
    resolve_models(ledger)
    ledger.execute(
        "INSERT INTO delivery SELECT file_id, source, billing_account_id, $month, billing_currency, "
        "count(*), sum(billed_cost), NULL FROM charge WHERE file_id = $file_id GROUP BY ALL",
        {"file_id": file_id, "month": month.first_day},
    )
    ledger.execute(
        "INSERT INTO month_input VALUES ($month, $batch)",
        {"month": month.first_day, "batch": ledger.next_batch_id},
    )
