"""`finops-ai inventory`: everything that spent money or tokens, registered or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from finops_ai.cli.context import Settings, chosen_month, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import refresh
from finops_ai.cli.text import counted
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.patterns import exact
from finops_ai.yaml_text import written_yaml

_KEYS = (
    *("kind:kind:hidden", "shown_kind:kind", "name:name:hidden", "provider:provider:hidden"),
    *("shown_name:name", "state:state:hidden", "first_day:first_day:hidden", "last_day:last_day:hidden"),
    *("first_month:first", "last_month:last", "currency:currency"),
)
_ALL = columns(
    *_KEYS,
    *("billed:billed:money", "estimated:estimate:money", "open_money:open_money:hidden"),
    *("open_billed:open_billed:hidden", "open_estimated:open_estimated:hidden", "calls:calls:hidden"),
    *("open_calls:open_calls:hidden", "paid_by_card:paid_by_card:hidden", "goes_to:goes to"),
    *("workflows:workflows:hidden", "suggested_rule:suggested_rule:hidden"),
    "unpriced_calls:unpriced_calls:hidden",
)
_OPEN = columns(
    *_KEYS,
    *("billed:billed:money", "estimated:estimated:hidden", "open_money:not placed:money"),
    *("open_billed:open_billed:hidden", "open_estimated:open_estimated:hidden", "calls:calls:hidden"),
    *("open_calls:calls:count", "paid_by_card:paid_by_card:hidden", "goes_to:goes to:hidden"),
    *("workflows:workflows:hidden", "suggested_rule:suggested_rule:hidden"),
    "unpriced_calls:unpriced_calls:hidden",
)
_MEANING = (
    "Kinds overlap: the same money stands under its vendor, its project, its model and its service. "
    "Estimate: logged calls at contract rate or list price."
)
_OPEN_MEANING = (
    "Kinds overlap: the same money stands under its vendor, its project, its model and its service. "
    "Not placed: billed money; of what no bill names, its logged calls at contract rate or list price."
)
_SUGGESTED_MAX = 5
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass
class Item:
    """One vendor, key, project, model, service or seat product in one currency, over all months."""

    kind: str
    provider: str
    name: str
    currency: str
    billed: Decimal | None = None
    open_billed: Decimal = Decimal(0)
    estimated: Decimal | None = None
    open_estimated: Decimal | None = None
    calls: int = 0
    open_calls: int = 0
    unpriced_calls: int = 0
    """Calls without a price: their cost is not known, and no amount contains it."""
    is_open: bool = False
    by_card: bool = False
    first_day: date = date.max
    last_day: date = date.min
    goes_to: set[str] = field(default_factory=set)
    fields: list[str] = field(default_factory=list)
    """What a rule would name it by: of charges, of calls, or both."""

    @property
    def state(self) -> str:
        """registered, partly, or not registered."""
        if not self.is_open and not self.open_calls:
            return "registered"
        return "partly" if self.goes_to else "not registered"

    @property
    def money(self) -> Decimal:
        """What it is sorted by: billed money, of calls without a bill the estimate."""
        return max(self.billed or Decimal(0), self.estimated or Decimal(0))

    @property
    def open_money(self) -> Decimal | None:
        """The same of what no workflow or pool has; None where it is calls without a price alone."""
        if self.open_calls and self.open_estimated is None and not self.open_billed:
            return None
        return max(self.open_billed, self.open_estimated or Decimal(0))


def show_inventory(
    settings: Settings, since: str | None, *, unregistered: bool, at_utc: datetime
) -> Document:
    """Everything that spent, the most money first; with `since` only what is new from that month on."""
    config = settings.load()
    require_ledger(config, since)
    with settings.open(config) as ledger:
        chosen_month(ledger, None)
        refresh(ledger, config, at_utc=at_utc)
        found = list(_items(ledger, config.reporting_currency))
    start = None if since is None else Month.parse(since).first_day
    chosen = [item for item in found if start is None or item.first_day >= start]
    opened = [item for item in chosen if item.state != "registered"]
    shown = sorted(opened if unregistered else chosen, key=_by_open_money if unregistered else _by_money)
    new = "" if since is None else f", first seen in {since} or later"
    title = f"{'Not registered, or in part' if unregistered else 'Everything that spent'}{new}"
    nothing = "Everything that spent belongs to a workflow or a pool" if unregistered else "Nothing spent"
    table = Table(
        "items",
        title,
        _OPEN if unregistered else _ALL,
        tuple(_row(item) for item in shown),
        empty=f"{nothing}{new}.",
        null="",
    )
    blocks: list[Table | str] = [
        table,
        *([_OPEN_MEANING if unregistered else _MEANING] if shown else []),
        *_unpriced(shown),
        *_suggestions(opened),
    ]
    facts = {"since": since, "shown": len(shown), "not_registered": len(opened)}
    return Document("inventory", tuple(blocks), facts)


def _items(ledger: Ledger, currency: str) -> Iterable[Item]:
    found: dict[tuple[str, str, str, str], Item] = {}

    def item_of(row: dict[str, Any]) -> Item:
        key = (row["kind"], row["provider"], row["name"], row["currency"])
        item = found.setdefault(key, Item(*key))
        item.first_day = min(item.first_day, row["first_day"])
        item.last_day = max(item.last_day, row["last_day"])
        item.goes_to |= set(row["goes_to"] or ())
        return item

    for row in ledger.run_records("cli", "inventory_charged.sql"):
        item = item_of(row)
        item.billed, item.open_billed = row["billed"], row["open_cost"]
        item.is_open, item.by_card = row["is_open"], row["by_card"]
        item.fields += [row["field_name"]] if row["is_open"] else []
    for row in ledger.run_records("cli", "inventory_logged.sql", {"currency": currency}):
        item = item_of(row)
        item.estimated, item.open_estimated = row["estimated"], row["open_estimated"]
        item.calls, item.open_calls = row["calls"], row["open_calls"]
        item.unpriced_calls = row["unpriced_calls"]
        item.fields += (
            [row["field_name"]] if row["open_calls"] and row["field_name"] not in item.fields else []
        )
    return found.values()


def _by_money(item: Item) -> tuple[object, ...]:
    return item.currency, -item.money, item.kind, item.provider, item.name


def _by_open_money(item: Item) -> tuple[object, ...]:
    money = item.open_money or Decimal(0)
    return item.currency, -money, -item.open_calls, item.kind, item.provider, item.name


def _row(item: Item) -> tuple[object, ...]:
    return (
        *(item.kind, f"{item.kind}, by card" if item.by_card else item.kind),
        *(item.name, item.provider),
        item.name if item.kind == "vendor" else f"{item.provider} / {item.name}",
        *(item.state, item.first_day, item.last_day),
        *(str(Month.of(item.first_day)), str(Month.of(item.last_day)), item.currency),
        *(item.billed, item.estimated, item.open_money, item.open_billed, item.open_estimated),
        *(item.calls, item.open_calls),
        *(item.by_card, _goes_to(item), ", ".join(sorted(item.goes_to)), _suggested(item)),
        item.unpriced_calls,
    )


def _unpriced(shown: Sequence[Item]) -> Iterator[str]:
    """Whose amounts lack calls that have no price, each vendor once."""
    vendors = [item for item in shown if item.kind == "vendor" and item.unpriced_calls]
    lacking = [f"{item.name} {item.unpriced_calls:,}" for item in vendors]
    if lacking:
        yield (
            f"Calls without a price are in no amount, since their cost is not known: {', '.join(lacking)}. "
            "`finops-ai prices unpriced` lists them."
        )


def _goes_to(item: Item) -> str:
    """Where it goes, in few words: at most two names."""
    names = sorted(item.goes_to)
    text = ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
    if item.state == "registered":
        return text or "tax, credits"
    return f"part: {text}" if text else "nothing"


def _suggested(item: Item) -> str | None:
    """Rules for finops.yaml that would take what is open of it; None where its keys and projects say more.

    A rule for a whole vendor or model that is registered in part would take what other rules are meant for.
    """
    if item.state == "registered" or (item.state == "partly" and item.kind in {"vendor", "model"}):
        return None
    workflow = _SLUG.sub("-", item.name.lower()).strip("-") or "new-workflow"
    rules = []
    for name in item.fields:
        when = {name: exact(item.name)}
        if name in {"sub_account_id", "service_name", "model_id", "model_name"}:
            when = {"provider": exact(item.provider), **when}
        rules.append({"workflow": workflow, "when": when})
    return written_yaml(rules) if rules else None


def _suggestions(opened: Sequence[Item]) -> Iterator[str]:
    """Rules for the largest of what is open, keys and projects before what they are part of."""
    order = {"key": 0, "project": 1, "seats": 2, "service": 3, "vendor": 4, "model": 5}
    ready = [item for item in opened if _suggested(item) is not None]
    ready.sort(key=lambda item: (-(item.open_money or Decimal(0)), order[item.kind], item.name))
    taken: set[tuple[str, Decimal | None]] = set()
    lines: list[str] = []
    count = 0
    for item in ready:
        # A vendor with one product, or a project with one model, is the same money again.
        if (item.provider, item.open_money) in taken or count == _SUGGESTED_MAX:
            continue
        taken.add((item.provider, item.open_money))
        count += 1
        lines += [f"  {line}" for line in str(_suggested(item)).splitlines()]
    if lines:
        yield ""
        yield (
            f"Rules for {counted(count, 'of them', 'of them')}, to be tested with `finops-ai rules test` and "
            "put under rules in finops.yaml (name the workflow, and register it):"
        )
        yield from lines
