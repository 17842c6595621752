"""The price list as people read it: what holds on a day, and what a name means, without a ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from finops_ai.config import Config, ModelName
from finops_ai.config_file import shown_path
from finops_ai.prices.hours import WEEK_MINUTES, minute_ranges
from finops_ai.prices.model import UNITS, Catalogue, Price
from finops_ai.prices.names import DEFAULT_SCOPE, price_provider, readings
from finops_ai.prices.own import confirmations, read_all
from finops_ai.prices.resolve import NameBook, Resolution
from finops_ai.yaml_text import problem_at

SHEET_TOKENS = 1_000_000
SHEET_CALLS = 1_000
_CALL_METERS = frozenset(meter.name for meter in UNITS if meter.unit == "call")
_OPEN_END_UTC = datetime(9999, 12, 31)


@dataclass(frozen=True)
class MainPrice:
    """The plain prices of a model on a day, per 1,000,000 tokens in `currency`; None: not listed."""

    provider: str
    model_id: str
    endpoint_scope: str | None
    input_price: Decimal | None
    cache_read_price: Decimal | None
    output_price: Decimal | None
    currency: str
    other_tiers: tuple[str, ...]
    is_by_hour: bool
    has_bands: bool


@dataclass(frozen=True)
class PriceBook:
    """The price files and the user's names, ready to be asked."""

    catalogue: Catalogue
    names: NameBook
    confirmed: dict[str, tuple[str, date]] = field(default_factory=dict)
    """Price ids that a second source agreed with: which one, and when."""

    @classmethod
    def of(cls, config: Config, *, folder: Path | None = None) -> PriceBook:
        """The shipped price files (or those in `folder`), with what finops.yaml adds.

        Raises ConfigError when a file is wrong or a name of the user leads nowhere.
        """
        catalogue = read_all(folder, config.prices_folder)
        refuse_unknown_targets(config, {(price.provider, price.model_id) for price in catalogue.prices})
        names = NameBook.of(catalogue, config.model_names)
        return cls(catalogue, names, confirmations(config.prices_folder))

    @property
    def providers(self) -> list[str]:
        """Whose price lists there are."""
        return sorted({price.provider for price in self.catalogue.prices})

    def rows(self, provider: str, model_id: str, on: date | None) -> list[Price]:
        """The prices of a model that hold at some time of day `on` (UTC); of all time when None."""
        return [
            price
            for price in self.catalogue.prices
            if (price.provider, price.model_id) == (provider, model_id) and (on is None or holds(price, on))
        ]

    def meanings(self, provider: str, name: str, on: date | None) -> list[Resolution]:
        """What `name` means during day `on` (UTC), or over all of time."""
        found = self.names.resolve(provider, name)
        if on is None:
            return found
        start_utc, end_utc = _span(on)
        return [m for m in found if m.valid_from_utc < end_utc and m.valid_to_utc > start_utc]

    def sold_by(self, name: str, on: date | None) -> list[tuple[str, str]]:
        """The (provider, model id) that `name` means anywhere, for who names no provider."""
        found = []
        for provider in self.providers:
            ids = {meaning.model_id for meaning in self.meanings(provider, name, on)} - {None}
            found += [(provider, str(model_id)) for model_id in sorted(ids, key=str)]
        return found

    def main_prices(self, on: date, provider: str | None = None) -> list[MainPrice]:
        """Every model with a price on day `on`, by provider and id."""
        groups: dict[tuple[str, str], list[Price]] = defaultdict(list)
        for price in self.catalogue.prices:
            if holds(price, on) and provider in (None, price.provider):
                groups[price.provider, price.model_id].append(price)
        return [_main(key, rows) for key, rows in sorted(groups.items())]


def refuse_unknown_targets(config: Config, known: Iterable[tuple[str, str]]) -> None:
    """Raise ConfigError with file and line for a name of the user that leads to no listed model."""
    listed = set(known)
    for own in config.model_names:
        owner = price_provider(own.provider)
        if (owner, own.model_id) not in listed:
            raise _unknown_target(config, own, {provider for provider, _ in listed})


def _unknown_target(config: Config, own: ModelName, providers: set[str]) -> Exception:
    path = Path("finops.yaml") if config.path is None else shown_path(config.path)
    owner = price_provider(own.provider)
    if owner not in providers:
        what = f'model_names: there is no price list of provider "{own.provider}".'
        return problem_at(path, own.line, what, hint=f"Known: {', '.join(sorted(providers))}.")
    what = f'model_names: "{own.model_id}" is no model in the price list of {owner}.'
    hint = f"`finops-ai prices list --provider {owner}` lists them."
    return problem_at(path, own.line, what, hint=hint)


def holds(price: Price, on: date) -> bool:
    """Whether `price` is valid at some time of day `on`, UTC."""
    start_utc, end_utc = _span(on)
    return price.valid_from_utc < end_utc and (price.valid_to_utc or _OPEN_END_UTC) > start_utc


def sheet_price(price: Price) -> tuple[Decimal, str]:
    """The price as a sheet prints it, and for how much: (Decimal("1.25"), "1M tokens")."""
    return on_sheet(price.meter, price.unit_price)


def on_sheet(meter: str, unit_price: Decimal) -> tuple[Decimal, str]:
    """A price per token or call as sheets print it, and for how much."""
    if meter in _CALL_METERS:
        return unit_price * SHEET_CALLS, "1K calls"
    return unit_price * SHEET_TOKENS, "1M tokens"


def tried(provider: str, name: str) -> list[tuple[str, str, str]]:
    """Every way `name` was read: (price list, name looked up, rules applied)."""
    return [
        (reading.price_provider, reading.name, "; ".join(reading.rules) or "as written")
        for reading in readings(provider, name)
    ]


def _span(on: date) -> tuple[datetime, datetime]:
    start_utc = datetime(on.year, on.month, on.day)
    return start_utc, start_utc + timedelta(days=1)


def _main(key: tuple[str, str], rows: list[Price]) -> MainPrice:
    provider, model_id = key
    order = [DEFAULT_SCOPE.get(provider, "global"), "global", None, "regional", "data_zone"]
    scopes = {row.endpoint_scope for row in rows}
    scope = next(scope for scope in order if scope in scopes or (scope == "global" and None in scopes))
    plain = [
        row
        for row in rows
        if (row.endpoint_scope or "global") == (scope or "global") and row.service_tier == "standard"
    ]
    base = [row for row in plain if row.min_prompt_tokens == min(row.min_prompt_tokens for row in plain)]

    def price(meter: str) -> Decimal | None:
        found = [row for row in base if row.meter == meter]
        # Of hours of the day, the rest of the week; of a day on which the price changed, what held last.
        found.sort(key=lambda row: (_minutes(row), row.valid_from_utc))
        return sheet_price(found[-1])[0] if found else None

    return MainPrice(
        provider,
        model_id,
        scope,
        price("input_uncached"),
        price("cache_read"),
        price("output"),
        rows[0].currency,
        tuple(sorted({row.service_tier for row in rows} - {"standard"})),
        any(row.hours_utc for row in plain),
        len({row.min_prompt_tokens for row in plain}) > 1,
    )


def _minutes(price: Price) -> int:
    if price.hours_utc is None:
        return WEEK_MINUTES
    return sum(end - start for start, end in minute_ranges(price.hours_utc))
