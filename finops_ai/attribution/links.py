"""Calls to outcomes: exactly one outcome for each call that names one."""

from __future__ import annotations

from finops_ai.attribution import fields
from finops_ai.config import Config, OutcomeLink
from finops_ai.errors import ConfigError
from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "attribution"


def link_usage(ledger: Ledger, config: Config, month: Month) -> None:
    """Fill temporary usage_linked from the links of `config` in their order; the first that finds wins.

    An outcome of another month counts too: a call is linked wherever its outcome was resolved.
    """
    known = fields.columns(ledger, "token_usage")
    ledger.run(ROOM, "usage_linked_new.sql")
    for link in config.outcomes:
        if not fields.exists(link.link, known):
            raise ConfigError(
                f'Outcome {link.kind}: no usage row has the field "{link.link}".',
                hint="Link by session_id, trace_id, request_id or tags.<key>.",
            )
        ledger.run(ROOM, "link_outcome.sql", found_by(link))
        _take_calls(ledger, link, month)
        ledger.run(ROOM, "link_usage.sql", {"kind": link.kind})


def found_by(link: OutcomeLink) -> dict[str, object]:
    """The values bound where outcomes are looked up: kind, link, and the path of the tag it names, if any."""
    _, params = fields.expression(link.link, "path")
    return {"kind": link.kind, "link": link.link, "path": params.get("path")}


def _take_calls(ledger: Ledger, link: OutcomeLink, month: Month) -> None:
    """Fill temporary link_call: the workflow's calls of the month that carry a value of the link."""
    value, params = fields.expression(link.link, "path")
    ledger.execute(
        "CREATE OR REPLACE TEMP TABLE link_call AS "
        f"SELECT u.file_id, u.row_number, u.at_utc, {value} AS value FROM token_usage AS u "
        "INNER JOIN usage_mapped AS m ON m.file_id = u.file_id AND m.row_number = u.row_number "
        "WHERE u.at_utc >= $start_utc AND u.at_utc < $end_utc AND m.workflow = $workflow "
        f"AND {value} IS NOT NULL",
        {
            **params,
            "start_utc": month.start_utc,
            "end_utc": month.end_utc,
            "workflow": link.workflow,
        },
    )
