"""`finops-ai prices list | show | resolve`: the price list as it stands on a day."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from finops_ai.cli.context import Settings
from finops_ai.cli.document import Column, Document, Table, columns
from finops_ai.cli.text import counted
from finops_ai.config import Config
from finops_ai.errors import ConfigError, ExitCode, InputError
from finops_ai.prices import (
    MainPrice,
    Price,
    PriceBook,
    Resolution,
    agreed,
    on_sheet,
    price_provider,
    sheet_price,
    tried,
)

_LIST = columns(
    *("provider:provider", "model:model", "scope:scope:hidden", "input:input:money-1"),
    *("cache_read:cache read:money-1", "output:output:money-1", "currency:currency"),
    *("tiers:tiers:hidden", "notes:notes"),
)
_SHOW = columns(
    *("provider:provider:hidden", "model:model:hidden", "meter:meter", "tier:tier", "scope:scope"),
    *("from_tokens:prompt from:count", "hours_utc:hours UTC", "price:price:money-1", "per:per"),
    *("currency:currency", "valid_from:from", "valid_to:until", "kind:kind", "checked_on:checked:hidden"),
    *("source:source:hidden", "confirmed_by:confirmed by", "price_id:price id:hidden"),
)
_AGREED = columns(
    *("contract:contract", "provider:provider:hidden", "model:model:hidden", "meter:meter", "tier:tier"),
    *("scope:scope", "from_tokens:prompt from:count", "hours_utc:hours UTC", "price:price:money-1"),
    *("per:per", "currency:currency", "holds_for:holds for", "source:source:hidden"),
)
_RESOLVED = columns(
    *("from:from", "until:until", "model:model id", "scope:scope", "rule:rules applied"),
    *("price_provider:price list:hidden",),
)
_TRIED = columns("price_provider:price list", "name:looked up", "rules:after these rules")
_SAYS_NOTHING: dict[str, set[object]] = {"kind": {"list"}, "tier": {"standard"}, "scope": {None, "global"}}
_BEGIN, _END = date(1970, 1, 1), date(9999, 1, 1)


@dataclass(frozen=True)
class Asked:
    """Whose prices, and of which day (None: of all time).

    `is_as_of`: the day was named by the user, so the answer must stay the same for ever: an end that was
    not reached on that day is no part of it.
    """

    provider: str | None
    on: date | None
    is_as_of: bool


def list_models(settings: Settings, provider: str | None, on: date) -> Document:
    """Every model with a price on day `on`: per 1,000,000 tokens of a plain call."""
    book = PriceBook.of(settings.load())
    listed = None if provider is None else _require_provider(book, provider)
    rows = tuple(_listed(model) for model in book.main_prices(on, listed))
    title = f"{counted(len(rows), 'model')} with a price on {on}, per 1M tokens"
    empty = f"No model has a price on {on}."
    table = Table("models", title, _LIST, rows, empty=empty, null="")
    more = ("`finops-ai prices show MODEL` has every tier, band, hour and source.",) if rows else ()
    return Document("prices list", (table, *more), {"on": on, "models": len(rows)})


def _listed(model: MainPrice) -> tuple[Any, ...]:
    tiers = ", ".join(model.other_tiers)
    notes = [
        *([model.endpoint_scope] if model.endpoint_scope not in (None, "global") else []),
        *(["by the hour"] if model.is_by_hour else []),
        *(["by length"] if model.has_bands else []),
        *([tiers] if tiers else []),
    ]
    return (
        *(model.provider, model.model_id, model.endpoint_scope, model.input_price, model.cache_read_price),
        *(model.output_price, model.currency, tiers, "; ".join(notes)),
    )


def show_model(settings: Settings, name: str, asked: Asked) -> Document:
    """Every price of the model that `name` means, on the day asked for.

    InputError when no price list has it, or none with a price on that day.
    """
    config = settings.load()
    book = PriceBook.of(config)
    if asked.provider is None:
        found = book.sold_by(name, asked.on)
    else:
        owner = _require_provider(book, asked.provider)
        found = [pair for pair in book.sold_by(name, asked.on) if pair[0] == owner]
    if not found:
        raise _nobody_sells(book, name, asked)
    blocks: list[Table | str] = []
    rows: list[Price] = []
    for provider, model_id in found:
        rows += book.rows(provider, model_id, asked.on)
    when = "ever" if asked.on is None else f"on {asked.on}"
    if not rows:
        sold = ", ".join(f"{provider} {model_id}" for provider, model_id in found)
        raise InputError(
            f"{name}: has no price {when} ({sold}).",
            hint="`finops-ai prices show MODEL --all` lists the days on which it has one.",
        )
    blocks = [price_table(book, rows, asked), *_agreed(config, rows, asked), *_sources(rows)]
    facts = {"name": name, "on": asked.on, "prices": len(rows)}
    return Document("prices show", tuple(blocks), facts)


def price_table(book: PriceBook, rows: list[Price], asked: Asked) -> Table:
    """Prices as on their sheets, model by model."""
    ordered = sorted(rows, key=_order)
    models = sorted({f"{row.provider} {row.model_id}" for row in rows})
    title = models[0] if len(models) == 1 else "Prices"
    named = _SHOW if len(models) == 1 else (*columns("provider:provider", "model:model"), *_SHOW[2:])
    table = tuple(_price_row(book, row, asked) for row in ordered)
    return Table("prices", title, tuple(_unless_empty(named, table)), table, null="")


def _unless_empty(shown: tuple[Column, ...], rows: tuple[tuple[Any, ...], ...]) -> Iterator[Column]:
    """The columns, hidden from people where no row says anything in them."""
    for number, column in enumerate(shown):
        said = {row[number] for row in rows} - _SAYS_NOTHING.get(column.key, {None})
        keeps = said or column.key == "currency"
        yield column if keeps else replace(column, kind="hidden")


def _order(price: Price) -> tuple[Any, ...]:
    return (
        *(price.provider, price.model_id, price.service_tier != "standard", price.service_tier),
        *(price.endpoint_scope or "", price.min_prompt_tokens, price.hours_utc or "", price.meter),
        price.valid_from_utc,
    )


def _price_row(book: PriceBook, price: Price, asked: Asked) -> tuple[Any, ...]:
    amount, per = sheet_price(price)
    end = price.valid_to_utc
    if asked.is_as_of and asked.on is not None and end is not None and end.date() > asked.on:
        end = None
    return (
        *(price.provider, price.model_id, price.meter, price.service_tier, price.endpoint_scope),
        *(price.min_prompt_tokens or None, price.hours_utc, amount, per, price.currency),
        *(_instant(price.valid_from_utc), None if end is None else _instant(end), price.kind),
        *(price.checked_on, price.source_url),
        *(book.confirmed.get(price.price_id, (None,))[0], price.price_id),
    )


def _agreed(config: Config, rows: list[Price], asked: Asked) -> list[Table | str]:
    """What contract rates of finops.yaml make of the prices; nothing where none holds on that day."""
    if asked.on is None:
        return []
    found = []
    for price in sorted(rows, key=_order):
        for rate, unit_price in agreed(config.contract_rates, price, asked.on):
            amount, per = on_sheet(price.meter, unit_price)
            whose = (("account", rate.account), ("project", rate.project))
            found.append(
                (
                    *(rate.name, price.provider, price.model_id, price.meter, price.service_tier),
                    *(price.endpoint_scope, price.min_prompt_tokens or None, price.hours_utc, amount, per),
                    rate.currency if rate.multiplier is None else price.currency,
                    ", ".join(f"{what} {pattern}" for what, pattern in whose if pattern) or "all calls",
                    f"finops.yaml:{rate.line}",
                )
            )
    if not found:
        return []
    return [
        Table(
            "contract_rates",
            "At contract rate",
            tuple(_unless_empty(_AGREED, tuple(found))),
            tuple(found),
            null="",
        )
    ]


def _sources(rows: list[Price]) -> list[str]:
    found = sorted({(row.source_url, row.checked_on) for row in rows}, key=str)
    return [f"source: {url} (checked {checked_on})" for url, checked_on in found]


def resolve_name(settings: Settings, name: str, asked: Asked) -> tuple[Document, int]:
    """What `name` means at a provider on a day; exit code 4 when that is not known."""
    assert asked.provider is not None
    assert asked.on is not None
    config = settings.load()
    book = PriceBook.of(config)
    meanings = book.meanings(asked.provider, name, asked.on)
    rows = [row for meaning in meanings if meaning.model_id for row in _priced(book, meaning, asked.on)]
    table = Table(
        "meanings",
        f"{name} at {asked.provider} on {asked.on}",
        _RESOLVED,
        tuple(_meaning(meaning, asked) for meaning in meanings),
        null="unknown",
    )
    blocks: list[Table | str] = [table]
    unknown = any(meaning.model_id is None for meaning in meanings)
    if unknown:
        blocks += _why_unknown(book, name, asked)
    if rows:
        blocks += [price_table(book, rows, asked), *_agreed(config, rows, asked), *_sources(rows)]
    elif not unknown:
        blocks.append(f"No price holds on {asked.on}: calls of that day stay without a price.")
    facts = {"name": name, "provider": asked.provider, "on": asked.on, "known": not unknown}
    return Document("prices resolve", tuple(blocks), facts), int(
        ExitCode.FINDINGS if unknown else ExitCode.OK
    )


def _priced(book: PriceBook, meaning: Resolution, on: date) -> list[Price]:
    """The prices of the scope that the name implies; of every scope when that one has none."""
    rows = book.rows(meaning.price_provider, str(meaning.model_id), on)
    implied = [row for row in rows if (row.endpoint_scope or "global") == meaning.endpoint_scope]
    return implied or rows


def _meaning(meaning: Resolution, asked: Asked) -> tuple[Any, ...]:
    start, end = meaning.valid_from_utc.date(), meaning.valid_to_utc.date()
    hidden_end = asked.is_as_of and asked.on is not None and end > asked.on
    return (
        "always" if start <= _BEGIN else _instant(meaning.valid_from_utc),
        "open" if end >= _END or hidden_end else _instant(meaning.valid_to_utc),
        *(meaning.model_id, meaning.endpoint_scope, meaning.rule, meaning.price_provider or None),
    )


def _why_unknown(book: PriceBook, name: str, asked: Asked) -> list[Table | str]:
    assert asked.provider is not None
    readings = tried(asked.provider, name)
    owner = readings[-1][0]
    blocks: list[Table | str] = []
    if not owner:
        blocks.append("Why: a gateway bills nothing itself, and the name does not say whose model it is.")
    elif owner not in book.providers:
        blocks.append(f"Why: there is no price list of {owner}; known: {', '.join(book.providers)}.")
    else:
        what = "no reading of the name is a listed id or an alias on that day; nothing is guessed."
        blocks += [f"Why: {what}", Table("tried", "Looked up", _TRIED, tuple(readings))]
        ids = sorted({price.model_id for price in book.catalogue.prices if price.provider == owner})
        near = difflib.get_close_matches(readings[-1][1], ids, n=3)
        if near:
            blocks.append(f"Names that look alike, for you to judge: {', '.join(near)}.")
    elsewhere = [provider for provider, _ in book.sold_by(name, asked.on) if provider != owner]
    if elsewhere:
        blocks.append(f"The name is known at: {', '.join(sorted(set(elsewhere)))}.")
    blocks.append(
        "Next: if it is a deployment or fine-tune of yours, write into finops.yaml: "
        f"model_names: {{{owner or 'PROVIDER'}: {{{readings[-1][1]}: MODEL-ID}}}}"
    )
    return blocks


def _require_provider(book: PriceBook, provider: str) -> str:
    """The price list that holds for `provider`; ConfigError when there is none."""
    owner = price_provider(provider)
    if owner not in book.providers:
        known = ", ".join(book.providers)
        raise ConfigError(f'"{provider}": there is no price list of this provider.', hint=f"Known: {known}.")
    return owner


def _nobody_sells(book: PriceBook, name: str, asked: Asked) -> InputError:
    elsewhere = sorted({provider for provider, _ in book.sold_by(name, asked.on)})
    owner = None if asked.provider is None else price_provider(asked.provider)
    ids = sorted({price.model_id for price in book.catalogue.prices if owner in (None, price.provider)})
    near = difflib.get_close_matches(name, ids, n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`finops-ai prices list` lists the models."
    if elsewhere:
        hint = f"It is known at: {', '.join(elsewhere)}."
    if owner is None:
        return InputError(f"{name}: no price list has this model on that day.", hint=hint)
    return InputError(f"{name}: the price list of {owner} does not have this model on that day.", hint=hint)


def _instant(at_utc: Any) -> str:
    return f"{at_utc:%Y-%m-%d}" if not at_utc.time() or at_utc.hour == 0 else f"{at_utc:%Y-%m-%dT%H:%MZ}"
