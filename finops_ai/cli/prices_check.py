"""`finops-ai prices check`: what is wrong with the price list, for this ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from finops_ai.cli.context import Settings
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.text import counted
from finops_ai.config import Config
from finops_ai.errors import ExitCode
from finops_ai.prices import PriceBook, PriceFinding, audit, worklist

_COLUMNS = columns(
    *("kind:finding", "provider:provider", "model:model", "rows:rows:count", "detail:what"),
)
_NEXT = {
    "stale": "stale: upgrade finops-ai, or compare with `finops-ai prices import FILE --from litellm`.",
    "conflict": "conflict: look at both sheets, then close the wrong row with valid_to.",
    "gap": "gap: calls of those days stay without a price; add a row for them, or leave it so.",
    "withdrawn": "withdrawn: put the row back into its file, closed with valid_to.",
    "unpriced": "unpriced: `finops-ai prices unpriced` has tokens, money at stake and the next step.",
}


def check_prices(settings: Settings, on: date, max_age_days: int) -> tuple[Document, int]:
    """Every finding on day `on`, and the exit code: 4 when there is any."""
    config = settings.load()
    book = PriceBook.of(config)
    found = [
        *audit.stale(book.catalogue, on, max_age_days, book.confirmed),
        *audit.conflicts(config.prices_folder),
        *audit.gaps(book.catalogue),
        *_in_ledger(settings, config, book),
    ]
    rows = tuple((item.kind, item.provider, item.model_id, item.rows, item.detail) for item in found)
    counts = Counter(item.kind for item in found)
    prices = len(book.catalogue.prices)
    said = f"{counted(prices, 'price')} of {counted(len(book.providers), 'provider')} looked at."
    empty = f"{said} Nothing is stale, contradicts itself, has gaps or lacks a price."
    title = f"{counted(len(rows), 'finding')} in {counted(prices, 'price')}"
    document = Document(
        "prices check",
        (
            Table("findings", title, _COLUMNS, rows, empty=empty, null=""),
            *(_NEXT[kind] for kind in _NEXT if counts[kind]),
        ),
        {"on": on, "max_age_days": max_age_days, "findings_by_kind": dict(sorted(counts.items()))},
    )
    return document, int(ExitCode.FINDINGS if found else ExitCode.OK)


def _in_ledger(settings: Settings, config: Config, book: PriceBook) -> Iterator[PriceFinding]:
    """What only a ledger can show: names in use without a price, prices that are gone from the files."""
    if not config.ledger_path.exists():
        return
    with settings.open(config, read_only=True) as ledger:
        yield from audit.withdrawn(ledger, book.catalogue)
        for name in worklist(ledger):
            tokens = f"{name.tokens or 0:,d} tokens in {name.seen_in}"
            detail = f"{name.model_name}: {name.reason}, {tokens}"
            yield PriceFinding("unpriced", name.provider, name.model_id, detail, name.calls)
