"""The token providers' bills: OpenAI costs pages and Anthropic cost reports, one per month."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sample_company.model import KINDS, BillLine, Call, Cell, Tokens, at, days, iso
from sample_company.prices import HAIKU, MINI, SONNET, SONNET_4, amount
from sample_company.text import Json, to_json

RESTATED_MONTH = "2026-05"

_OPENAI_KIND = {"input_uncached": "input", "cache_read": "cached input", "output": "output"}
_ANTHROPIC_KIND = {
    "input_uncached": ("Input Tokens", "uncached_input_tokens"),
    "cache_read": ("Cache Read Tokens", "cache_read_input_tokens"),
    "cache_write_5m": ("Cache Write Tokens (5m)", "cache_creation.ephemeral_5m_input_tokens"),
    "cache_write_1h": ("Cache Write Tokens (1h)", "cache_creation.ephemeral_1h_input_tokens"),
    "output": ("Output Tokens", "output_tokens"),
}
_ANTHROPIC_NAME = {SONNET_4: "Claude Sonnet 4", SONNET: "Claude Sonnet 4.5", HAIKU: "Claude Haiku 4.5"}


@dataclass(frozen=True, slots=True)
class Bill:
    """One delivered bill file: its bytes, what it bills, and what a reader must refuse."""

    path: str
    data: bytes
    lines: tuple[BillLine, ...]
    records: int
    rejected: int = 0
    superseded_by: str = ""


def cells_of(calls: Iterable[Call]) -> Counter[Cell]:
    """Sum the tokens of calls by what the provider bills together."""
    cells: Counter[Cell] = Counter()
    for call in calls:
        add(cells, call.provider, call.project or "", call.day, call.model, call.tokens)
    return cells


def add(cells: Counter[Cell], provider: str, project: str, day: date, model: str, tokens: Tokens) -> None:
    """Add one call's tokens to the billed cells."""
    for kind in KINDS:
        if count := tokens.of(kind):
            cells[Cell(provider, project, day, model, kind)] += count


def _amounts(cells: Mapping[Cell, int], provider: str, month: str) -> dict[Cell, Decimal]:
    """Return what a provider bills for each cell of a month, sorted."""
    chosen = [c for c in cells if c.provider == provider and f"{c.day:%Y-%m}" == month]
    chosen.sort(key=lambda c: (c.day, c.project, c.model, KINDS.index(c.kind)))
    return {c: amount(c.provider, c.model, c.kind, c.day, cells[c]) for c in chosen}


def _page(buckets: Iterable[tuple[Mapping[str, Json], list[str]]]) -> bytes:
    """Return a JSON page with one result a line, so that a line can be pointed at."""
    parts = []
    for head, results in buckets:
        opening = to_json(head)[:-1]
        parts.append(opening + ',"results":[\n' + ",\n".join(results) + "\n]}")
    body = ",\n".join(parts)
    return body.encode()


def openai(cells: Mapping[Cell, int], month: str) -> list[Bill]:
    """Return OpenAI's costs page of a month; May 2026 was delivered twice."""
    name = f"bills/openai/openai_costs_{month}"
    truth = _amounts(cells, "openai", month)
    if month != RESTATED_MONTH:
        return [_openai_bill(f"{name}.json", month, truth)]
    restated = _openai_bill(f"{name}_restated.json", month, truth)
    first = _openai_bill(f"{name}.json", month, _misread(truth))
    return [
        Bill(first.path, first.data, first.lines, first.records, superseded_by=restated.path),
        restated,
    ]


def _misread(truth: Mapping[Cell, Decimal]) -> dict[Cell, Decimal]:
    """Return the first, wrong delivery: seven amounts too high or too low."""
    cells = list(truth)
    wrong = cells[4 :: max(len(cells) // 7, 1)][:7]
    factors = ("1.25", "0.80", "1.10", "2", "0.95", "1.05", "0.50")
    changed = {c: truth[c] * Decimal(f) for c, f in zip(wrong, factors, strict=True)}
    return {**truth, **changed}


def _openai_bill(path: str, month: str, amounts: Mapping[Cell, Decimal]) -> Bill:
    """Write one costs page: daily buckets, grouped by project and line item."""
    buckets: list[tuple[Mapping[str, Json], list[str]]] = []
    for day in days(month):
        results = [
            to_json(
                {
                    "object": "organization.costs.result",
                    "amount": {"value": value, "currency": "usd"},
                    "line_item": f"{cell.model}, {_OPENAI_KIND[cell.kind]}",
                    "project_id": cell.project,
                    "api_key_id": None,
                    "quantity": None,
                    "quantity_unit": None,
                }
            )
            for cell, value in amounts.items()
            if cell.day == day
        ]
        start = at(day) // 1000
        head: dict[str, Json] = {"object": "bucket", "start_time": start, "end_time": start + 86_400}
        buckets.append((head, results))
    data = b'{"object":"page","data":[\n' + _page(buckets) + b'\n],"has_more":false,"next_page":null}\n'
    lines = tuple(BillLine(month, "usage", value) for value in amounts.values())
    return Bill(path, data, lines, len(lines))


def anthropic(cells: Mapping[Cell, int], month: str) -> Bill:
    """Write Anthropic's cost report of a month: amounts in cents, as decimal text."""
    amounts = _amounts(cells, "anthropic", month)
    buckets: list[tuple[Mapping[str, Json], list[str]]] = []
    for day in days(month):
        results = [_anthropic_result(c, value) for c, value in amounts.items() if c.day == day]
        head: dict[str, Json] = {"starting_at": iso(at(day)), "ending_at": iso(at(day + timedelta(days=1)))}
        buckets.append((head, results))
    data = b'{"data":[\n' + _page(buckets) + b'\n],"has_more":false,"next_page":null}\n'
    lines = tuple(BillLine(month, "usage", value) for value in amounts.values())
    return Bill(f"bills/anthropic/anthropic_cost_{month}.json", data, lines, len(lines))


def _anthropic_result(cell: Cell, value: Decimal) -> str:
    """Return one result row of the cost report."""
    words, token_type = _ANTHROPIC_KIND[cell.kind]
    return to_json(
        {
            "amount": f"{(value * 100).normalize():f}",
            "context_window": "0-200k",
            "cost_type": "tokens",
            "currency": "USD",
            "description": f"{_ANTHROPIC_NAME[cell.model]} Usage - {words}",
            "inference_geo": "not_available",
            "model": cell.model,
            "service_tier": "standard",
            "token_type": token_type,
            "workspace_id": cell.project,
        }
    )


def marketing_cells(usage: Iterable[tuple[date, Tokens]]) -> Counter[Cell]:
    """Return the billed cells of the OpenAI project that logs nothing."""
    cells: Counter[Cell] = Counter()
    for day, tokens in usage:
        add(cells, "openai", "proj_marketing", day, MINI, tokens)
    return cells
