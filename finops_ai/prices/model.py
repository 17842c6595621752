"""The rows of the price catalogue, as plain values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Meter:
    """What a price is for: `unit` is one of what it counts, `usage_column` where a log's count stands.

    Without a usage column the price is on the list, but no log that is read counts it apart.
    """

    name: str
    unit: str
    usage_column: str | None
    counts: str


def _tokens(name: str, counts: str) -> Meter:
    return Meter(name, "token", f"{name}_tokens", counts)


UNITS = (
    _tokens("input_uncached", "input tokens that the cache had no part in"),
    _tokens("cache_read", "input tokens read from the cache"),
    _tokens("cache_write_5m", "input tokens written to the cache for 5 minutes"),
    _tokens("cache_write_1h", "input tokens written to the cache for 1 hour"),
    _tokens("cache_write", "input tokens written to the cache, no lifetime stated"),
    _tokens("input_audio", "audio input tokens"),
    _tokens("output", "output tokens, reasoning included"),
    _tokens("output_audio", "audio output tokens"),
    Meter("web_search", "call", "web_search_calls", "searches that the provider ran for the answer"),
    Meter("input_image", "token", None, "image input tokens"),
    Meter("output_image", "token", None, "image output tokens"),
    Meter("file_search", "call", None, "searches in stored files"),
)
"""Every meter that a price may have, in the order in which a missing price is reported: the one place
that says what it counts, in which unit, and from which column of `token_usage`."""

PRICED_METERS = tuple(meter.name for meter in UNITS)
"""Meters that a price row may list."""

METERS = tuple(meter.name for meter in UNITS if meter.usage_column)
"""Meters that usage is counted and priced in."""

SCOPES = ("global", "regional", "data_zone")
TIERS = ("standard", "batch", "flex", "priority")
KINDS = ("list", "promo")

UNIT_PRICE_SCALE = 15
"""Decimals of a price per token or call, DECIMAL(18,15)."""


@dataclass(frozen=True)
class Price:
    """The price of one meter: `unit_price` per token or call in `currency`, in [from, to) UTC.

    `endpoint_scope` None means the provider has one price for all of its global endpoints.
    """

    provider: str
    model_id: str
    meter: str
    endpoint_scope: str | None
    service_tier: str
    min_prompt_tokens: int
    hours_utc: str | None
    unit_price: Decimal
    currency: str
    valid_from_utc: datetime
    valid_to_utc: datetime | None
    kind: str
    source_url: str
    checked_on: date

    @property
    def price_id(self) -> str:
        """A short name that stays as long as what is priced, from when, and at what price stays."""
        return hashlib.sha256(self._identity().encode()).hexdigest()[:16]

    @property
    def canonical(self) -> str:
        """The row as one line of text: what the catalogue's hash and the freeze test are made of."""
        return f"{self._identity()}|{_instant(self.valid_to_utc)}|{self.kind}"

    def _identity(self) -> str:
        price = format(self.unit_price, f".{UNIT_PRICE_SCALE}f")
        return "|".join(
            [
                self.provider,
                self.model_id,
                self.meter,
                self.endpoint_scope or "",
                self.service_tier,
                str(self.min_prompt_tokens),
                self.hours_utc or "",
                _instant(self.valid_from_utc),
                price,
                self.currency,
            ]
        )


@dataclass(frozen=True)
class Alias:
    """`model_name` at `provider` means `model_id` in [from, to) UTC; to None: still."""

    provider: str
    model_name: str
    model_id: str
    valid_from_utc: datetime
    valid_to_utc: datetime | None

    @property
    def canonical(self) -> str:
        """The row as one line of text."""
        span = f"{_instant(self.valid_from_utc)}|{_instant(self.valid_to_utc)}"
        return f"{self.provider}|{self.model_name}|{self.model_id}|{span}"


@dataclass(frozen=True)
class Catalogue:
    """Every price and alias of the shipped files."""

    prices: tuple[Price, ...]
    aliases: tuple[Alias, ...]

    @property
    def sha256(self) -> str:
        """The hash over the canonical rows, independent of layout, order and comments."""
        lines = sorted(price.canonical for price in self.prices)
        lines += sorted(alias.canonical for alias in self.aliases)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _instant(at_utc: datetime | None) -> str:
    return "" if at_utc is None else at_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
