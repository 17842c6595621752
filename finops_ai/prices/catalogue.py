"""The price catalogue: YAML files to checked rows. Every refusal names file and line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, localcontext
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from finops_ai.errors import ConfigError
from finops_ai.money import decimal_from_text
from finops_ai.prices.hours import hours_meet, minute_ranges, same_hours
from finops_ai.prices.model import (
    KINDS,
    PRICED_METERS,
    SCOPES,
    TIERS,
    UNIT_PRICE_SCALE,
    Alias,
    Catalogue,
    Price,
)
from finops_ai.resources import shipped
from finops_ai.yaml_text import KeyPath, Lines, problem_at, read_yaml

ALIASES_NAME = "aliases.yaml"

# A name that always meant one model: older than any log.
ALWAYS_FROM_UTC = datetime(1970, 1, 1)
_OPEN_END_UTC = datetime(9999, 12, 31)

# The power of ten goes into the unit price here, so that SQL multiplies and never divides.
_PER = {"per_1": 0, "per_1k": -3, "per_1m": -6}
_FILE_KEYS = ("provider", "currency", "sources", "prices")
_ROW_KEYS = (
    "model",
    "endpoint_scope",
    "service_tier",
    "min_prompt_tokens",
    "hours_utc",
    "kind",
    "valid_from",
    "valid_to",
    "source",
    *_PER,
)
_UNIT_PRICE_MAX = Decimal(1000)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?\Z", re.ASCII)


@cache
def shipped_catalogue() -> Catalogue:
    """The catalogue that is part of the package: read once, its files do not change while a process runs."""
    return read_catalogue(shipped("pricing"))


def read_catalogue(folder: Path) -> Catalogue:
    """Every price and alias in the YAML files of `folder`; ConfigError for the first fault."""
    paths = sorted(path for path in folder.glob("*.yaml") if path.name != ALIASES_NAME)
    if not paths:
        raise ConfigError(f"{folder}: holds no price files.", hint="Reinstall finops-ai.")
    prices: list[Price] = []
    provider_paths: dict[str, Path] = {}
    for path in paths:
        file_prices = read_prices(path)
        provider = file_prices[0].provider
        if provider in provider_paths:
            raise ConfigError(
                f'{path}: provider "{provider}" stands in {provider_paths[provider].name} too.',
                hint="Keep one file a provider.",
            )
        provider_paths[provider] = path
        prices += file_prices
    known = {(price.provider, price.model_id) for price in prices}
    aliases = read_aliases(folder / ALIASES_NAME, known) if (folder / ALIASES_NAME).exists() else []
    return Catalogue(tuple(prices), tuple(aliases))


def read_prices(path: Path) -> list[Price]:
    """The price rows of one provider's file, one for each meter."""
    file = _File(path, *read_yaml(path))
    file.refuse_unknown((), _FILE_KEYS)
    provider, currency = file.text(("provider",)), file.text(("currency",))
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise file.problem(("currency",), f'"{currency}" is not a currency code.', "Write USD or EUR.")
    rows: list[tuple[Price, int]] = []
    for index in range(len(file.sequence(("prices",)))):
        row: KeyPath = ("prices", index)
        line = file.lines.near(row)
        rows += [(price, line) for price in _row_prices(file, row, provider, currency)]
    if not rows:
        raise file.problem(("prices",), "lists no price.", "Add a row or remove the file.")
    _refuse_overlaps(file, rows)
    return [price for price, _ in rows]


def read_aliases(path: Path, known: set[tuple[str, str]]) -> list[Alias]:
    """The aliases of file `path`; each must lead to a (provider, model) in `known`."""
    file = _File(path, *read_yaml(path))
    file.refuse_unknown((), ("aliases",))
    aliases: list[Alias] = []
    for provider, names in file.mapping(("aliases",)).items():
        for name in file.mapping(("aliases", provider)) if names is not None else ():
            spans = _alias_spans(file, provider, name)
            _check_alias(file, provider, name, spans, known)
            aliases += spans
    return aliases


def _row_prices(file: _File, row: KeyPath, provider: str, currency: str) -> Iterator[Price]:
    file.refuse_unknown(row, _ROW_KEYS)
    valid_from_utc = file.instant((*row, "valid_from"))
    valid_to_utc = file.instant((*row, "valid_to")) if file.has((*row, "valid_to")) else None
    file.refuse_empty_span(row, valid_from_utc, valid_to_utc)
    source_url, checked_on = _source(file, row)
    meters = dict(_unit_prices(file, row))
    if not meters:
        raise file.problem(row, "has no price.", "Add per_1m, per_1k or per_1 with at least one meter.")
    for meter, unit_price in meters.items():
        yield Price(
            provider=provider,
            model_id=file.text((*row, "model")),
            meter=meter,
            endpoint_scope=file.choice((*row, "endpoint_scope"), SCOPES, None),
            service_tier=file.choice((*row, "service_tier"), TIERS, "standard") or "standard",
            min_prompt_tokens=file.count((*row, "min_prompt_tokens")),
            hours_utc=_hours(file, (*row, "hours_utc")),
            unit_price=unit_price,
            currency=currency,
            valid_from_utc=valid_from_utc,
            valid_to_utc=valid_to_utc,
            kind=file.choice((*row, "kind"), KINDS, "list") or "list",
            source_url=source_url,
            checked_on=checked_on,
        )


