"""How much more is used when prices fall: a panel of workflows and months, with its standard error.

ln tokens = workflow + month + elasticity x ln price index: what a month did to all workflows (adoption, a
launch) and what a workflow always is are taken out first. These are statistics about money and never added
to any total; Decimal keeps them the same on every machine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from itertools import pairwise

from finops_ai.months import Month

WORKFLOWS_MIN = 8
EVENTS_MIN = 8
EVENT_FROM = Decimal("0.01")
"""A price index that moves by at least 1% from one month to the next is a price event."""
OWN_MOVEMENT_MIN = Decimal("0.01")
"""Of the price movement within workflows, what must be left once each month's common part is taken out."""
WIDENED_BY = Decimal("1.31")
"""Clustered 90% intervals of panels this small covered 79 to 88% in simulation; 1.645 / 1.254 mends 79%."""
ASSUMED = Decimal("-1.1")
ASSUMED_SOURCE = (
    "measured between hosts of the same open models (NBER, The Emerging Market for Intelligence, -1.11): "
    "an upper bound for one company"
)
_WIDE = Context(prec=40)
_TINY = Decimal("1e-25")
_ZERO = Decimal(0)
_T95_TEXT = """
7 1.895  8 1.860  9 1.833  10 1.812  11 1.796  12 1.782  13 1.771  14 1.761  15 1.753  16 1.746  17 1.740
18 1.734  19 1.729  20 1.725  25 1.708  30 1.697  40 1.684  60 1.671  120 1.658  1000 1.646
"""
# Student's t at 95% by degrees of freedom: two-sided 90%.
_T95 = {
    int(freedom): Decimal(value)
    for freedom, value in zip(_T95_TEXT.split()[::2], _T95_TEXT.split()[1::2], strict=True)
}


@dataclass(frozen=True)
class Observation:
    """One month of one workflow: tokens used, and its price index."""

    workflow: str
    month: Month
    tokens: Decimal
    price: Decimal


@dataclass(frozen=True)
class Elasticity:
    """The estimate with its 90% band, or None and the reasons why there is none."""

    value: Decimal | None
    standard_error: Decimal | None
    low: Decimal | None
    high: Decimal | None
    workflows: int
    months: int
    observations: int
    price_events: int
    refusals: tuple[str, ...] = ()


def estimate(panel: Sequence[Observation]) -> Elasticity:
    """The elasticity of tokens to price over `panel`; refused where the data cannot carry it."""
    found = _usable(panel)
    months = {each.month for each in found}
    workflows = {each.workflow for each in found}
    events = price_events(found)
    refusals = []
    if len(workflows) < WORKFLOWS_MIN:
        refusals.append(
            f"workflows with tokens and prices in two months: {len(workflows)}, below {WORKFLOWS_MIN}"
        )
    if events < EVENTS_MIN:
        refusals.append(f"price events of at least 1%: {events}, below {EVENTS_MIN}")
    counts = (len(workflows), len(months), len(found), events)
    if refusals:
        return Elasticity(None, None, None, None, *counts, tuple(refusals))
    with localcontext(_WIDE):
        return _estimated(found, counts)


def price_events(panel: Sequence[Observation]) -> int:
    """How often a workflow's price index moved by at least 1% from its month before."""
    count = 0
    for each in _by_workflow(panel).values():
        ordered = sorted(each, key=lambda one: one.month)
        for before, after in pairwise(ordered):
            with localcontext(_WIDE):
                count += abs(after.price / before.price - 1) >= EVENT_FROM
    return count


def rebound(elasticity: Decimal, price_ratio: Decimal) -> tuple[Decimal, Decimal, Decimal | None]:
    """What a price that becomes `price_ratio` times itself does: (tokens x, spend x, rebound).

    Rebound is the part of the expected saving that more use takes back, 1 for all of it; None where the
    price does not fall.
    """
    with localcontext(_WIDE):
        tokens = price_ratio**elasticity
        spend = price_ratio * tokens
        return tokens, spend, 1 - (1 - spend) / (1 - price_ratio) if price_ratio < 1 else None


def _usable(panel: Sequence[Observation]) -> list[Observation]:
    """Months with tokens and a price, of workflows that have at least two of them."""
    priced = [each for each in panel if each.tokens > 0 and each.price > 0]
    kept = {name for name, each in _by_workflow(priced).items() if len(each) > 1}
    return sorted(
        (each for each in priced if each.workflow in kept), key=lambda one: (one.workflow, one.month)
    )


