"""`finops-ai explain rebound`: prices and volume as indexes, and how volume answers to prices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from finops_ai.attribution.bridge import (
    ASSUMED,
    ASSUMED_SOURCE,
    Elasticity,
    Rebound,
    WorkflowIndexes,
    rebound,
    span_rebound,
)
from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.ledger import Ledger
from finops_ai.months import Month

_LEGEND = (
    "Indexes: 100 in the first month. Price: one basket of models, tiers and token kinds at each month's "
    "billed prices; volume: logged tokens; spend: their billed cost. Events: price moves of at least 1%."
)
_UNIT = Decimal("0.0001")
_PRICES = tuple(map(Decimal, ("0.9", "0.5", "0.3", "0.1")))
_INDEXES = columns(
    *("workflow:workflow", "currency:currency", "first_month:from", "last_month:to"),
    *("price_index:price:money1", "volume_index:volume:money1", "cost_index:spend:money1"),
    *("price_events:events:count", "priced_share_percent:% priced:money1"),
)
_WHAT_IF = columns(
    *("price_change:price", "tokens_times:tokens x:money2", "spend_times:spend x:money2"),
    "rebound_percent:rebound %:money",
)


def explain_rebound(
    settings: Settings, first: str | None, last: str | None, *, now_utc: datetime
) -> Document:
    """The indexes of each workflow and the elasticity over all, or why it is not measured.

    Raises what `span_rebound` raises, InputError for a month without data.
    """
    config = settings.load()
    for month in (first, last):
        require_ledger(config, month)
    with settings.open(config) as ledger:
        span = _span(ledger, first, last)
        refresh(ledger, config, at_utc=now_utc)
        found = span_rebound(ledger, *span)
    return Document(
        "explain rebound",
        (
            _index_table(found),
            _LEGEND,
            "",
            *_elasticity(found.elasticity),
            _what_if(found.elasticity),
        ),
        {
            "from": found.first,
            "to": found.last,
            "elasticity": _facts(found.elasticity),
            "series": _series(found),
        },
    )


def _span(ledger: Ledger, first: str | None, last: str | None) -> tuple[Month, Month]:
    """The span asked for; by default all months with charges."""
    end = chosen_month(ledger, last)
    if first is not None:
        start = Month.parse(first)
        return (chosen_month(ledger, first) if start < end else start), end
    oldest = ledger.value("SELECT min(billing_period_start_utc) FROM charge")
    return (end if oldest is None else Month.of(oldest)), end


def _index_table(found: Rebound) -> Table:
    title = f"Prices, volume and spend, {found.first} to {found.last}"
    return Table("indexes", title, _INDEXES, tuple(_index_row(each) for each in found.workflows))


def _index_row(each: WorkflowIndexes) -> tuple[object, ...]:
    first, last = each.points[0], each.points[-1]
    share = each.priced_share
    return (
        *(each.workflow, each.currency, first.month, last.month),
        *(_rounded(last.price_index), _rounded(last.volume_index), _rounded(each.cost_index)),
        *(each.price_events, None if share is None else _rounded(share * 100)),
    )


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(_UNIT)


def _elasticity(found: Elasticity) -> Iterator[str]:
    if found.value is None or found.standard_error is None or found.low is None or found.high is None:
        yield f"Elasticity of tokens to price: not measured ({'; '.join(found.refusals)})."
        yield f"Assumption: {ASSUMED}, {ASSUMED_SOURCE}."
    else:
        yield (
            f"Elasticity of tokens to price: {found.value:.2f}, standard error {found.standard_error:.2f}, "
            f"90% band {found.low:.2f} to {found.high:.2f}"
        )
        yield (
            f"({found.workflows} workflows, {found.months} months, {found.observations} of both, "
            f"{found.price_events} price events; workflow and month effects are taken out, errors are "
            "clustered by workflow, and the band is widened by 1.31)."
        )
    yield ""


def _what_if(found: Elasticity) -> Table:
    value = ASSUMED if found.value is None else found.value
    what = "assumed" if found.value is None else "measured"
    rows = []
    for price in _PRICES:
        tokens, spend, share = rebound(value, price)
        rows.append(
            (
                f"{(price - 1) * 100:+.0f}%",
                *(_rounded(tokens), _rounded(spend), None if share is None else _rounded(share * 100)),
            )
        )
    return Table("what_if", f"What a price cut does at {value:.2f} ({what})", _WHAT_IF, tuple(rows))


def _facts(found: Elasticity) -> dict[str, object]:
    numbers = ("value", "standard_error", "low", "high")
    return {
        **{name: _rounded(getattr(found, name)) for name in numbers},
        **{name: getattr(found, name) for name in ("workflows", "months", "observations", "price_events")},
        "refusals": found.refusals,
        "assumed": ASSUMED if found.value is None else None,
        "assumed_source": ASSUMED_SOURCE if found.value is None else None,
    }


def _series(found: Rebound) -> list[dict[str, object]]:
    """Every point of every index, for programs."""
    return [
        {
            **{name: getattr(point, name) for name in ("workflow", "currency", "month", "cost", "tokens")},
            "price_index": _rounded(point.price_index),
            "volume_index": _rounded(point.volume_index),
        }
        for each in found.workflows
        for point in each.points
    ]
