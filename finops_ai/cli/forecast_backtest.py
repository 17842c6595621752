"""`finops-ai forecast backtest`: how good the forecast would have been on the ledger's own history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.forecast.trial import ALL_WORKFLOWS, Score, Trial, backtest

_FLAT = columns(
    *("scope:scope", "workflow:workflow", "ahead:months ahead:count", "origins:origins:count"),
    *("wape:WAPE", "flat_wape:WAPE of run rate", "value_added:value added", "bias:bias", "mase:MASE"),
    *("intervals:intervals:count", "coverage:coverage 80", "band_low:band low", "band_high:band high"),
    "label:label",
)
_SHOWN = columns(
    *("name:what", "ahead:ahead:count", "origins:n:count", "wape:error", "flat:flat", "added:gain"),
    *("bias:bias", "mase:MASE", "coverage:in 80%", "band:right"),
)
_MEANINGS = " ".join(
    (
        "ahead: months ahead; n: forecasts compared. error: sum of absolute errors over sum of costs (WAPE);",
        "flat: that of the last month going on; gain: what the forecast is better by, in points.",
        "bias: above zero is forecast too high. MASE: errors in units of the usual month-to-month change.",
        "in 80%: months inside the 80% interval; right: what a right interval shows in 19 of 20 histories,",
        "months taken as independent.",
    )
)


def backtest_and_describe(settings: Settings, as_of: str | None, *, at_utc: datetime) -> Document:
    """Bring the ledger up to date and try the forecast on its history; nothing is stored."""
    config = settings.load()
    require_ledger(config, as_of)
    with settings.open(config) as ledger:
        month = None if as_of is None else chosen_month(ledger, as_of)
        chosen_month(ledger, None)
        refresh(ledger, config, at_utc=at_utc)
        found = backtest(ledger, config, as_of=month)
    return describe(found)


def describe(found: Trial) -> Document:
    """The scores for people, spreadsheets and programs."""
    title = f"Forecasts of {found.first_month} to {found.last_month} against the bills"
    return Document(
        "forecast backtest",
        (
            *found.notes,
            *([""] if found.notes else []),
            *_tables(found, title),
            _MEANINGS,
            "",
            *_words(found),
        ),
        {"backtest": found},
        _flat(found),
    )


def _tables(found: Trial, title: str) -> Iterator[Table]:
    whole = [score for score in found.scores if score.scope in ("total", ALL_WORKFLOWS)]
    yield Table("", title, _SHOWN, tuple(_row(score) for score in whole))
    lines = [score for score in found.scores if score.scope not in ("total", ALL_WORKFLOWS)]
    yield Table("", "Line by line", _SHOWN, tuple(_row(score) for score in _by_name(lines)))


def _by_name(scores: list[Score]) -> list[Score]:
    """Line by line, the months ahead of each together."""
    order = list(dict.fromkeys(score.workflow for score in scores))
    return sorted(scores, key=lambda score: (order.index(score.workflow), score.ahead))


def _row(score: Score) -> tuple[object, ...]:
    name = score.workflow or score.scope.replace("_", " ")
    added = None if score.value_added is None else f"{100 * score.value_added:+.1f}".replace("-0.0", "0.0")
    bias = None if score.bias is None else f"{score.bias:+.1%}"
    mase = None if score.mase is None else f"{score.mase:.2f}"
    covered = None if score.coverage is None else f"{score.coverage:.0%}"
    band = None
    if score.band_low is not None and score.band_high is not None:
        band = f"{100 * score.band_low:.0f}-{score.band_high:.0%}"
    shares = (_percent(score.wape), _percent(score.flat_wape))
    return (name, score.ahead, score.origins, *shares, added, bias, mase, covered, band)


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else f"{share:.1%}"


def _words(found: Trial) -> Iterator[str]:
    yield "Now used:"
    yield from (f"{name}: {statement}." for name, statement in found.statements)
    if found.run_rate_lines:
        yield f"The flat run rate is used for {', '.join(found.run_rate_lines)}."


def _flat(found: Trial) -> Table:
    rows = tuple(
        (
            *(score.scope, score.workflow, score.ahead, score.origins, score.wape, score.flat_wape),
            *(score.value_added, score.bias, score.mase, score.intervals, score.coverage),
            *(score.band_low, score.band_high, found.label),
        )
        for score in found.scores
    )
    return Table("scores", "", _FLAT, rows)
