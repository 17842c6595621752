"""attribute_month: every billed amount of a month to a workflow, a shared pool or a named gap."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from finops_ai.attribution import commitments, links, matching, rules, usage
from finops_ai.attribution.staleness import config_hash
from finops_ai.config import Config, Pool
from finops_ai.ledger import Ledger, quoted
from finops_ai.months import Month

ROOM = "attribution"
DERIVED_TABLES = (
    "usage_attributed",
    "usage_month",
    "cell",
    "charge_cell",
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
    matching.match(ledger)
    matching.share(ledger)
    commitments.take_use(ledger, config, month)
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
    pools = commitments.all_pools(config, month)
    ledger.run(
        ROOM,
        "registered_workflow.sql",
        {"names": [w.name for w in config.workflows], "teams": [w.team for w in config.workflows]},
    )
    ledger.run(
        ROOM,
        "rule_workflow.sql",
        {"ordinals": [r.ordinal for r in config.rules], "workflows": [r.workflow for r in config.rules]},
    )
    ledger.run(
        ROOM,
        "pool_setting.sql",
        {
            "ordinals": list(range(len(pools))),
            "pools": [pool.name for pool in pools],
            "split_bys": [pool.split_by for pool in pools],
        },
    )
    receivers = _receivers(config.pools)
    ledger.run(
        ROOM,
        "pool_receiver.sql",
        {
            "pools": [pool for pool, _, _ in receivers],
            "workflows": [workflow for _, workflow, _ in receivers],
            "weights": [format(weight, "f") for _, _, weight in receivers],
        },
    )


def _receivers(pools: Sequence[Pool]) -> list[tuple[str, str, Decimal]]:
    """(pool, workflow, weight) of every receiver that is named, by `receivers` or by `weights`."""
    found = []
    for pool in pools:
        weights = dict(pool.weights)
        names = pool.receivers or (tuple(weights) if pool.split_by == "weights" else ())
        found += [(pool.name, name, weights.get(name, Decimal(0))) for name in dict.fromkeys(names)]
    return found


def _take_usage(ledger: Ledger, config: Config, month: Month) -> None:
    span = {"start_utc": month.start_utc, "end_utc": month.end_utc}
    rules.match_rows(ledger, config, "token_usage", month, commitments.using_pools(config, month))
    ledger.run(ROOM, "usage_mapped.sql", span)
    links.link_usage(ledger, config, month)
    usage.take(ledger, month)
    ledger.run(ROOM, "usage_open.sql")


def _take_charges(ledger: Ledger, config: Config, month: Month) -> None:
    of_month = {"month": month.first_day}
    rules.match_rows(ledger, config, "charge", month, commitments.all_pools(config, month))
    ledger.run(ROOM, "charge_mapped.sql")
    ledger.run(ROOM, "charge_row.sql", {"start_utc": month.start_utc, "end_utc": month.end_utc})
    for name in ("cell.sql", "charge_cell.sql", "bill_open.sql"):
        ledger.run(ROOM, name, of_month)


def _write_allocation(ledger: Ledger, month: Month) -> None:
    of_month: dict[str, object] = {"month": month.first_day}
    for name in ("matched_target.sql", "allocate_matched.sql", "allocate_open.sql", "allocate_other.sql"):
        ledger.run(ROOM, name, of_month)
    ledger.run(ROOM, "off_bill.sql", {**of_month, "list_currency": matching.LIST_CURRENCY})
    for name in ("pool_weight.sql", "commitment_weight.sql", "pool_cell.sql", "pool_amount.sql"):
        ledger.run(ROOM, name, of_month)
    matching.allocate(ledger, "split_pools.sql")
    ledger.run(ROOM, "allocate_pools.sql", of_month)
    ledger.run(ROOM, "pool_unallocated.sql", of_month)


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
