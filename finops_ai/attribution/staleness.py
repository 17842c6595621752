"""Which months must be attributed again, because what they were computed from has changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date

from finops_ai.attribution.links import call_value, outcomes_by, windows
from finops_ai.config import Config
from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "attribution"
ENGINE = "5"
"""Raised when the same ledger would be attributed differently, so that an upgrade leaves no month behind."""


def config_hash(config: Config) -> str:
    """Identifies all that attribution takes from finops.yaml; moving lines changes nothing."""
    said: dict[str, object] = {
        "engine": ENGINE,
        "workflows": [asdict(workflow) for workflow in config.workflows],
        "rules": [_without_line(asdict(rule)) for rule in config.rules],
        "pools": [_without_line(asdict(pool)) for pool in config.pools],
        "outcomes": [asdict(link) for link in config.outcomes],
        "reporting_currency": config.reporting_currency,
    }
    # Prices are derived with it. Left out where nothing is said: an upgrade alone makes no month stale.
    if config.model_names:
        said["model_names"] = [_without_line(asdict(name)) for name in config.model_names]
    if config.contract_rates:
        said["contract_rates"] = [_without_line(asdict(rate)) for rate in config.contract_rates]
    if config.teams:
        said["teams"] = [asdict(each) for each in config.teams]
    if config.commitments:
        said["commitments"] = [_without_line(asdict(each)) for each in config.commitments]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def stale_months(ledger: Ledger, config: Config, catalogue_hash: str) -> list[Month]:
    """The months to attribute, in order: new input, settings or prices since they were last.

    `catalogue_hash` is the price catalogue in force. A month is stale too when an outcome that
    arrived later, of whatever month, is named by its calls. A closed month never is.
    """
    stale: set[date] = {
        row[0]
        for row in ledger.run(
            ROOM,
            "stale_months.sql",
            {"config_hash": config_hash(config), "catalogue_hash": catalogue_hash},
        ).fetchall()
    }
    if ledger.value("SELECT max(file_id) > (SELECT min(outcome_file_id) FROM month_attributed) FROM outcome"):
        stale |= _newly_linked(ledger, config)
    stale -= {row[0] for row in ledger.rows("SELECT month FROM period WHERE state = 'closed'")}
    return [Month.of(day) for day in sorted(stale)]


def _newly_linked(ledger: Ledger, config: Config) -> set[date]:
    found: set[date] = set()
    kinds_by: dict[str, set[str]] = {}
    for link in config.outcomes:
        for by in link.links:
            if isinstance(by, str):
                kinds_by.setdefault(by, set()).add(link.kind)
    for by, kinds in sorted(kinds_by.items()):
        outcomes_by(ledger, by, sorted(kinds))
        ledger.run(ROOM, "link_since.sql")
        value, params = call_value(by, "path")
        rows = ledger.rows(
            "SELECT DISTINCT a.month FROM token_usage AS u "
            f"INNER JOIN link_since AS o ON o.value = {value} "
            "INNER JOIN month_attributed AS a ON a.month = date_trunc('month', u.at_utc)::DATE "
            "AND o.file_id > a.outcome_file_id",
            params,
        )
        found |= {row[0] for row in rows}
    for kind, hours in windows(config.outcomes):
        rows = ledger.run(ROOM, "link_since_window.sql", {"kind": kind, "hours": hours}).fetchall()
        found |= {row[0] for row in rows}
    return found


def _without_line(fields_said: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields_said.items() if name != "line"}
