"""Why spend changed: an exactly additive bridge between two months, a verdict for each workflow, rebound."""

from finops_ai.attribution.bridge.change import (
    EFFECTS,
    Change,
    Driver,
    Effect,
    Group,
    effects_of,
    grouped,
    refuse_order,
    spend_change,
)
from finops_ai.attribution.bridge.judged import Judged, judge_change
from finops_ai.attribution.bridge.lmdi import UNIT
from finops_ai.attribution.bridge.verdict import MEANINGS, Verdict

__all__ = [
    "EFFECTS",
    "MEANINGS",
    "UNIT",
    "Change",
    "Driver",
    "Effect",
    "Group",
    "Judged",
    "Verdict",
    "effects_of",
    "grouped",
    "judge_change",
    "refuse_order",
    "spend_change",
]
