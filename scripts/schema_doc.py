"""Writes docs/schema.md: every table and view of a migrated ledger, with what each column means.

Run it after a migration that adds or changes one: python scripts/schema_doc.py. A column without a
meaning stops it, and tests/importers/test_schema_doc.py stops a page that is behind the ledger.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from finops_ai.importers import load_registry  # noqa: E402 - the path comes first
from finops_ai.ledger import Ledger  # noqa: E402

PAGE = REPOSITORY / "docs" / "schema.md"
INTRODUCTION = """\
# The ledger's schema

`finops.duckdb` is one DuckDB file. Query it with `finops-ai sql "FROM workflow_month"`, or with any
tool that opens DuckDB files; open it read-only, and not while a command writes to it. This page is
made from the migrated ledger by `scripts/schema_doc.py`, and a test keeps the two equal.

- **Money** is `DECIMAL(38,15)`, exact, in the currency named beside it (`billing_currency`, `currency`).
  Never add amounts of different currencies.
- **Tokens and calls** are `BIGINT`. The token columns of one row do not overlap: their sum is what the
  call used. `reasoning_tokens` alone is a part of another one, `output_tokens`.
- **Instants** are `TIMESTAMP` in UTC and end in `_utc`; ranges include their start and exclude their end.
- **`month`** is the first day of the month as `DATE`. A charge belongs to the month in which its billing
  period starts.
- **`label`** says what kind of number a row holds: `billed` (it is on a bill), `allocated` (billed money
  moved by a rule or pool), `logged` (a log's own figure), `estimated` (usage at contract rate, else at list
  price), `accrued`.
