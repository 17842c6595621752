"""Writing what a person accepted: one new price file for each import, never a change of an older one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from finops_ai.errors import ConfigError
from finops_ai.money import plain
from finops_ai.prices.book import on_sheet
from finops_ai.prices.catalogue import read_prices
from finops_ai.prices.own import CONFIRMED_NAME, confirmations
from finops_ai.prices.proposals import Proposal

_PER = {"1M tokens": "per_1m", "1K calls": "per_1k"}
_HEAD = """\
# Prices accepted from {source} as of {on}. Append only: a changed price is a row of a later import; the
# one allowed edit closes a row with valid_to.
provider: {provider}
currency: USD
sources:
  {name}: {{url: {url}, checked_on: {on}}}
prices:
"""


def accept(folder: Path, proposals: Sequence[Proposal], *, source: str, url: str, on: date) -> list[Path]:
    """Write `proposals` as rows that hold from day `on`, a new file a provider; the files written.

    ConfigError when a file of that name is there already or the folder cannot be written.
    """
    by_provider: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        by_provider[proposal.provider].append(proposal)
    texts = {
        folder / f"{provider}-{on}-{source}.yaml": _text(provider, rows, source=source, url=url, on=on)
        for provider, rows in sorted(by_provider.items())
    }
    for path in texts:
        if path.exists():
            raise ConfigError(
                f"{path}: is there already.", hint="Accept with a later --on; accepted rows are not edited."
            )
    for path, text in texts.items():
        _write(path, text)
        read_prices(path)
    return list(texts)


def confirm(folder: Path, agreed: Iterable[Proposal], *, source: str, on: date) -> int:
    """Note that `source` agreed with our rows on day `on`; how many were not noted before."""
    known = confirmations(folder)
    new = {item.listed.price_id for item in agreed if item.listed is not None} - known.keys()
    if new:
        noted = {**known, **dict.fromkeys(new, (source, on))}
        lines = [f"  {price_id}: {name} {day}\n" for price_id, (name, day) in sorted(noted.items())]
        head = "# Prices that a second source agreed with: price id, source, day.\nconfirmed:\n"
        _write(folder / CONFIRMED_NAME, head + "".join(lines))
    return len(new)


def _text(provider: str, rows: list[Proposal], *, source: str, url: str, on: date) -> str:
    groups: dict[tuple[str, str, str, int], list[Proposal]] = defaultdict(list)
    for row in rows:
        key = (row.model_id, row.service_tier, row.endpoint_scope or "", row.min_prompt_tokens)
        groups[key].append(row)
    lines = [_HEAD.format(source=source, on=on, provider=provider, name=source, url=_quoted(url))]
    for (model_id, tier, scope, band), members in sorted(groups.items()):
        lines.append(f"  - model: {_quoted(model_id)}\n")
        lines += [f"    service_tier: {tier}\n"] if tier != "standard" else []
        lines += [f"    endpoint_scope: {scope}\n"] if scope else []
        lines += [f"    min_prompt_tokens: {band}\n"] if band else []
        lines += [f"    valid_from: {on}\n", f"    source: {source}\n"]
        for per, prices in _per(members).items():
            inner = ", ".join(f'{meter}: "{plain(price)}"' for meter, price in prices)
            lines.append(f"    {per}: {{{inner}}}\n")
    return "".join(lines)


def _per(members: list[Proposal]) -> dict[str, list[tuple[str, Decimal]]]:
    found: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for row in members:
        price, per = on_sheet(row.meter, row.unit_price)
        found[_PER[per]].append((row.meter, price))
    return found


def _quoted(text: str) -> str:
    """Text as a YAML scalar in double quotes, whatever stands in it."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _write(path: Path, text: str) -> None:
    """The whole file or nothing of it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written: {error.strerror}.", hint="Check the folder that `prices` names."
        ) from error
