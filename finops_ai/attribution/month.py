"""attribute_month: every billed amount of a month to a workflow, a shared pool or a named gap."""

from __future__ import annotations

from finops_ai.attribution import commitments, links, matching, pools, rules, usage
from finops_ai.attribution.staleness import config_hash
from finops_ai.config import Config
from finops_ai.ledger import Ledger, quoted
from finops_ai.months import Month

ROOM = "attribution"
DERIVED_TABLES = (
    "usage_attributed",
    "usage_month",
    "cell",
    "charge_cell",
    "cell_match",
    "allocation_row",
    "off_bill_gap",
    "outcome_month",
    "outcome_call_rest",
    "outcome_usage",
    "outcome_spend",
    "outcome_counted",
    "month_attributed",
    # Of the month before it was attributed anew: `convert_month` writes them again.
    "charge_converted",
    "allocation_converted",
    "month_converted",
    "commitment_use",
    "workflow_register",
)


def attribute_month(ledger: Ledger, config: Config, month: Month) -> None:
    """Rebuild every derived row of `month` from its charges, usage and outcomes.

    Needs the month's model names resolved and its usage priced, and an open
    ``transaction(writes="attribution")``, whose checks prove that nothing was lost.
    Raises ConfigError when a rule or pool of `config` cannot work.
    """
    rules.validate(ledger, config)
    for table in DERIVED_TABLES:
        ledger.execute(f"DELETE FROM {quoted(table)} WHERE month = $month", {"month": month.first_day})
    for name in ("allocate_units.sql", "allocate_amount.sql", "allocate_per.sql"):
        ledger.run(ROOM, name)
    _take_settings(ledger, config, month)
    _take_usage(ledger, config, month)
    _take_charges(ledger, config, month)
    matching.match(ledger, month)
    matching.share(ledger)
    _write_allocation(ledger, month)
    commitments.store_use(ledger, config, month)
    _write_outcomes(ledger, config, month)
    ledger.run(
        ROOM,
        "month_attributed.sql",
        {
            "month": month.first_day,
            "config_hash": config_hash(config),
            "currency": config.reporting_currency,
        },
    )


def _take_settings(ledger: Ledger, config: Config, month: Month) -> None:
    ledger.run(
        ROOM,
        "registered_workflow.sql",
        {"names": [w.name for w in config.workflows], "teams": [w.team for w in config.workflows]},
    )
    _register(ledger, config, month)
    ledger.run(
        ROOM,
        "rule_workflow.sql",
        {"ordinals": [r.ordinal for r in config.rules], "workflows": [r.workflow for r in config.rules]},
    )
    pools.take_settings(ledger, config, month)


def _register(ledger: Ledger, config: Config, month: Month) -> None:
    """Note who answers for each workflow in `month`."""
    known = config.workflows
    ledger.run(
        ROOM,
        "workflow_register.sql",
        {
            "month": month.first_day,
            "names": [each.name for each in known],
            "owners": [each.owner for each in known],
            "teams": [each.team for each in known],
            "departments": [each.department for each in known],
            "cost_centres": [each.cost_centre for each in known],
            "gl_codes": [each.gl_code for each in known],
            "products": [each.product for each in known],
        },
    )


def _take_usage(ledger: Ledger, config: Config, month: Month) -> None:
    rules.match_usage(ledger, config, month, commitments.using_pools(config, month))
    for name in ("usage_signature.sql", "usage_source.sql", "receiver.sql"):
        ledger.run(ROOM, name)
    commitments.take_use(ledger, config, month)
    links.link_usage(ledger, config, month)
    usage.take(ledger, month)
    ledger.run(ROOM, "usage_open.sql", {"month": month.first_day})


def _take_charges(ledger: Ledger, config: Config, month: Month) -> None:
    of_month = {"month": month.first_day}
    rules.match_charges(ledger, config, month, commitments.all_pools(config, month))
    ledger.run(ROOM, "charge_mapped.sql")
    ledger.run(ROOM, "charge_row.sql", {"start_utc": month.start_utc, "end_utc": month.end_utc})
    for name in ("cell.sql", "charge_cell.sql", "bill_open.sql"):
        ledger.run(ROOM, name, of_month)


def _write_allocation(ledger: Ledger, month: Month) -> None:
    of_month: dict[str, object] = {"month": month.first_day}
    for name in ("matched_target.sql", "allocate_matched.sql", "allocate_open.sql", "allocate_other.sql"):
        ledger.run(ROOM, name, of_month)
    ledger.run(ROOM, "off_bill.sql", {**of_month, "list_currency": matching.LIST_CURRENCY})
    pools.share_out(ledger, month)


def _write_outcomes(ledger: Ledger, config: Config, month: Month) -> None:
    of_month: dict[str, object] = {"month": month.first_day}
    span = {**of_month, "start_utc": month.start_utc, "end_utc": month.end_utc}
    ledger.run(
        ROOM,
        "outcome_setting.sql",
        {
            "kinds": [link.kind for link in config.outcomes],
            "workflows": [link.workflow for link in config.outcomes],
        },
    )
    ledger.run(ROOM, "outcome_part.sql", {**span, "currency": config.reporting_currency})
    matching.allocate(ledger, "split_kinds.sql")
    ledger.run(ROOM, "allocate_outcomes.sql", of_month)
    ledger.run(ROOM, "outcome_counted.sql", span)
    ledger.run(ROOM, "outcome_spend.sql", of_month)
