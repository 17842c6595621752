"""A month by the values of one tag: all that was billed, what carries no such tag among it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_ai.attribution import matching
from finops_ai.attribution.result import Balance, balances, require_month
from finops_ai.errors import ConfigError
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.patterns import tag_paths

ROOM = "attribution"
PREFIX = "tag:"


@dataclass(frozen=True)
class TagLine:
    """One value of the tag in one currency; `name` is None for what does not carry it.

    `cost` is billed money where it was billed, pools not yet shared out: a tag is of a call or a charge.
    `share` is its fraction of the billed total, six decimals, None when that is not above zero.
    """

    name: str | None
    currency: str
    cost: Decimal
    calls: int
    tokens: int
    share: Decimal | None


@dataclass(frozen=True)
class TagView:
    """One month by one tag; the lines of a currency add up to what was billed."""

    month: Month
    key: str
    lines: tuple[TagLine, ...]
    balances: tuple[Balance, ...]


def tag_field(by: str) -> str | None:
    """The field that ``tag:KEY`` names, None for another grouping; ConfigError for a key that is no path."""
    if not by.startswith(PREFIX):
        return None
    key = by.removeprefix(PREFIX)
    field_name = f"tags{key}" if key.startswith("['") else f"tags.{key}"
    if not tag_paths(field_name):
        raise ConfigError(f'"{by}" names no tag.', hint="Write tag:team, or tag:['a key'].inner[0].")
    return field_name


def month_by_tag(ledger: Ledger, month: Month, key: str) -> TagView:
    """The attributed `month` by the tag at the field `key`, such as ``tags.team``.

    Where calls explain a charge its money goes by their tags, in proportion to the tokens of its kind, model
    and day; else by the charge's own. Raises InputError when the ledger holds nothing of the month.
    """
    require_month(ledger, month)
    paths = tag_paths(key)
    read = {"path": paths[0], "within": paths[-1], "month": month.first_day}
    of_month: dict[str, object] = {"month": month.first_day}
    for name in ("allocate_units.sql", "allocate_amount.sql", "allocate_share.sql"):
        ledger.run(ROOM, name)
    ledger.run(ROOM, "tag_use.sql", read)
    ledger.run(ROOM, "tag_line.sql", of_month)
    ledger.run(ROOM, "tag_weight.sql", of_month)
    ledger.run(ROOM, "tag_charge.sql", {**read, "start_utc": month.start_utc, "end_utc": month.end_utc})
    ledger.run(ROOM, "tag_member.sql")
    matching.allocate(ledger, "split_tags.sql")
    rows = ledger.run(ROOM, "tag_lines.sql", of_month).fetchall()
    return TagView(month, key, tuple(TagLine(*row) for row in rows), balances(ledger, month))
