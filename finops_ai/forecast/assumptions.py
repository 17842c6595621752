"""Every stated assumption of a plan with its source, in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from finops_ai.config import ModelChange, Plan, PriceChange
from finops_ai.money import plain
from finops_ai.months import Month


def assumptions(plan: Plan) -> Iterator[str]:
    """What the plan takes for granted; launches have a table of their own."""
    yield from (_model_change(change) for change in plan.model_changes)
    yield from (_price_change(change) for change in plan.prices)
    if plan.elasticity is not None and plan.prices:
        yield (
            f"Elasticity {plain(plan.elasticity)} of volume to price: an assumption, no measurement of your "
            "own usage."
        )


def percent(share: Decimal) -> str:
    """A ratio as a percentage with all its digits."""
    return f"{plain(share * 100)}%"


def _model_change(change: ModelChange) -> str:
    return (
        f"Model change {change.name} from {Month.of(change.starts)}: {percent(change.share)} of what runs "
        f"today costs x {plain(change.factor)} ({change.source})."
    )


def _price_change(change: PriceChange) -> str:
    how = (
        f"tier {change.tier}, by its half-life"
        if change.change is None
        else f"{_signed(change.change)} at once"
    )
    moved = change.share * change.migrates
    text = (
        f"Price {change.name} from {Month.of(change.starts)}: {how}, for the {percent(moved)} of cost that "
        f"moves to it ({change.source})."
    )
    return text if moved else f"{text} Nothing moves, so it changes nothing."


def _signed(change: Decimal) -> str:
    return f"{'+' if change > 0 else ''}{percent(change)}"
