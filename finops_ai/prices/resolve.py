"""Giving each model name its canonical id, once per distinct name and never by a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from finops_ai.config import ModelName
from finops_ai.ledger import Ledger
from finops_ai.prices.model import Catalogue
from finops_ai.prices.names import Reading, readings
from finops_ai.providers import price_provider

BEGIN_UTC = datetime(1, 1, 1)
END_UTC = datetime(9999, 12, 31)
_CLOSED = "SELECT month FROM period WHERE state = 'closed'"


@dataclass(frozen=True)
class Resolution:
    """What a name means in [from, to) UTC; `model_id` None: unknown, and `rule` says why."""

    model_id: str | None
    endpoint_scope: str
    rule: str
    valid_from_utc: datetime
    valid_to_utc: datetime
    price_provider: str = field(default="", compare=False)
    """Whose price list holds."""


Spans = dict[tuple[str, str], list[tuple[str, datetime, datetime]]]
"""What a (price provider, name) means, in order of time: (model id, from, to) UTC."""


@dataclass(frozen=True)
class NameBook:
    """What prices, aliases and the user know: ids, and the dated meanings of names."""

    model_ids: frozenset[tuple[str, str]]
    aliases: Spans
    own: Spans = field(default_factory=dict)
    """The user's own names; they come first, since only the user knows what a deployment runs."""

    @classmethod
    def of(cls, catalogue: Catalogue, own: Iterable[ModelName] = ()) -> NameBook:
        """The names of the price files, without a ledger."""
        aliases: Spans = defaultdict(list)
        for alias in sorted(catalogue.aliases, key=lambda alias: alias.valid_from_utc):
            aliases[alias.provider, alias.model_name].append(
                (alias.model_id, alias.valid_from_utc, alias.valid_to_utc or END_UTC)
            )
        ids = frozenset((price.provider, price.model_id) for price in catalogue.prices)
        return cls(ids, dict(aliases), own_spans(own))

    @classmethod
    def load(cls, ledger: Ledger, own: Iterable[ModelName] = ()) -> NameBook:
        """The names in force in the ledger."""
        aliases: dict[tuple[str, str], list[tuple[str, datetime, datetime]]] = defaultdict(list)
        rows = ledger.rows(
            "SELECT provider, model_name, model_id, valid_from_utc, valid_to_utc "
            "FROM model_alias_now ORDER BY valid_from_utc"
        )
        for provider, name, model_id, from_utc, to_utc in rows:
            aliases[provider, name].append((model_id, from_utc, to_utc or END_UTC))
        return cls(frozenset(listed_models(ledger)), dict(aliases), own_spans(own))

    def resolve(self, provider: str, model_name: str) -> list[Resolution]:
        """The meanings of `model_name` over time: spans that tile all of time without meeting."""
        unknown: Resolution | None = None
        for reading in readings(provider, model_name):
            owner = reading.price_provider
            if (owner, reading.name) in self.own:
                return list(_alias_spans(reading, self.own[owner, reading.name], "model_names"))
            if (owner, reading.name) in self.aliases:
                return list(_alias_spans(reading, self.aliases[owner, reading.name], "alias"))
            if (owner, reading.name) in self.model_ids:
                rule = "; ".join((*reading.rules, "listed id"))
                return [Resolution(reading.name, reading.endpoint_scope, rule, BEGIN_UTC, END_UTC, owner)]
            if unknown is None or unknown.price_provider == owner:
                scope = reading.endpoint_scope
                unknown = Resolution(None, scope, "unknown", BEGIN_UTC, END_UTC, owner)
        return [unknown] if unknown else []


def listed_models(ledger: Ledger) -> list[tuple[str, str]]:
    """The (provider, model id) of every price in the ledger."""
    return ledger.rows("SELECT DISTINCT provider, model_id FROM price_now")


def own_spans(own: Iterable[ModelName]) -> Spans:
    """The user's names as spans of time, under the provider whose prices hold."""
    spans: Spans = defaultdict(list)
    for name in sorted(own, key=lambda name: name.valid_from_utc):
        spans[price_provider(name.provider), name.model_name].append(
            (name.model_id, name.valid_from_utc, name.valid_to_utc or END_UTC)
        )
    return dict(spans)


def resolve_models(ledger: Ledger, own: Sequence[ModelName] = ()) -> None:
    """Fill `model_id` of usage and charges from names, prices and aliases in the ledger.

    `own` are the user's own names. Rows change only where the meaning of their name did, and never in
    a closed month. Needs an open transaction.
    """
    book = NameBook.load(ledger, own)
    rows = [
        (provider, name, *_columns(span))
        for provider, name in ledger.run("prices", "distinct_names.sql").fetchall()
        for span in book.resolve(provider, name)
    ]
    ledger.execute("DELETE FROM model_resolution")
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        names = "provider model_name price_provider model_id endpoint_scope rule from_utc to_utc".split()
        ledger.run("prices", "insert_resolution.sql", dict(zip(names, columns, strict=True)))
    closed = {"closed_months": [row[0] for row in ledger.rows(_CLOSED)]}
    ledger.run("prices", "resolve_usage.sql", closed)
    ledger.run("prices", "resolve_charge.sql", closed)


def _alias_spans(
    reading: Reading, spans: list[tuple[str, datetime, datetime]], kind: str
) -> Iterator[Resolution]:
    scope, at_utc, owner = reading.endpoint_scope, BEGIN_UTC, reading.price_provider
    rule = "; ".join((*reading.rules, kind))
    where = "the alias" if kind == "alias" else kind
    outside = "; ".join((*reading.rules, f"outside the dates of {where}"))
    for model_id, from_utc, to_utc in spans:
        # A corrected alias can overlap the one it corrects: the later start counts from there on.
        if from_utc > at_utc:
            yield Resolution(None, scope, outside, at_utc, from_utc, owner)
        if to_utc > max(at_utc, from_utc):
            yield Resolution(model_id, scope, rule, max(at_utc, from_utc), to_utc, owner)
            at_utc = to_utc
    if at_utc < END_UTC:
        yield Resolution(None, scope, outside, at_utc, END_UTC, owner)


def _columns(span: Resolution) -> tuple[str, str | None, str, str, datetime, datetime]:
    return (
        span.price_provider,
        span.model_id,
        span.endpoint_scope,
        span.rule,
        span.valid_from_utc,
        span.valid_to_utc,
    )
