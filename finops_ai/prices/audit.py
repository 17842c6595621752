"""Looking for what is wrong with the price list: stale, conflicting, with gaps, or gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

from finops_ai.ledger import Ledger
from finops_ai.money import plain
from finops_ai.prices.model import Catalogue, Price
from finops_ai.prices.own import own_prices, read_all, same_thing

_OPEN_END_UTC = datetime(9999, 12, 31)


@dataclass(frozen=True)
class PriceFinding:
    """One thing to look at: `kind` is stale, conflict, gap or withdrawn; `rows` counts price rows."""

    kind: str
    provider: str
    model_id: str | None
    detail: str
    rows: int


def stale(
    catalogue: Catalogue, on: date, max_age_days: int, confirmed: Mapping[str, tuple[str, date]]
) -> Iterator[PriceFinding]:
    """Sources of prices still open on day `on` that nobody has looked at for more than `max_age_days`.

    A price that a second source agreed with counts as looked at on that day (`confirmed`, by price id).
    """
    groups: dict[tuple[str, str, date], int] = defaultdict(int)
    at_utc = datetime(on.year, on.month, on.day)
    for price in catalogue.prices:
        if price.valid_to_utc is None or price.valid_to_utc > at_utc:
            _, confirmed_on = confirmed.get(price.price_id, ("", price.checked_on))
            groups[price.provider, price.source_url, max(price.checked_on, confirmed_on)] += 1
    for (provider, source_url, checked_on), rows in sorted(groups.items()):
        age_days = (on - checked_on).days
        if age_days > max_age_days:
            detail = f"{source_url} was checked on {checked_on}, {age_days} days ago"
            yield PriceFinding("stale", provider, None, detail, rows)


def conflicts(own_folder: Path | None, *, folder: Path | None = None) -> Iterator[PriceFinding]:
    """The user's prices that a shipped row contradicts for the same time.

    A row of the user's that starts after the shipped one is a change of price and no contradiction.
    """
    theirs: dict[tuple[object, ...], list[Price]] = defaultdict(list)
    for price in read_all(folder, None).prices:
        theirs[same_thing(price)].append(price)
    for own in own_prices(own_folder):
        for listed in theirs[same_thing(own)]:
            starts_first = own.valid_from_utc <= listed.valid_from_utc < (own.valid_to_utc or _OPEN_END_UTC)
            if starts_first and listed.unit_price != own.unit_price:
                detail = (
                    f"{own.meter}, {own.service_tier}: {plain(own.unit_price)} of your own from "
                    f"{own.valid_from_utc:%Y-%m-%d}, {plain(listed.unit_price)} shipped from "
                    f"{listed.valid_from_utc:%Y-%m-%d} ({listed.source_url}), in {own.currency} a unit"
                )
                yield PriceFinding("conflict", own.provider, own.model_id, detail, 2)


def gaps(catalogue: Catalogue) -> Iterator[PriceFinding]:
    """Times without a price between two rows that price the same."""
    groups: dict[tuple[object, ...], list[Price]] = defaultdict(list)
    for price in catalogue.prices:
        groups[same_thing(price)].append(price)
    found: dict[tuple[str, str, datetime, datetime], list[Price]] = defaultdict(list)
    for rows in groups.values():
        rows.sort(key=lambda row: row.valid_from_utc)
        for row, following in pairwise(rows):
            if row.valid_to_utc is not None and row.valid_to_utc < following.valid_from_utc:
                key = (row.provider, row.model_id, row.valid_to_utc, following.valid_from_utc)
                found[key].append(row)
    for (provider, model_id, from_utc, to_utc), rows in sorted(found.items()):
        what = ", ".join(sorted({f"{row.meter} ({row.service_tier})" for row in rows}))
        detail = f"no price from {from_utc:%Y-%m-%d} to {to_utc:%Y-%m-%d}: {what}"
        yield PriceFinding("gap", provider, model_id, detail, len(rows))


def withdrawn(ledger: Ledger, catalogue: Catalogue) -> Iterator[PriceFinding]:
    """Prices that the ledger has taken over and no file has any more: edited in place, or removed.

    A row that starts with what it prices at the same instant as another one has been corrected.
    """
    known = {(same_thing(price), price.valid_from_utc) for price in catalogue.prices}
    ids = {price.price_id for price in catalogue.prices}
    gone: dict[tuple[str, str], int] = defaultdict(int)
    for row in _recorded(ledger):
        price_id, thing, valid_from_utc = row
        if price_id not in ids and (thing, valid_from_utc) not in known:
            gone[str(thing[0]), str(thing[1])] += 1
    for (provider, model_id), rows in sorted(gone.items()):
        detail = "taken over earlier, in no price file any more; it still counts"
        yield PriceFinding("withdrawn", provider, model_id, detail, rows)


def _recorded(ledger: Ledger) -> Iterable[tuple[str, tuple[object, ...], datetime]]:
    rows = ledger.rows(
        "SELECT price_id, provider, model_id, meter, coalesce(endpoint_scope, 'global'), service_tier, "
        "min_prompt_tokens, hours_utc, valid_from_utc FROM price_now ORDER BY ALL"
    )
    return [(row[0], tuple(row[1:8]), row[8]) for row in rows]