- NULL means unknown or not stated; it never means 0.
"""
SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Views for reading",
        "What reports and dashboards should use. Filled by `finops-ai attribute` and `finops-ai report`.",
        (
            *("workflow_month", "workflow_register", "allocation", "allocation_reporting", "gap"),
            *("outcome_cost", "outcome_call"),
            "usage_cost",
        ),
    ),
    (
        "Imported rows",
        "Filled by `finops-ai ingest`. Any row leads to its file and record: `file_id` and `row_number`.",
        (
            "charge",
            "charge_superseded",
            "token_usage",
            "outcome",
            "imported_file",
            "reject",
            "ignored_record",
            "delivery",
        ),
    ),
    (
        "Prices",
        "The dated catalogue, append-only: a row that was recorded is never changed.",
        ("price", "price_now", "price_by_scope", "model_alias", "model_alias_now", "price_catalogue"),
    ),
    (
        "Currencies",
        "The user's exchange rates, and every charge in another currency with both its amounts.",
        ("charge_converted", "fx_rate", "fx_file"),
    ),
    (
        "Accruals",
        "What `finops-ai accrue` booked for days that are logged and not billed: in no billed total.",
        ("accrual_month", "accrual_day", "accrual", "bill_coverage"),
    ),
    (
        "Commitments",
        "Throughput, seats and credits that finops.yaml names, and how far they are used.",
        ("commitment_month", "commitment_use"),
    ),
    (
        "Forecasts and periods",
        "",
        (
            "forecast_run",
            "forecast_point",
            "budget_alert",
            "period",
            "closed_month",
            "closed_figure",
            "month_figure",
            "reconciliation_accepted",
        ),
    ),
    (
        "Behind the views",
        "Derived rows, rebuilt month by month, and bookkeeping. They may change in any version.",
        (
            "allocation_converted",
            "allocation_row",
            "budget_charge",
            "cell",
            "cell_match",
            "charge_cell",
            "ledger_head",
            "model_resolution",
            "month_attributed",
            "month_converted",
            "month_input",
            "off_bill_gap",
            "outcome_month",
            "outcome_call_rest",
            "outcome_usage",
            "outcome_spend",
            "outcome_counted",
            "priced_usage",
            "contract_usage",
            "usage_left_out",
            "schema_version",
            "usage_attributed",
            "usage_month",
        ),
    ),
)
GRAINS = {
    "workflow_month": "One row per month, workflow and billing currency.",
    "allocation": "One row per piece of billed money and where it went. For each month and currency the "
    "costs add up to the bills, to the last digit.",
    "gap": "One row per month, cause, provider, detail and currency: money that found no workflow.",
    "outcome_cost": "One row per month, outcome kind and currency: what the outcomes of that month cost.",
    "outcome_call": "One row per model call and outcome that it was made for; a call's shares add up to 1.",
    "outcome_call_rest": "One row per call and outcome, for calls of several: what `outcome_call` shows "
    "beside the outcome that `usage_attributed` names.",
    "outcome_usage": "One row per month, outcome, workflow and link: the calls and tokens used in the month.",
    "outcome_spend": "One row per month, outcome, workflow, link and currency: its calls' billed money.",
    "outcome_counted": "One row per outcome resolved in an attributed month: how it was counted there.",
    "usage_cost": "One row per model call: what it would have cost at list price and at contract rate.",
    "charge": "One row per billed line in force, credits, refunds and taxes included. Columns that "
    "[FOCUS](https://focus.finops.org/) defines have its meaning; the rest says what finops-ai adds.",
    "charge_superseded": "One row per billed line that a later delivery replaced: the columns of `charge`, "
    "and the file that replaced it.",
    "token_usage": "One row per model call, or per group of calls where a log holds only sums.",
    "outcome": "One row per business outcome (a resolved ticket, a merged change), its latest state.",
    "imported_file": "One row per imported file; the counts of its rows add up to rows_read.",
    "usage_left_out": "One row per usage row that does not count: another log tells of the same calls.",
    "ignored_record": "Why records of a file are no rows (a day without spend, a span that is no call).",
    "reject": "One row per refused record: it counts nowhere until its file is corrected.",
    "delivery": "One row per file, account, month and currency of a bill: what a delivery covers.",
    "price": "One row per price as recorded, corrections included.",
    "price_now": "The prices in force: of rows with the same dimensions and start, the last one recorded.",
    "model_alias": "One row per name that stands for a model, as recorded.",
    "model_alias_now": "The aliases in force.",
    "price_catalogue": "One row per catalogue that was taken over; the last one is in force.",
    "forecast_run": "One row per stored forecast, kept to be graded when the actuals arrive.",
    "forecast_point": "One row per stored forecast, line, scenario, level and month.",
    "budget_alert": "One row per alert of a budget that was raised, once in its period.",
    "closed_month": "One row per closed month: nothing changes its figures.",
    "closed_figure": "One row per closed month, workflow or gap cause, and currency: its cost at closing.",
    "month_figure": "The same of every attributed month as it stands: `check` compares the two.",
    "period": "One row per month that was closed or is being closed.",
    "accrual": "One row per booked day, provider, account, model, workflow and pricing status.",
    "accrual_day": "The rows of `accrual`, and whether their bill has arrived since.",
    "accrual_month": "One row per month, provider, account, model, workflow and currency: the accrual in "
    "force, of days that are logged and not billed yet.",
    "workflow_register": "One row per attributed month and registered workflow: what finops.yaml said of it.",
    "commitment_month": "One row per month, commitment and currency: capacity, use, and what is left of it.",
    "commitment_use": "The rows of `commitment_month` as they are stored.",
    "bill_coverage": "One row per attributed month, provider and billing account: how far token lines reach.",
    "allocation_converted": "One row per allocated piece in another currency than the reporting one.",
    "allocation_reporting": "One row per piece of billed money and where it went, in its own currency and in "
    "the reporting one. For each month reporting_cost adds up to what the charges convert to, exactly.",
    "charge_converted": "One row per billed line in another currency than the reporting one: both amounts, "
    "and the rate between them.",
    "fx_file": "One row per file of exchange rates that was read; the last one is in force.",
    "fx_rate": "One row per exchange rate of the file in force: 1 from_currency is `rate` to_currency.",
    "month_converted": "One row per month with charges in other currencies: what it was converted with.",
    "reconciliation_accepted": "One row per difference of bill and log that a person accepted; not derived.",
    "allocation_row": "One row per allocated piece of a cell: what view `allocation` shows.",
    "budget_charge": "One row per charge: the part it plays in a run rate.",
    "cell": "One row per group of a month's charges that attribution treats alike.",
    "cell_match": "One row per group of a month's charges and key that it was matched with the logs by.",
    "charge_cell": "One row per charge of an attributed month.",
    "ledger_head": "One row: the last committed batch, compared with the `.head` file at each open.",
    "price_by_scope": "The prices in force: one row per price and stated scope that it holds for.",
    "model_resolution": "One row per provider, name and time span: which model the name means.",
    "month_attributed": "One row per attributed month: what it was computed from.",
    "month_input": "One row per month: the last import that touched it.",
    "off_bill_gap": "One row per month, cause, provider and detail of what no bill holds.",
    "outcome_month": "One row per month, outcome kind and currency: what view `outcome_cost` shows.",
    "priced_usage": "One row per usage row of a priced month, with the price of each meter. A call costs "
    "what was billed, else contract_cost, else list_cost, else it is not known.",
    "contract_usage": "One row per usage row that a contract rate holds for: the parts of its contract_cost, "
    "each meter at contract rate.",
    "schema_version": "One row per migration that was applied.",
    "usage_attributed": "One row per usage row of an attributed month: its workflow and outcome.",
    "usage_month": "One row per month, provider, model, workflow and outcome kind: what the logs hold.",
}
MEANINGS = {
    "link": "the link of finops.yaml that found the outcome; NULL in months closed before it was recorded",
    "outcome_link": "the link of finops.yaml that found the outcome",
    "outcome_share": "the part of the call that is this outcome's; 1: it has the call alone",
    "outcome_call.share": "the part of the call that is this outcome's",
    "outcome_call_rest.share": "the part of the call that is this outcome's",
    "outcome_usage.calls": "calls, each by its share",
    "outcome_usage.tokens": "logged tokens, each call's by its share",
    "is_success": "whether it counted as a success when the month was attributed",
    "cost_centre": "the cost centre that finops.yaml states; NULL: none",
    "department": "the department that finops.yaml states; NULL: none",
    "gl_code": "the account of the general ledger; NULL: none",
    "owner": "who answers for the workflow; NULL: not stated",
    "product": "the product that the workflow is a part of; NULL: none",
    "balance": "what is left of credits after the month, in their own currency; else NULL",
    "capacity": "tokens of the month, seats, or the amount of credits granted",
    "commitment": "its name in finops.yaml",
    "commitment_month.cost": "what the bill charges for it in the month; NULL: not on a bill",
    "commitment_month.currency": "currency of cost and idle_cost; of credits that of what was drawn",
    "commitment_month.kind": "throughput, seats or credits",
    "commitment_use.cost": "what the bill charges for it in the month; NULL: not on a bill",
    "commitment_use.currency": "currency of cost and idle_cost; of credits that of what was drawn",
    "commitment_use.kind": "throughput, seats or credits",
    "idle": "capacity that nobody used in the month; NULL for credits",
    "idle_cost": "the part of cost that nobody used: gap idle_capacity",
    "unit": "tokens, seats, or the currency of the credits",
    "used": "tokens or users that used it, or what was drawn in the month",
    "account": "the billing account; NULL: not known, the provider has several or none yet",
    "accrual.currency": "currency of the price; NULL: no price",
    "accrual.day": "the logged day (UTC)",
    "accrual_day.currency": "currency of the price; NULL: no price",
    "accrual_day.day": "the logged day (UTC)",
    "accrual_month.currency": "currency of the price; NULL: no price",
    "accrual_month.first_day": "the first day (UTC) that is logged and not billed",
    "accrual_month.last_day": "the last such day",
    "accrual_month.model": "canonical id of the model, else its name as logged",
    "accrual.rate": "billed over logged at price, measured; 1: nothing measured",
    "accrual_day.rate": "billed over logged at price, measured; 1: nothing measured",
    "accrual.recorded_at_utc": "when it was booked",
    "accrual_day.recorded_at_utc": "when it was booked",
    "accrued_cost": "price_cost times rate, rounded half-even; NULL: no price",
    "billed_through": "the last day (UTC) that the bill covers, at most the month's last",
    "has_days": "whether the bill has lines of single days",
    "is_billed": "whether the day's bill has arrived: then the row stands and is trued up",
    "price_basis": "which price: list or contract",
    "price_cost": "the logged usage at that price",
    "rate_basis": "what the rate was measured on",
    "rate_sample_cost": "logged usage, at price, that the rate rests on",
    "rate_sample_days": "days that the rate rests on",
    "unpriced_tokens": "tokens of it without a price, in no amount",
    "charge_converted.day": "the day (UTC) on which the charge period starts: what the rate is looked up for",
    "charge_converted.provider": "whose bill it is",
    "fx_file.path": "the file; NULL: finops.yaml names none",
    "fx_file.sha256": "hash of the file; NULL: there is none",
    "file_line": "line of the file",
    "from_currency": "the currency that is converted, named as bills name it",
    "missing": "why there is no rate; NULL: there is one",
    "rate": "how much of the other currency one unit is, DECIMAL(38,15)",
    "rate_day": "the day from which the rate holds; of a rate put together, the older one",
    "rate_rows": "rates in the file",
    "rate_source": "what the file names as the source of the rate",
    "rate_way": "direct, inverse (1 / rate), or through a third currency",
    "rates_hash": "hash of every currency, day and rate used",
    "read_at_utc": "when the file was read",
    "reporting_cost": "the same money in reporting_currency, rounded half-even a charge; NULL: no rate",
    "to_currency": "the currency that it is converted to",
    "unconverted_cost": "the part of cost, in billing_currency, without a rate",
    "fx_rate.source": "who states the rate, as the file says",
    "attempts": "outcomes resolved in the month, of any status",
    "alias_rows": "aliases in the catalogue",
    "api_key_id": "the provider's or gateway's id or alias of the key",
    "at_utc": "when the call started",
    "attributed_cost_per_success": "linked cost by successes; NULL without a success or a linked call",
    "batch_id": "number of the transaction, from 1",
    "billed_cost": "what the bill says, signed",
    "billing_account_id": "the account that receives the bill",
    "billing_currency": "currency of the costs in this row",
    "budget": "money in the run's currency",
    "budget_alert.budget": "the budget's name in finops.yaml",
    "budget_alert.scope": "total, workflow, team or product",
    "budget_alert.subject": "which one; NULL: the total",
    "budget_alert.measure": "cost or tokens",
    "budget_alert.period_first_day": "the budget's period, inclusive",
    "budget_alert.period_last_day": "the same, inclusive",
    "budget_alert.basis": "actual or forecast",
    "budget_alert.level": "warn, degrade or stop",
    "budget_alert.percent": "of the limit, from which the level counts",
    "budget_alert.on_day": "the first day of the period on which it was reached",
    "budget_alert.amount": "money in `currency` or tokens on that day",
    "budget_alert.limit_amount": "the budget, in the same unit",
    "budget_alert.currency": "NULL: tokens",
    "budget_alert.recorded_batch": "the batch that noted it",
    "bytes": "size of the file on disk, in bytes",
    "cache_read_tokens": "input tokens read from the provider's cache",
    "cache_write_1h_tokens": "input tokens written to the cache for one hour",
    "cache_write_5m_tokens": "input tokens written to the cache for five minutes",
    "cache_write_tokens": "input tokens written to the cache without a stated lifetime",
    "calls": "model calls in this row",
    "catalogue_hash": "the price catalogue it was computed with",
    "catalogue_sha256": "SHA-256 of the compiled catalogue",
    "cause": "why the money found no workflow; NULL when it found one",
    "ceiling_cost_per_success": "loaded cost and every gap that could belong to it, by successes",
    "cell_id": "the group of charges that this piece comes from",
    "charge_category": "Usage, Purchase, Tax, Credit or Adjustment",
    "charge_id": "file_id and record number in one figure",
    "charge_rows": "billed lines in this row",
    "charge_class": "Correction for a correction of an earlier period",
    "checked_on": "day on which the source was read",
    "column_name": "the wrong column, named as in the file where it can be; NULL: the structure",
    "config_hash": "the rules of finops.yaml it was computed with",
    "cost": "billed money, in billing_currency",
    "created_batch": "the ledger's batch when the forecast was made",
    "currency": "currency of the amounts in this row",
    "day": "the day (UTC) on which the charge period starts",
    "detail": "what the cause is about, for people",
    "direct_cost": "billed cost that rules gave to the workflow",
    "endpoint_scope": "global, regional or data_zone, where the provider prices them apart; NULL: not stated",
    "estimated_cost": "money at contract rate, else at list price, that no bill holds; NULL: no price",
    "feeds": "charge, token_usage or outcome",
    "file_id": "the file in `imported_file`",
    "files_sha256": "SHA-256 of the catalogue's files",
    "final_after_utc": "from when the outcome can no longer be taken back",
    "first_at_utc": "first instant among the file's rows",
    "first_day": "first day that the charge pays for",
    "gap_cost": "billed usage of the month that could belong to the kind",
    "hour_from": "first hour of the week, 0 is Monday 00:00 UTC",
    "hour_to": "hour of the week after the last one",
    "hours_utc": "hours of the week in UTC during which the price holds; NULL: always",
    "human_minutes_saved": "minutes of human work that the outcome saved, as delivered",
    "imported_at_utc": "when the command read the file",
    "importer": "the importer that read it; in `delivery` the source that it feeds",
    "input_audio_tokens": "audio input tokens",
    "input_batch_id": "the import it was computed after",
    "input_uncached_tokens": "input tokens that the cache had no part in",
    "inputs_hash": "SHA-256 of everything that the numbers follow from",
    "is_daily": "true when the charge pays for one day",
    "kind": "what kind of row it is",
    "allocation.kind": "direct, pool_source, pool_share or gap",
    "cell_match.matched_by": "what bill and log both tell, such as project, model, day; provider: that alone",
    "cell_match.amount": "billed money so matched, in the group's currency",
    "allocation_row.kind": "direct, pool_source, pool_share or gap",
    "price.kind": "list, promo or contract",
    "price_now.kind": "list, promo or contract",
    "price_by_scope.kind": "list, promo or contract",
    "outcome.kind": "what was achieved, in your words: ticket_resolved, change_merged, ...",
    "outcome_cost.kind": "what was achieved, in your words",
    "outcome_month.kind": "what was achieved, in your words",
    "label": "billed, allocated, logged, estimated or accrued",
    "last_at_utc": "last instant among the file's rows",
    "last_day": "last day that the charge pays for",
    "latency_ms": "milliseconds until the answer was complete",
    "level": "low, mid or high",
    "line": "physical line in the file, from 1; NULL where records are no lines",
    "linked_cost": "cost of the calls made for outcomes of the kind, failed ones included",
    "list_cost": "cost at list price, unrounded; NULL when a used meter has no price",
    "charge.list_cost": "the bill's own cost at list price",
    "charge_superseded.list_cost": "the bill's own cost at list price",
    "list_currency": "currency of list_cost",
    "usage_month.list_cost": "cost at contract rate, else at list price; NULL when a used meter has no price",
    "contract_cost": "cost at contract rate, unrounded; NULL without a contract that prices the call",
    "figures_sha256": "SHA-256 of the month's exact figures, as in the report's manifest",
    "closed_batch": "the ledger's batch that closed the month",
    "closed_at_utc": "when the month was closed",
    "closed_figure.cost": "cost as it was closed, unrounded",
    "closed_figure.kind": "workflow or gap",
    "month_figure.kind": "workflow or gap",
    "closed_figure.name": "the workflow, or the cause of the gap",
    "month_figure.name": "the workflow, or the cause of the gap",
    "contract_name": "the contract rate of finops.yaml that holds for the call",
    "contract_currency": "currency of contract_cost",
    "loaded_cost_per_success": "linked, unlinked and shared cost by successes",
    "cost_basis": "amortized: the amounts spread prepaid purchases over their use; NULL: as billed",
    "grain": "call: one row per model call; bucket: a provider's report of many calls",
    "quality": "what is wrong or weak about the row's figures; NULL: nothing known",
    "response_id": "the provider's own id of the answer, the same in every log of the call",
    "logged_cost": "what the log itself says the call cost, in USD",
    "made_at_utc": "when the forecast was made",
    "made_for_month": "the month whose close it starts from",
    "meter": "the token kind, or web_search",
    "min_prompt_tokens": "the price holds for prompts from this size on, in tokens",
    "model_id": "the model's canonical id; NULL when the name is unknown",
    "model_name": "the model as billed or logged",
    "month": "first day of the month",
    "months": "months that the forecast covers",
    "name": "file of the migration",
    "nature": "how attribution treats the cell",
    "outcome_file_id": "last file of outcomes it was computed after",
    "outcome_id": "the outcome's id in its own system",
    "outcome_kind": "kind of the linked outcome",
    "outcome_rows": "outcomes after the batch",
    "output_audio_tokens": "audio output tokens",
    "output_tokens": "all billed text output tokens, reasoning included",
    "part": "basis (it recurs), credit, tax, one_time or refund",
    "path": "the file as it was named, a zip member behind `!`",
    "payload": "the stored forecast as JSON",
    "pool": "the shared pool that the money went through",
    "price_id": "id of the price row",
    "price_provider": "the provider whose prices hold",
    "price_rows": "prices in the catalogue",
    "pricing_status": "priced, partly:<what no column counts>, no_price:<meter>, no_quantity, no_tokens, ...",
    "project_id": "the provider's project or workspace",
    "provider": "who bills or serves it, as a key: openai, anthropic, aws-bedrock, ...",
    "quantity": "billed tokens, where the bill states them",
    "raw_text": "the record as it stands in the file, up to 2,000 characters",
    "reason": "what is wrong with it",
    "reasoning_tokens": "the part of output_tokens spent on reasoning",
    "recorded_at_utc": "when the row was taken into the ledger",
    "region_id": "the region, as billed or logged",
    "updated_at_utc": "when the source says it last changed the row; NULL: it does not say",
    "counted_source": "the log whose rows count instead",
    "record_count": "records of the file",
    "reopened_at_utc": "when the outcome was taken back",
    "reported_at_utc": "when the month was reported",
    "reported_sha256": "SHA-256 of what was reported",
    "reporting_currency": "the currency it was computed for",
    "request_id": "the provider's or gateway's id of the request",
    "resolved_at_utc": "when the outcome was reached",
    "rounded_total": "sum of what rounding to 15 decimals left off",
    "row_number": "number of the record in its file, from 1, the header not counted; of a JSON Lines file "
    "with bad records, its line",
    "rows_added": "new rows",
    "rows_ignored": "records that are no rows of this kind, such as a day without spend",
    "rows_read": "records in the file",
    "rows_rejected": "records refused, in `reject`",
    "rows_repeated": "rows that were known already, unchanged",
    "rows_replaced": "rows that took the place of an earlier state",
    "rows_rounded": "amounts with more than 15 decimals",
    "rule": "how the name was resolved",
    "rule_ordinal": "position of the deciding rule in finops.yaml, from 1; NULL when no rule decided",
    "run_id": "id of the forecast",
    "run_rate_basis": "what the run rate is computed from",
    "running_hash": "hash over all batches so far",
    "scenario": "conservative, expected, aggressive, or the baseline",
    "scope": "total, workflow or not_attributed",
    "service_name": "the billed service",
    "service_provider_name": "the provider's name, as billed",
    "service_tier": "standard, batch, flex, priority or fast",
    "session_id": "the session or conversation",
    "sha256": "SHA-256 of the file's bytes; a known file is not read again",
    "shared_cost": "its part of shared pools",
    "source": "who issued the rows' ids: the importer, or what it shares them with",
    "source_key": "the row's id in its source",
    "source_total_tokens": "the log's own total of tokens",
    "source_url": "where the price was published",
    "state": "open, soft-closed or closed",
    "status": "success, failure or cache_hit (served by the gateway, nothing spent upstream)",
    "outcome.status": "success, failed, escalated, abandoned or open",
    "sub_account_id": "the provider's project, workspace or account below the billing account",
    "successes": "outcomes of status success that were not reopened",
    "line_id": "the line, as `finops-ai reconcile --by` shows it; one id a place, in every month",
    "grouped_by": "what the line adds up: line, provider, account, day, model or kind",
    "line_name": "the place in words",
    "accepted_cost": "billed less expected when it was accepted; it lapses when that changes",
    "note": "why it was accepted",
    "accepted_by": "who accepted it",
    "accepted_at_utc": "when",
    "superseded_by_file_id": "the file that replaced it; NULL: in force",
    "tags": "labels as the text of a JSON object",
    "team": "the team of the workflow in finops.yaml",
    "team_id": "the gateway's team",
    "token_kind": "input_uncached, cache_read, cache_write_5m, cache_write_1h, cache_write, input_audio, "
    "output, output_audio or web_search; NULL: no token line, or not known",
    "tokens": "tokens, each counted once",
    "total_cost": "direct and shared cost",
    "trace_id": "the trace, the same over retries",
    "unit_price": "price per token or call, in `currency`",
    "unlinked_cost": "its part of the workflow's cost that no outcome is linked to",
    "usage_id": "number made from source and source_key",
    "usage_rows": "usage rows after the batch",
    "user_id": "the gateway's user",
    "valid_from_utc": "from when it holds",
    "valid_to_utc": "until when it holds, exclusive; NULL: still",
    "value": "what the outcome is worth, in value_currency",
    "value_currency": "currency of value",
    "version": "number of the migration",
    "web_search_calls": "web searches made by the provider's tool",
    "workflow": "the workflow; NULL: none",
    "workflow_hint": "the workflow that the log or outcome itself names",
}


def focus_names() -> dict[str, str]:
    """FOCUS column names by ledger name: BilledCost is billed_cost, BillingPeriodStart ends in _utc."""
    (focus,) = [importer for importer in load_registry().importers if importer.name == "focus"]
    columns = [column.name for column in focus.columns]
    names = {name: "".join(word.capitalize() for word in name.split("_")) for name in columns}
    return names | {f"{name}_utc": text for name, text in names.items() if name.endswith(("_start", "_end"))}


def meaning(table: str, column: str, focus: dict[str, str]) -> str:
    """What a column means; KeyError names one that nobody has explained."""
    found = MEANINGS.get(f"{table}.{column}") or MEANINGS.get(column)
    if table in ("charge", "charge_superseded") and column in focus:
        return f"FOCUS {focus[column]}" + (f": {found}" if found else "")
    if found is None and column.endswith("_price_id"):
        return "the price row used for this meter; NULL: not used"
    if found is None and table == "contract_usage" and column.endswith("_cost"):
        return "cost of this meter at contract rate; 0: not used"
    if found is None and column.endswith("_cost"):
        return "cost of this meter at list price; 0: not used"
    if found is None:
        raise KeyError(f"{table}.{column} has no meaning in scripts/schema_doc.py")
    return found


def page(ledger: Ledger) -> str:
    """The whole page; KeyError when a table or a column of the ledger is not explained."""
    focus = focus_names()
    parts = [INTRODUCTION]
    listed = {name for _, _, names in SECTIONS for name in names}
    tables = {name for (name,) in ledger.rows("SELECT table_name FROM duckdb_tables() WHERE NOT internal")}
    views = {name for (name,) in ledger.rows("SELECT view_name FROM duckdb_views() WHERE NOT internal")}
    if listed != tables | views:
        raise KeyError(f"tables and views to add or drop: {sorted(listed ^ (tables | views))}")
    for title, text, names in SECTIONS:
        parts.append(f"## {title}\n" + (f"\n{text}\n" if text else ""))
        parts += [_section(ledger, name, focus, is_view=name in views) for name in names]
    return "\n".join(parts)


def _section(ledger: Ledger, name: str, focus: dict[str, str], *, is_view: bool) -> str:
    rows: Sequence[tuple[str, str]] = ledger.rows(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $name ORDER BY column_index",
        {"name": name},
    )
    return "\n".join(_lines(name, rows, focus, is_view=is_view)) + "\n"


def _lines(
    name: str, rows: Sequence[tuple[str, str]], focus: dict[str, str], *, is_view: bool
) -> Iterator[str]:
    yield f"### {name}\n"
    yield f"{'View. ' if is_view else ''}{GRAINS[name]}\n"
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    if name == "charge_superseded":
        # The columns of `charge` again would only hide the one that is added.
        rows = [row for row in rows if row[0] == "superseded_by_file_id"]
        yield "| (all of `charge`) | | as in `charge` |"
    for column, kind in rows:
        yield f"| {column} | {kind} | {meaning(name, column, focus)} |"


def main() -> None:
    """Write the page from a ledger migrated in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "finops.duckdb") as ledger:
        PAGE.write_text(page(ledger), encoding="utf-8")


if __name__ == "__main__":
    main()
