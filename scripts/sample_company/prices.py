"""What each provider charges the company, in USD per million tokens, with first days."""

from datetime import date
from decimal import Decimal

from sample_company.model import KINDS, Call, Tokens

MINI = "gpt-5-mini-2025-08-07"
LUNA = "gpt-5.6-luna"
SONNET_4 = "claude-sonnet-4-20250514"
SONNET = "claude-sonnet-4-5-20250929"
HAIKU = "claude-haiku-4-5-20251001"
BEDROCK_HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0"

LUNA_DAY = date(2026, 7, 15)
"""The refund agent's migration day; the model itself came out on 2026-07-09."""

SONNET_DAY = date(2025, 10, 1)
"""From this day everyone is on Sonnet 4.5, which came out on 2025-09-29 at the price of Sonnet 4."""

_MILLION = Decimal(1_000_000)

# (provider, model, first day) -> prices in the order of KINDS; None = not sold.
_LIST: dict[tuple[str, str, date], tuple[str | None, ...]] = {
    ("openai", MINI, date(2025, 8, 7)): ("0.25", "0.025", None, None, "2"),
    ("openai", LUNA, date(2026, 7, 9)): ("1", "0.10", None, None, "6"),
    ("openai", LUNA, date(2026, 7, 30)): ("0.20", "0.02", None, None, "1.20"),
    ("anthropic", SONNET_4, date(2025, 5, 22)): ("3", "0.30", "3.75", "6", "15"),
    ("anthropic", SONNET, date(2025, 9, 29)): ("3", "0.30", "3.75", "6", "15"),
    ("anthropic", HAIKU, date(2025, 10, 15)): ("1", "0.10", "1.25", "2", "5"),
    ("aws-bedrock", BEDROCK_HAIKU, date(2025, 10, 15)): ("1.1", "0.11", "1.375", "2.2", "5.5"),
}


def sonnet(day: date) -> str:
    """Return the Sonnet model in use on a day."""
    return SONNET if day >= SONNET_DAY else SONNET_4


def price(provider: str, model: str, kind: str, day: date) -> Decimal:
    """Return the USD price of one million tokens on a day; unknown prices raise."""
    rows = [key for key in _LIST if key[:2] == (provider, model) and key[2] <= day]
    text = _LIST[max(rows, key=lambda key: key[2])][KINDS.index(kind)]
    if text is None:
        raise LookupError(f"{provider} does not sell {kind} of {model}")
    return Decimal(text)


def amount(provider: str, model: str, kind: str, day: date, count: int) -> Decimal:
    """Return what `count` tokens of one kind cost on a day."""
    return count * price(provider, model, kind, day) / _MILLION if count else Decimal(0)


def cost_of(provider: str, model: str, day: date, tokens: Tokens) -> Decimal:
    """Return what one call's tokens cost on a day."""
    parts = (amount(provider, model, kind, day, tokens.of(kind)) for kind in KINDS)
    return sum(parts, Decimal(0))


def cost(call: Call) -> Decimal:
    """Return what one call cost; a failed call has no tokens and costs nothing."""
    return cost_of(call.provider, call.model, call.day, call.tokens)
