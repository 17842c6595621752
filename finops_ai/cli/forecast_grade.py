"""`finops-ai forecast grade`: what stored forecasts said, against the bills that have come since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import cell
from finops_ai.forecast.grade import OWNER, Grade, Score, grade
from finops_ai.forecast.misses import CLASSES, Miss
from finops_ai.forecast.result import WORKFLOW
from finops_ai.months import Month

_FLAT = columns(
    *("scope:scope", "name:name", "ahead_first:months ahead from:count", "ahead_last:to:count"),
    *("forecasts:forecasts:count", "wape:WAPE", "bias:bias", "mase:MASE", "intervals:intervals:count"),
    *("coverage:coverage 80", "band_low:band low", "band_high:band high", "grade:grade", "label:label"),
)
_SHOWN = columns(
    *("name:what", "ahead:ahead", "forecasts:n:count", "wape:error", "bias:bias", "mase:MASE"),
    *("coverage:in 80%", "band:right", "grade:grade"),
)
_OWNERS = columns("name:owner", "forecasts:n:count", "wape:error", "bias:bias", "grade:grade")
_DRIFTS = columns(
    *("month:month", "forecasts:forecasts:count", "first:first:money", "last:last:money"),
    *("actual:actual:money", "drift:drift"),
)
_MISSES = columns(
    *("line:line", "budget:budget:money", "miss:miss:money"),
    *(f"{name.replace(' ', '_')}:{'unknown' if name == CLASSES[-1] else name}:money" for name in CLASSES),
)
_MEANINGS = (
    "ahead: months ahead. error: sum of absolute errors over sum of costs (WAPE); bias: above zero is",
    "forecast too high. MASE: errors in units of the usual month-to-month change. in 80%: months inside the",
    "80% interval; right: what a right interval shows in 19 of 20 histories. grade, by the error up to three",
    "months ahead: run up to 12%, walk 15%, crawl 20% (bands of the FinOps Foundation's sample KPI).",
)
_CLASSES = (
    "miss: actual - budget. plan: what the scenario put on top of history. volume: other calls than history",
    "let expect. unit cost: another cost per call. event: a workflow that was new or is gone, or a one-off",
    "charge. unknown: no calls are logged that could tell.",
)


def grade_and_describe(
    settings: Settings,
    *,
    as_of: str | None,
    hindsight: bool,
    scenario: str,
    made_for: str | None,
    at_utc: datetime,
) -> Document:
    """Bring the ledger up to date and grade what it has stored; nothing is written but derived tables."""
    config = settings.load()
    run = None if made_for is None else Month.parse(made_for)
    require_ledger(config, as_of)
    with settings.open(config) as ledger:
        month = None if as_of is None else chosen_month(ledger, as_of)
        chosen_month(ledger, None)
        refresh(ledger, config, at_utc=at_utc)
        found = grade(ledger, config, as_of=month, hindsight=hindsight, scenario=scenario, made_for=run)
    return describe(found)


def describe(found: Grade) -> Document:
    """The track record for people, spreadsheets and programs."""
    return Document(
        "forecast grade",
        (
            *_accuracy(found),
            *_owners(found),
            *_moved(found),
            *_planned(found),
            *_missed(found),
            *_left_out(found),
        ),
        {"grade": found},
        _flat(found),
    )


def _accuracy(found: Grade) -> Iterator[Table | str]:
    runs = f"{found.forecasts} stored forecast{'' if found.forecasts == 1 else 's'}"
    span = f"{found.first_month} to {found.last_month}"
    shown = [score for score in found.scores if score.scope != OWNER]
    if not shown:
        yield f"{runs}, {span}: none had a baseline, for want of history, so there is no error to show."
        yield ""
        return
    yield Table("", f"{runs} against the bills of {span}", _SHOWN, tuple(_row(score) for score in shown))
    yield " ".join(_MEANINGS)
    yield ""


def _row(score: Score) -> tuple[object, ...]:
    name = score.name or score.scope.replace("_", " ")
    last = score.ahead_last
    ahead = str(last) if score.ahead_first == last else f"{score.ahead_first}-{last}"
    band = None
    if score.band_low is not None and score.band_high is not None:
        band = f"{100 * score.band_low:.0f}-{score.band_high:.0%}"
    mase = None if score.mase is None else f"{score.mase:.2f}"
    covered = None if score.coverage is None else f"{score.coverage:.0%}"
    return (
        *(name, ahead, score.forecasts, _percent(score.wape), _signed(score.bias), mase, covered, band),
        score.grade or "",
    )


def _owners(found: Grade) -> Iterator[Table | str]:
    shown = [score for score in found.scores if score.scope == OWNER and score.grade is not None]
    rows = [
        (each.name, each.forecasts, _percent(each.wape), _signed(each.bias), each.grade) for each in shown
    ]
    if rows:
        yield Table("", "By owner, up to three months ahead", _OWNERS, tuple(rows))


def _moved(found: Grade) -> Iterator[Table | str]:
    rows = [
        (each.month, each.forecasts, each.first, each.last, each.actual, _percent(each.drift))
        for each in found.drifts
    ]
    if rows:
        title = f"Drift: how the total's forecast of a month moved, {found.currency}"
        yield Table("", title, _DRIFTS, tuple(rows))
        yield "drift: sum of the changes from one forecast to the next, up and down, over actual."
        yield ""


def _planned(found: Grade) -> Iterator[Table | str]:
    names = list(dict.fromkeys(name for plan in found.plans for name, _ in plan.mids))
    if not names:
        return
    keys = (f"scenario_{number}:{name}:money" for number, name in enumerate(names))
    layout = columns("made_for:from", "months:months:count", *keys, "actual:actual:money", "nearest:nearest")
    rows = []
    for plan in found.plans:
        mids = dict(plan.mids)
        rows.append(
            (plan.made_for, plan.months, *(mids.get(name) for name in names), plan.actual, plan.nearest)
        )
    yield Table(
        "", f"Scenarios (mid) against actual, months that have come, {found.currency}", layout, tuple(rows)
    )


def _missed(found: Grade) -> Iterator[Table | str]:
    if not found.misses:
        return
    count = found.misses[0].months
    months = f"{count} month{'' if count == 1 else 's'}"
    title = f"Misses of {found.scenario} from {found.missed_run}, {months}, {found.currency}"
    yield Table("", title, _MISSES, tuple(_miss(miss) for miss in found.misses))
    total = found.misses[0]
    parts = " + ".join(f"{name} {cell(total.parts[name])}" for name in CLASSES if total.parts[name])
    rest = total.miss - sum(total.parts.values(), Decimal(0))
    yield f"miss {cell(total.miss)} {found.currency} = {parts or '0'} (difference {rest.normalize():f})"
    yield " ".join(_CLASSES)
    yield ""


def _miss(miss: Miss) -> tuple[object, ...]:
    name = miss.workflow if miss.scope == WORKFLOW else miss.scope.replace("_", " ")
    return (name, miss.budget, miss.miss, *(miss.parts[each] for each in CLASSES))


def _left_out(found: Grade) -> Iterator[str]:
    if found.left_out:
        yield (
            f"Left out: {found.left_out} forecast months that were forecast after they were over. "
            "--hindsight grades them too."
        )


def _flat(found: Grade) -> Table:
    rows = tuple(
        (
            *(score.scope, score.name, score.ahead_first, score.ahead_last, score.forecasts, score.wape),
            *(score.bias, score.mase, score.intervals, score.coverage, score.band_low, score.band_high),
            *(score.grade, found.label),
        )
        for score in found.scores
    )
    return Table("scores", "", _FLAT, rows)


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else f"{share:.1%}"


def _signed(share: Decimal | None) -> str | None:
    return None if share is None else f"{share:+.1%}"
