"""Bill to log: passes from the finest shared key to the coarsest.

A pass keeps a dimension (project, model, day, token kind, tier) where both sides know it, and drops it
only where one side does not. What a pass explains is closed; what it leaves open goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from finops_ai.ledger import Ledger
from finops_ai.months import Month

ROOM = "attribution"
LIST_CURRENCY = "USD"
"""Of list prices where the usage itself has none."""


@dataclass(frozen=True)
class Pass:
    """Which dimensions a pass keeps; `project` and `model` are both, usage_lacks or bill_lacks."""

    project: str
    model: str
    has_day: bool
    has_kind: bool
    has_tier: bool

    @property
    def coarseness(self) -> tuple[Any, ...]:
        """Sorts passes from fine to coarse; a kind is given up last, a tier first."""
        lost = [not self.has_kind, self.model != "both", not self.has_day, self.project != "both"]
        lost += [not self.has_tier]
        return (sum(lost), *lost, self.project != "usage_lacks", self.model != "usage_lacks")

    @property
    def words(self) -> str:
        """What both sides tell in this pass, as `explain` prints it."""
        kept = (
            ("project", self.project == "both"),
            ("model", self.model == "both"),
            ("day", self.has_day),
            ("kind", self.has_kind),
            ("tier", self.has_tier),
        )
        return ", ".join(word for word, is_kept in kept if is_kept) or "provider"

    @property
    def keys(self) -> dict[str, object]:
        """The bound values of pass_bill.sql and pass_usage.sql."""
        return {
            "project": self.project,
            "model": self.model,
            "has_day": self.has_day,
            "has_kind": self.has_kind,
            "has_tier": self.has_tier,
        }


def match(ledger: Ledger, month: Month) -> None:
    """Match bill_open with usage_open: fill match_group, matched_bill and matched_usage.

    What each cell of `month` was matched by is noted in cell_match.
    """
    for name in (
        "unstated_write.sql",
        "shared_project.sql",
        "match_group_new.sql",
        "matched_bill_new.sql",
        "matched_usage_new.sql",
    ):
        ledger.run(ROOM, name)
    passes = sorted((Pass(*row) for row in ledger.run(ROOM, "pass_masks.sql").fetchall()), key=_coarseness)
    for number, keys in enumerate(passes):
        _match_pass(ledger, number, keys)
    noted = {"month": month.first_day, "matched_by": [keys.words for keys in passes]}
    ledger.run(ROOM, "cell_match.sql", noted)


def share(ledger: Ledger) -> None:
    """Divide what is matched over workflows and outcomes: fill receiver_share, receiver_total, piece."""
    if ledger.value("SELECT count(*) FROM party_share") > 0:
        ledger.run(ROOM, "shared_member.sql")
        allocate(ledger, "split_shared.sql")
        ledger.run(ROOM, "usage_member_single.sql")
    for split, result in (
        ("split_partly.sql", "member_use.sql"),
        ("split_receivers.sql", "receiver_share.sql"),
    ):
        allocate(ledger, split)
        ledger.run(ROOM, result)
    ledger.run(ROOM, "receiver_total.sql")
    allocate(ledger, "split_outcomes.sql")
    ledger.run(ROOM, "piece.sql")


def allocate(ledger: Ledger, split: str, params: dict[str, object] | None = None) -> None:
    """Fill split_share from the rows that statement `split` puts into temporary split."""
    ledger.run(ROOM, split, params)
    # Most passes leave nothing to divide, and planning the division costs more than this look.
    is_needed = ledger.value("SELECT count(*) FROM split") > 0
    ledger.run(ROOM, "allocate.sql" if is_needed else "split_share_none.sql")


def _match_pass(ledger: Ledger, number: int, keys: Pass) -> None:
    current: dict[str, object] = {"pass": number}
    ledger.run(ROOM, "pass_bill.sql", keys.keys)
    ledger.run(ROOM, "pass_usage.sql", keys.keys)
    ledger.run(ROOM, "match_group.sql", {**current, "list_currency": LIST_CURRENCY})
    if not ledger.value("SELECT count(*) FROM match_group WHERE pass = $pass", current):
        return
    allocate(ledger, "split_bill.sql", current)
    ledger.run(ROOM, "matched_bill.sql", current)
    ledger.run(ROOM, "bill_rest.sql", current)
    allocate(ledger, "split_consumed.sql", current)
    ledger.run(ROOM, "consumed.sql", current)
    allocate(ledger, "split_list_cost.sql")
    ledger.run(ROOM, "matched_usage.sql")
    ledger.run(ROOM, "usage_rest.sql")


def _coarseness(keys: Pass) -> tuple[Any, ...]:
    return keys.coarseness