def _by_workflow(panel: Sequence[Observation]) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = defaultdict(list)
    for each in panel:
        found[each.workflow].append(each)
    return found


def _estimated(panel: list[Observation], counts: tuple[int, int, int, int]) -> Elasticity:
    prices, rank = _residuals(panel, [each.price.ln() for each in panel])
    tokens, _ = _residuals(panel, [each.tokens.ln() for each in panel])
    own = _dot(prices, prices)
    moved = _demeaned(panel, [each.price.ln() for each in panel])
    within = _dot(moved, moved)
    if own <= within * OWN_MOVEMENT_MIN:
        why = "prices moved for all workflows at once, which cannot be told from the months themselves"
        return Elasticity(None, None, None, None, *counts, (why,))
    freedom = len(panel) - counts[0] - rank - 1
    if freedom < 1:
        why = f"{len(panel)} months of workflows are too few for {counts[0]} workflows and {counts[1]} months"
        return Elasticity(None, None, None, None, *counts, (why,))
    value = _dot(prices, tokens) / own
    scores: dict[str, Decimal] = defaultdict(Decimal)
    for each, price, token in zip(panel, prices, tokens, strict=True):
        scores[each.workflow] += price * (token - value * price)
    clusters = len(scores)
    small = Decimal(clusters) / (clusters - 1) * (len(panel) - 1) / freedom
    error = (small * sum((score * score for score in scores.values()), _ZERO)).sqrt() / own
    half = t_95(clusters - 1) * WIDENED_BY * error
    return Elasticity(value, error, value - half, value + half, *counts)


def t_95(freedom: int) -> Decimal:
    """Student's t at 95% for at least 7 degrees of freedom; between tabled ones the wider."""
    return _T95[max(known for known in _T95 if known <= freedom)]


def _residuals(panel: list[Observation], values: list[Decimal]) -> tuple[list[Decimal], int]:
    """`values` without workflow and month effects, and the rank of the months beside the workflows."""
    within = _demeaned(panel, values)
    months = sorted({each.month for each in panel})[1:]
    shares = _month_shares(panel)
    matrix = [[_normal(shares, a, b) for b in months] for a in months]
    right = [
        sum((value for each, value in zip(panel, within, strict=True) if each.month == month), _ZERO)
        for month in months
    ]
    solved, rank = _solved(matrix, right)
    effect = dict(zip(months, solved, strict=True))
    fitted = _demeaned(panel, [effect.get(each.month, _ZERO) for each in panel])
    return [value - fit for value, fit in zip(within, fitted, strict=True)], rank


def _demeaned(panel: list[Observation], values: list[Decimal]) -> list[Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    counts: dict[str, int] = defaultdict(int)
    for each, value in zip(panel, values, strict=True):
        sums[each.workflow] += value
        counts[each.workflow] += 1
    return [
        value - sums[each.workflow] / counts[each.workflow] for each, value in zip(panel, values, strict=True)
    ]


def _month_shares(panel: list[Observation]) -> list[tuple[frozenset[Month], int]]:
    return [(frozenset(each.month for each in own), len(own)) for own in _by_workflow(panel).values()]


def _normal(shares: list[tuple[frozenset[Month], int]], a: Month, b: Month) -> Decimal:
    """Normal equations of month dummies within workflows: how often a is there, less what they share."""
    both = sum((Decimal(1) / count for months, count in shares if a in months and b in months), _ZERO)
    return (sum(a in months for months, _ in shares) if a == b else 0) - both


def _solved(matrix: list[list[Decimal]], right: list[Decimal]) -> tuple[list[Decimal], int]:
    """Gauss and Jordan with pivots; a dependent month gets 0. Also the rank."""
    size = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    at: dict[int, int] = {}
    for column in range(size):
        free = [n for n in range(size) if n not in at.values()]
        best = max(free, key=lambda n: abs(rows[n][column]))
        if abs(rows[best][column]) < _TINY:
            continue
        at[column] = best
        pivot = rows[best][column]
        rows[best] = [value / pivot for value in rows[best]]
        for n in range(size):
            factor = rows[n][column]
            if n != best and factor:
                rows[n] = [value - factor * base for value, base in zip(rows[n], rows[best], strict=True)]
    return [rows[at[n]][size] if n in at else _ZERO for n in range(size)], len(at)


def _dot(left: Sequence[Decimal], right: Sequence[Decimal]) -> Decimal:
    return sum((a * b for a, b in zip(left, right, strict=True)), _ZERO)
