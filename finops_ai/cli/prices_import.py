"""`finops-ai prices import`: another list's prices as proposals, which a person accepts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from finops_ai.cli.context import Settings
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.text import counted
from finops_ai.errors import ConfigError
from finops_ai.prices import PriceBook, Proposal, on_sheet, price_provider, propose, removed
from finops_ai.prices.accept import accept, confirm
from finops_ai.prices.foreign import SOURCE_URL, read_offers

_DIFF = columns(
    *("verdict:change", "provider:provider", "model:model", "meter:meter", "tier:tier"),
    *("scope:scope:hidden", "from_tokens:prompt from:hidden", "before:now:money-1", "after:proposed:money-1"),
    *("per:per", "valid_from:from:hidden", "price_id:price id now:hidden"),
)
_REFUSED = columns(
    *("provider:provider", "model:model", "meter:meter", "tier:tier", "scope:scope:hidden"),
    *("from_tokens:prompt from:hidden", "before:now:money-1", "after:offered:money-1", "per:per:hidden"),
    "reason:refused because",
)
_ACCEPTED = ("new model", "new price", "changed")


@dataclass(frozen=True)
class ImportOptions:
    """What of the file is looked at, from which day its prices count, and whether they are accepted."""

    source: str
    on: date
    provider: str | None = None
    model: str | None = None
    accept: bool = False


def import_prices(settings: Settings, path: Path, options: ImportOptions) -> Document:
    """The difference between our list and `path`; with `accept` the proposals become rows of the user's.

    InputError when the file is not read, ConfigError when there is no folder to write to.
    """
    config = settings.load()
    if options.accept and config.prices_folder is None:
        raise ConfigError(
            "prices import --accept: finops.yaml names no folder for prices of your own.",
            hint="Add to it, for example: prices: own-prices",
        )
    book = PriceBook.of(config)
    offers = read_offers(path, options.source, options.on)
    found = [item for item in propose(book, offers, options.on) if _is_asked(item, options)]
    wanted = [item for item in found if item.verdict in _ACCEPTED]
    refused = [item for item in found if item.verdict == "refused"]
    agreed = [item for item in found if item.verdict == "agrees"]
    gone = removed(book, found, options.on)
    blocks: list[Table | str] = [
        _table("proposals", f"{counted(len(wanted), 'proposal')} from {path.name}", wanted, options),
        _table("refused", f"{counted(len(refused), 'price')} refused", refused, options),
        _summary(agreed, len(gone)),
    ]
    written: list[Path] = []
    if options.accept:
        assert config.prices_folder is not None
        url = SOURCE_URL[options.source]
        written = accept(config.prices_folder, wanted, source=options.source, url=url, on=options.on)
        confirmed = confirm(config.prices_folder, agreed, source=options.source, on=options.on)
        blocks += [f"written: {name}" for name in written]
        blocks.append(f"{counted(confirmed, 'price')} marked as confirmed by {options.source}.")
    elif wanted:
        blocks.append(
            "Nothing was written. Look at the provider's sheet, narrow it with --provider and --model, then "
            "accept what is right with --accept: it holds from "
            f"{options.on} (--on)."
        )
    facts = {
        "source": options.source,
        "on": options.on,
        "agree": len(agreed),
        "not_in_file": len(gone),
        "verdicts": dict(Counter(item.verdict for item in found)),
        "accepted": options.accept,
        "written": [str(name) for name in written],
    }
    return Document("prices import", tuple(blocks), facts)


def _is_asked(item: Proposal, options: ImportOptions) -> bool:
    if options.provider is not None and item.provider != price_provider(options.provider):
        return False
    return options.model is None or fnmatchcase(item.model_id, options.model)


def _table(key: str, title: str, items: list[Proposal], options: ImportOptions) -> Table:
    layout = _DIFF if key == "proposals" else _REFUSED
    rows = tuple(_row(item, options) for item in sorted(items, key=_order))
    empty = "Nothing to propose." if key == "proposals" else ""
    return Table(key, title, layout, rows, empty=empty, null="")


def _row(item: Proposal, options: ImportOptions) -> tuple[Any, ...]:
    after, per = on_sheet(item.meter, item.unit_price)
    before = None if item.listed is None else on_sheet(item.meter, item.listed.unit_price)[0]
    what = (item.provider, item.model_id, item.meter, item.service_tier, item.endpoint_scope)
    band = item.min_prompt_tokens or None
    if item.verdict == "refused":
        return (*what, band, before, after, per, item.reason)
    price_id = None if item.listed is None else item.listed.price_id
    return (item.verdict, *what, band, before, after, per, options.on, price_id)


def _order(item: Proposal) -> tuple[object, ...]:
    return (
        *(item.provider, item.model_id, item.service_tier != "standard", item.service_tier),
        *(item.endpoint_scope or "", item.min_prompt_tokens, item.meter),
    )


def _summary(agreed: list[Proposal], gone: int) -> str:
    return (
        f"{counted(len(agreed), 'price')} in force agree with the file. {counted(gone, 'price')} in force of "
        "its models are not in it and stay: nothing is removed."
    )
