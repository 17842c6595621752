"""Giving each model name its canonical id, once per distinct name and never by a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from finops_ai.ledger import Ledger
from finops_ai.prices.names import Reading, readings

BEGIN_UTC = datetime(1, 1, 1)
END_UTC = datetime(9999, 12, 31)


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


@dataclass(frozen=True)
class NameBook:
    """What the ledger's prices and aliases know: ids, and the dated meanings of names."""

    model_ids: frozenset[tuple[str, str]]
    aliases: dict[tuple[str, str], list[tuple[str, datetime, datetime]]]

    @classmethod
    def load(cls, ledger: Ledger) -> NameBook:
        """The names in force."""
        ids = ledger.rows("SELECT DISTINCT provider, model_id FROM price_now")
        aliases: dict[tuple[str, str], list[tuple[str, datetime, datetime]]] = defaultdict(list)
        rows = ledger.rows(
            "SELECT provider, model_name, model_id, valid_from_utc, valid_to_utc "
            "FROM model_alias_now ORDER BY valid_from_utc"
        )
        for provider, name, model_id, from_utc, to_utc in rows:
            aliases[provider, name].append((model_id, from_utc, to_utc or END_UTC))
        return cls(frozenset((provider, model_id) for provider, model_id in ids), dict(aliases))

    def resolve(self, provider: str, model_name: str) -> list[Resolution]:
        """The meanings of `model_name` over time: spans that tile all of time without meeting."""
        for reading in readings(provider, model_name):
            owner = reading.price_provider
            if (owner, reading.name) in self.aliases:
                return list(_alias_spans(reading, self.aliases[owner, reading.name]))
            if (owner, reading.name) in self.model_ids:
                rule = "; ".join((*reading.rules, "listed id"))
                return [Resolution(reading.name, reading.endpoint_scope, rule, BEGIN_UTC, END_UTC, owner)]
        return [Resolution(None, reading.endpoint_scope, "unknown", BEGIN_UTC, END_UTC, owner)]


def resolve_models(ledger: Ledger) -> None:
    """Fill `model_id` of usage and charges from names, prices and aliases in the ledger.

    Rows change only where the meaning of their name did. Needs an open transaction.
    """
    book = NameBook.load(ledger)
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
    ledger.run("prices", "resolve_usage.sql")
    ledger.run("prices", "resolve_charge.sql")


def _alias_spans(reading: Reading, spans: list[tuple[str, datetime, datetime]]) -> Iterator[Resolution]:
    scope, at_utc, owner = reading.endpoint_scope, BEGIN_UTC, reading.price_provider
    rule = "; ".join((*reading.rules, "alias"))
    outside = "; ".join((*reading.rules, "outside the dates of the alias"))
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