def _unit_prices(file: _File, row: KeyPath) -> Iterator[tuple[str, Decimal]]:
    seen: set[str] = set()
    for per, exponent in _PER.items():
        if not file.has((*row, per)):
            continue
        for meter, text in file.mapping((*row, per)).items():
            where = (*row, per, meter)
            if meter not in PRICED_METERS:
                raise file.problem(
                    where, f'meter "{meter}" is unknown.', f"Known: {', '.join(PRICED_METERS)}."
                )
            if meter in seen:
                raise file.problem(where, f"{meter} has two prices in one row.", "Keep one of them.")
            seen.add(meter)
            yield meter, _unit_price(file, where, text, exponent)


def _unit_price(file: _File, where: KeyPath, text: Any, exponent: int) -> Decimal:
    meter = where[-1]
    if not isinstance(text, str):
        raise file.problem(where, f"the price of {meter} is not quoted.", f'Write "{text}".')
    try:
        price = decimal_from_text(text)
    except ValueError as error:
        raise file.problem(where, f"the price of {meter}: {error}.", 'Write it like "0.25".') from error
    if price <= 0:
        raise file.problem(
            where,
            f'the price "{text}" of {meter} is not above zero.',
            "Leave the meter out: no price is not zero.",
        )
    if price >= _UNIT_PRICE_MAX.scaleb(-exponent):
        what = f'the price "{text}" of {meter} is 1,000 or more a unit.'
        raise file.problem(where, what, "Check per_1m, per_1k and per_1.")
    # The default context rounds to 28 digits without a word.
    with localcontext(prec=len(text) + 30):
        unit_price = price.scaleb(exponent)
        is_exact = unit_price == round(unit_price, UNIT_PRICE_SCALE)
    if not is_exact:
        what = f'the price "{text}" of {meter} has more than 15 decimals a unit.'
        raise file.problem(where, what, "Copy it from the price sheet.")
    return unit_price


def _source(file: _File, row: KeyPath) -> tuple[str, date]:
    name = file.text((*row, "source"))
    if not file.has(("sources", name)):
        raise file.problem((*row, "source"), f'source "{name}" is not listed.', "Add it to sources.")
    file.refuse_unknown(("sources", name), ("url", "checked_on"))
    return file.text(("sources", name, "url")), file.instant(("sources", name, "checked_on")).date()


def _hours(file: _File, where: KeyPath) -> str | None:
    if not file.has(where):
        return None
    text = file.text(where)
    try:
        minute_ranges(text)
    except ValueError as error:
        raise file.problem(where, f"{error}.", "Days first, then UTC hours; parts end with '; '.") from error
    return text


def _refuse_overlaps(file: _File, rows: list[tuple[Price, int]]) -> None:
    """No instant may have two prices of one meter, nor two half-shared sets of hours."""
    groups: dict[tuple[str, str, str], list[tuple[Price, int]]] = defaultdict(list)
    for price, line in rows:
        groups[(price.model_id, price.endpoint_scope or "global", price.service_tier)].append((price, line))
    for group in groups.values():
        for (one, one_line), (other, other_line) in combinations(group, 2):
            if one_line == other_line or not _meet(one, other):
                continue
            shared = hours_meet(one.hours_utc, other.hours_utc)
            if shared and (one.meter, one.min_prompt_tokens) == (other.meter, other.min_prompt_tokens):
                what = f"overlaps the row on line {one_line}: two prices of {one.meter} hold at once."
                raise problem_at(file.path, other_line, what, hint="Close the earlier row with valid_to.")
            if shared and not same_hours(one.hours_utc, other.hours_utc):
                what = f"shares only some hours with the row on line {one_line}."
                raise problem_at(file.path, other_line, what, hint="Give both rows the same hours_utc.")


def _meet(one: Price | Alias, other: Price | Alias) -> bool:
    one_ends_utc = one.valid_to_utc or _OPEN_END_UTC
    other_ends_utc = other.valid_to_utc or _OPEN_END_UTC
    return one.valid_from_utc < other_ends_utc and other.valid_from_utc < one_ends_utc


