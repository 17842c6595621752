"""Is it known what each workflow costs per transaction? Estimated from one half, tried on the other.

The verdict is yes when nothing that is known to be unknown (calls without outcome, outcomes without
calls, lost logs, the spread of sessions) can move the figure by more than `within`, and the half held
out confirms it. docs/outcomes.md says every condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.unit_cost.intervals import ROOM, SUCCESSES_MIN, Interval, UnitCost, unit_costs

SPLITS = 20
"""How many times the sessions are divided in two halves."""
HITS_MIN = 14
"""In so many of the SPLITS at least the held-out half must lie within the limit: about two thirds, which
is what a figure known within the limit with 95% confidence reaches when half of it is held out."""


@dataclass(frozen=True)
class HeldOut:
    """Cost per success estimated from the half kept, and of the half held out, in the middle division.

    The divisions are ordered by how far they are off. `hits`: in how many of SPLITS divisions the half
    held out was within the limit; `covered`: in how many it lay inside the 95% interval stated from the
    half kept.
    """

    kept_successes: int
    held_successes: int
    estimate: Decimal
    actual: Decimal
    interval: Interval
    error: float
    """actual / estimate - 1."""
    is_hit: bool
    hits: int
    covered: int


@dataclass(frozen=True)
class Check:
    """One workflow and outcome kind (None: the workflow has none) and whether its cost is known.

    `verdict` is yes, no or not enough data; `reason` says why and `advice` what would change it.
    """

    workflow: str
    kind: str | None
    currency: str
    spend: Decimal
    verdict: str
    reason: str
    advice: str
    cost: UnitCost | None = None
    held_out: HeldOut | None = None
    half_width: float | None = None
    """The wider half of the long-run interval as a fraction of the estimate."""


def verify(ledger: Ledger, month: Month, within: Decimal) -> tuple[Check, ...]:
    """A check per outcome kind and workflow of `month`, and one per workflow without outcomes."""
    costs = unit_costs(ledger, month)
    divided: dict[int, list[dict[str, Any]]] = {}
    for row in ledger.run_records(ROOM, "splits.sql", {"splits": SPLITS}):
        divided.setdefault(row["pair_id"], []).append(row)
    lost = {row["pair_id"]: row for row in ledger.run_records(ROOM, "largest_scope.sql")}
    found = [
        _check(cost, divided.get(number, []), lost.get(number), within)
        for number, cost in enumerate(costs, start=1)
    ]
    found += [
        Check(
            row["workflow"],
            None,
            row["currency"],
            row["cost"],
            "not enough data",
            "no outcome kind names it",
            "Name its outcomes under outcomes in finops.yaml and ingest them.",
        )
        for row in ledger.run_records(ROOM, "without_outcome.sql", {"month": month.first_day})
    ]
    return tuple(sorted(found, key=lambda check: (check.workflow, check.kind or "", check.currency)))


def _check(
    cost: UnitCost, divided: list[dict[str, Any]], lost: dict[str, Any] | None, within: Decimal
) -> Check:
    held_out = _held_out(cost, divided, within) if cost.expected is not None else None
    width = None
    if cost.expected is not None and cost.estimate:
        sides = (cost.estimate - cost.expected.low, cost.expected.high - cost.estimate)
        width = float(max(sides) / cost.estimate)
    verdict, reason, advice = _verdict(cost, held_out, width, lost, within)
    spend = cost.linked + cost.unlinked
    return Check(
        cost.workflow,
        cost.kind,
        *(cost.currency, spend, verdict, reason, advice, cost, held_out, width),
    )


def _held_out(cost: UnitCost, divided: list[dict[str, Any]], within: Decimal) -> HeldOut | None:
    """What the divisions say; None when in any of them a half has no success or no cost."""
    tried = [found for found in (_divided(cost, row, within) for row in divided) if found is not None]
    if len(tried) < SPLITS:
        return None
    middle = sorted(tried, key=lambda each: abs(each.error))[SPLITS // 2]
    return replace(
        middle,
        hits=sum(each.is_hit for each in tried),
        covered=sum(each.interval.low <= each.actual <= each.interval.high for each in tried),
    )


def _divided(cost: UnitCost, row: dict[str, Any], within: Decimal) -> HeldOut | None:
    kept, held = row["kept_successes"], row["held_successes"]
    if not kept or not held or row["kept_cost"] <= 0:
        return None
    estimate, actual = row["kept_cost"] / kept, row["held_cost"] / held
    # The spread of the units kept, and as much again for those held out, in proportion to their number.
    ratio = row["part"] / kept
    square = row["part_square"] - 2 * ratio * row["part_successes"] + ratio**2 * row["successes_square"]
    error = (max(square, 0.0) / row["part"] ** 2 * (1 + kept / held)) ** 0.5
    low, high = (estimate * Decimal(repr(max(1 - point * error, 0.0))) for point in cost.points[::-1])
    off = actual / estimate - 1
    is_hit = abs(off) <= within
    return HeldOut(kept, held, estimate, actual, Interval(low, high), float(off), is_hit, 0, 0)


def _verdict(
    cost: UnitCost, held: HeldOut | None, width: float | None, lost: dict[str, Any] | None, within: Decimal
) -> tuple[str, str, str]:
    """(yes, no or not enough data; why; what to do)."""
    limit = float(within)
    if cost.linked <= 0:
        return (
            "not enough data",
            "no billed call is linked to an outcome",
            "Let calls carry what outcomes link by.",
        )
    if width is None or held is None:
        return ("not enough data", _few(cost), "Verify a month with more of them.")
    found = next(_failures(cost, held, width, lost, limit), None)
    if found is not None:
        return ("no", *found)
    return ("yes", f"known within {width:.0%}; held out: {held.hits} of {SPLITS} within {limit:.0%}", "")


def _few(cost: UnitCost) -> str:
    if not cost.successes:
        return f"no success in {cost.attempts} attempts"
    return f"{cost.successes} successes, {SUCCESSES_MIN} are needed"


def _failures(
    cost: UnitCost, held: HeldOut, width: float, lost: dict[str, Any] | None, limit: float
) -> Iterator[tuple[str, str]]:
    """(why, what to do) of each condition that does not hold, the one to mend first first."""
    unlinked = float(cost.unlinked / cost.linked)
    if unlinked > limit:
        share = _share(cost.unlinked, cost.linked + cost.unlinked)
        yield (
            f"{share} of its direct cost is linked to no outcome",
            "Let its calls carry what outcomes link by.",
        )
    lost_share = float(cost.lost / (cost.linked + cost.lost))
    silent = cost.silent_share - (lost_share if cost.is_lost_by_session else 0.0)
    if silent > limit:
        yield (
            f"{cost.silent_share:.0%} of its outcomes have no call linked, so a success looks too cheap",
            "Ingest the log of those calls, or link them.",
        )
    only = f"known within {width:.0%} only"
    if width > limit and lost is not None and cost.lost_error > cost.expected_error / 2:
        place = " ".join(lost[name] for name in ("provider", "project_id", "model") if lost[name])
        yield (
            f"{only}: {lost_share:.0%} of its cost is billed without a log",
            f"Ingest the missing logs, most of {place}.",
        )
    if width > limit:
        needed = max(cost.successes + 1, round(cost.successes * (width / limit) ** 2))
        yield (
            f"{only}: sessions cost too unlike each other for {cost.successes} successes",
            f"About {needed:,d} successes would do.",
        )
    if held.hits < HITS_MIN:
        yield (
            f"the half held out was within {limit:.0%} in {held.hits} of {SPLITS} divisions only",
            "Look for two kinds of work under one outcome kind, and split it.",
        )


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{float(part / whole):.0%}"
