"""The user's own price files, read beside the shipped ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from finops_ai.errors import ConfigError
from finops_ai.prices.catalogue import (
    ALIASES_NAME,
    read_aliases,
    read_catalogue,
    read_prices,
    shipped_catalogue,
)
from finops_ai.prices.model import Catalogue, Price
from finops_ai.yaml_text import problem_at, read_yaml

CONFIRMED_NAME = "confirmed.yaml"


def read_all(folder: Path | None, own_folder: Path | None) -> Catalogue:
    """The price files of `folder` (None: the shipped ones) with those of `own_folder`, if there are any.

    Where both price the same, the row that starts later counts from its start on, and of two that start
    together the user's own. ConfigError for the first fault in any file.
    """
    catalogue = shipped_catalogue() if folder is None else read_catalogue(folder)
    own = own_prices(own_folder)
    names = own_folder / ALIASES_NAME if own_folder is not None else None
    prices = tuple(_merged(catalogue.prices, own))
    if names is None or not names.exists():
        return replace(catalogue, prices=prices)
    aliases = read_aliases(names, {(price.provider, price.model_id) for price in prices})
    listed = {(alias.provider, alias.model_name) for alias in aliases}
    kept = [alias for alias in catalogue.aliases if (alias.provider, alias.model_name) not in listed]
    return Catalogue(prices, (*kept, *aliases))


def own_prices(own_folder: Path | None) -> list[Price]:
    """Every price in the user's folder; none where there is no such folder.

    A provider may have several files: each accepted import adds one. ConfigError when two of them give
    one thing two prices from the same instant on.
    """
    prices: list[Price] = []
    starts: dict[object, tuple[Price, Path]] = {}
    for path in price_files(own_folder):
        for price in read_prices(path):
            known, first = starts.setdefault((same_thing(price), price.valid_from_utc), (price, path))
            if known.unit_price != price.unit_price:
                what = f"{price.meter} of {price.model_id} costs otherwise in {first.name} from the same day."
                raise ConfigError(f"{path}: {what}", hint="Keep one; a correction starts on a later day.")
            if known is price:
                prices.append(price)
    return prices


def confirmations(own_folder: Path | None) -> dict[str, tuple[str, date]]:
    """Price ids that a second source agreed with: which one, and on which day."""
    path = None if own_folder is None else own_folder / CONFIRMED_NAME
    if path is None or not path.exists():
        return {}
    data, lines = read_yaml(path)
    found: dict[str, tuple[str, date]] = {}
    for price_id, said in (data.get("confirmed") or {}).items():
        words = said.rsplit(" ", 1) if isinstance(said, str) else []
        try:
            found[price_id] = (words[0], date.fromisoformat(words[1]))
        except (ValueError, IndexError) as error:
            line = lines.near(("confirmed", price_id))
            what = f'"{said}" is not a source and a day.'
            raise problem_at(path, line, what, hint="Write it like: litellm 2026-11-22.") from error
    return found


def price_files(own_folder: Path | None) -> list[Path]:
    """The user's price files, by name."""
    if own_folder is None or not own_folder.is_dir():
        return []
    return [
        path for path in sorted(own_folder.glob("*.yaml")) if path.name not in (ALIASES_NAME, CONFIRMED_NAME)
    ]


def same_thing(price: Price) -> tuple[object, ...]:
    """What is priced: equal for two rows that cannot hold at once."""
    return (
        *(price.provider, price.model_id, price.meter, price.endpoint_scope or "global"),
        *(price.service_tier, price.min_prompt_tokens, price.hours_utc),
    )


def _merged(shipped: Iterable[Price], own: list[Price]) -> Iterator[Price]:
    """All rows, each closed at the latest where a row of the other side starts."""
    if not own:
        yield from shipped
        return
    groups: dict[tuple[object, ...], list[Price]] = defaultdict(list)
    mine = {price.price_id for price in own}
    for price in (*shipped, *own):
        groups[same_thing(price)].append(price)
    for rows in groups.values():
        if {row.price_id for row in rows} & mine:
            yield from _in_turn(rows, mine)
        else:
            yield from rows


def _in_turn(rows: list[Price], mine: set[str]) -> Iterator[Price]:
    starts: dict[object, Price] = {}
    for row in rows:  # the user's own come last
        known = starts.get(row.valid_from_utc)
        if known is None or row.price_id in mine:
            starts[row.valid_from_utc] = row
    ordered = sorted(starts.values(), key=lambda row: row.valid_from_utc)
    for row, following in zip(ordered, [*ordered[1:], None], strict=True):
        end_utc = row.valid_to_utc
        if following is not None and (end_utc is None or end_utc > following.valid_from_utc):
            end_utc = following.valid_from_utc
        yield replace(row, valid_to_utc=end_utc)
