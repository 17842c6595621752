"""Why spend changed: an exactly additive bridge between two months, a verdict for each workflow, rebound."""

from finops_ai.attribution.bridge.change import (
    EFFECTS,
    Change,
    Driver,
    Effect,
    Group,
    comparable_change,
    effects_of,
    grouped,
    refuse_order,
    spend_change,
)
from finops_ai.attribution.bridge.elasticity import (
    ASSUMED,
    ASSUMED_SOURCE,
    Elasticity,
    rebound,
)
from finops_ai.attribution.bridge.indexes import Rebound, WorkflowIndexes, span_rebound
from finops_ai.attribution.bridge.judged import Judged, judge_change
from finops_ai.attribution.bridge.lmdi import UNIT
from finops_ai.attribution.bridge.verdict import MEANINGS, Verdict

__all__ = [
    "ASSUMED",
    "ASSUMED_SOURCE",
    "EFFECTS",
    "MEANINGS",
    "UNIT",
    "Change",
    "Driver",
    "Effect",
    "Elasticity",
    "Group",
    "Judged",
    "Rebound",
    "Verdict",
    "WorkflowIndexes",
    "comparable_change",
    "effects_of",
    "grouped",
    "judge_change",
    "rebound",
    "refuse_order",
    "span_rebound",
    "spend_change",
]
