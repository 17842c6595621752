"""Names on the command line: one way to refuse a workflow or an outcome kind that nothing knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from finops_ai.config import Config
from finops_ai.errors import ConfigError
from finops_ai.ledger import Ledger

LISTED_MAX = 8
_WORKFLOWS = (
    "SELECT DISTINCT workflow FROM usage_month WHERE workflow IS NOT NULL "
    "UNION SELECT DISTINCT workflow FROM allocation_row WHERE workflow IS NOT NULL"
)
_KINDS = "SELECT DISTINCT kind FROM outcome UNION SELECT DISTINCT kind FROM outcome_month"


def require_workflow(ledger: Ledger, config: Config, name: str | None) -> None:
    """Raise ConfigError for a workflow that neither finops.yaml nor any attributed month names.

    One that is known and has nothing in the month asked for is no mistake of this kind.
    """
    if name is not None:
        registered = {workflow.name for workflow in config.workflows}
        _require("workflow", name, registered | {row[0] for row in ledger.rows(_WORKFLOWS)})


def require_outcome_kind(ledger: Ledger, config: Config, name: str | None) -> None:
    """Raise ConfigError for an outcome kind that neither finops.yaml nor any outcome names."""
    if name is not None:
        stated = {outcome.kind for outcome in config.outcomes}
        _require("outcome kind", name, stated | {row[0] for row in ledger.rows(_KINDS)})


def nearest(name: str, known: Sequence[str]) -> str:
    """A hint: the names that are near, else what there is; empty when there is nothing."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    if not known:
        return ""
    more = f" and {len(known) - LISTED_MAX} more" if len(known) > LISTED_MAX else ""
    return f"There are: {', '.join(known[:LISTED_MAX])}{more}."


def _require(noun: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        raise ConfigError(
            f'"{name}": neither finops.yaml nor the ledger names such {_article(noun)}.',
            hint=nearest(name, names) or f"Name {_article(noun)} in finops.yaml first.",
        )


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