def _alias_spans(file: _File, provider: str, name: str) -> list[Alias]:
    where: KeyPath = ("aliases", provider, name)
    if isinstance(file.get(where), str):
        return [Alias(provider, name, file.text(where), ALWAYS_FROM_UTC, None)]
    spans: list[Alias] = []
    for index in range(len(file.sequence(where))):
        span = (*where, index)
        file.refuse_unknown(span, ("model", "valid_from", "valid_to"))
        valid_from_utc = file.instant((*span, "valid_from"))
        valid_to_utc = file.instant((*span, "valid_to")) if file.has((*span, "valid_to")) else None
        file.refuse_empty_span(span, valid_from_utc, valid_to_utc)
        spans.append(Alias(provider, name, file.text((*span, "model")), valid_from_utc, valid_to_utc))
    return spans


def _check_alias(
    file: _File, provider: str, name: str, spans: list[Alias], known: set[tuple[str, str]]
) -> None:
    where: KeyPath = ("aliases", provider, name)
    for alias in spans:
        if (provider, alias.model_id) not in known:
            raise file.problem(where, f'"{alias.model_id}" has no {provider} price.', "Add its price first.")
    if (provider, name) in known:
        raise file.problem(where, f'"{name}" is itself a priced model.', "Remove the alias.")
    if any(_meet(one, other) for one, other in combinations(spans, 2)):
        raise file.problem(
            where, f'"{name}" means two models at once.', "Close the earlier entry with valid_to."
        )


@dataclass(frozen=True)
class _File:
    """One read YAML file: typed look-ups that refuse with file and line."""

    path: Path
    root: dict[str, Any]
    lines: Lines = field(repr=False)

    def problem(self, where: KeyPath, what: str, hint: str) -> ConfigError:
        return problem_at(self.path, self.lines.near(where), what, hint=hint)

    def get(self, where: KeyPath) -> Any:
        value: Any = self.root
        for step in where:
            in_mapping = isinstance(value, dict) and step in value
            if not in_mapping and not (isinstance(value, list) and isinstance(step, int)):
                return None
            value = value[step]
        return value

    def has(self, where: KeyPath) -> bool:
        return self.get(where) is not None

    def text(self, where: KeyPath) -> str:
        value = self.get(where)
        if not isinstance(value, str) or not value:
            raise self.problem(
                where, f"{where[-1]} is missing or no text.", f"Write {where[-1]}: and a text."
            )
        return value

    def count(self, where: KeyPath) -> int:
        value = self.get(where)
        if value is None:
            return 0
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.problem(where, f'"{value}" is not a number of tokens.', "Write a whole number.")
        return value

    def choice(self, where: KeyPath, allowed: Iterable[str], default: str | None) -> str | None:
        value = self.get(where)
        if value is None:
            return default
        if value not in allowed:
            raise self.problem(where, f'{where[-1]} "{value}" is unknown.', f"Known: {', '.join(allowed)}.")
        return str(value)

    def instant(self, where: KeyPath) -> datetime:
        text = self.text(where)
        hint = "Write 2026-10-01 or 2026-10-01T16:00:00Z."
        if not _INSTANT.match(text):
            raise self.problem(where, f'"{text}" is not a day or UTC instant.', hint)
        try:
            return datetime.fromisoformat(text.removesuffix("Z"))
        except ValueError as error:
            raise self.problem(where, f'"{text}" is not a day or UTC instant.', hint) from error

    def mapping(self, where: KeyPath) -> dict[str, Any]:
        value = self.get(where)
        if not isinstance(value, dict):
            raise self.problem(where, f"{where[-1]} is not a mapping.", 'Write "key: value" pairs below it.')
        return value

    def sequence(self, where: KeyPath) -> list[Any]:
        value = self.get(where)
        if not isinstance(value, list):
            raise self.problem(where, f"{where[-1]} is not a list.", 'Write one "- " entry a line below it.')
        return value

    def refuse_unknown(self, where: KeyPath, allowed: tuple[str, ...]) -> None:
        value = self.get(where)
        if not isinstance(value, dict):
            raise self.problem(where, "is not a mapping.", f"Keys: {', '.join(allowed)}.")
        for key in value:
            if key not in allowed:
                raise self.problem((*where, key), f'key "{key}" is unknown.', f"Known: {', '.join(allowed)}.")

    def refuse_empty_span(self, where: KeyPath, valid_from: datetime, valid_to: datetime | None) -> None:
        if valid_to is not None and valid_to <= valid_from:
            what = f"valid_to {valid_to:%Y-%m-%d} is not after valid_from {valid_from:%Y-%m-%d}."
            raise self.problem((*where, "valid_to"), what, "valid_to is the first instant without the price.")
