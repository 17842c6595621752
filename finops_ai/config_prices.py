"""The sections of finops.yaml that say what names mean and what was agreed on prices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, localcontext
from itertools import combinations
from pathlib import Path
from typing import Any

from finops_ai.config import ContractRate, ModelName
from finops_ai.config_reader import Reader
from finops_ai.money import decimal_from_text, plain
from finops_ai.patterns import expression
from finops_ai.yaml_text import KeyPath

PRICE_KEYS = ("model_names", "contract_rates", "prices")

# A name that always meant one model: older than any log.
ALWAYS_FROM_UTC = datetime(1970, 1, 1)
_OPEN_END = date.max
_OPEN_END_UTC = datetime(9999, 12, 31)
_PER = {"per_1": 0, "per_1k": -3, "per_1m": -6}
_METERS = (
    *("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write"),
    *("input_audio", "output", "output_audio", "web_search"),
)
_TIERS = ("standard", "batch", "flex", "priority")
_PATTERNS = ("account", "project", "model")
_RATE_KEYS = (
    *("name", "provider", *_PATTERNS, "service_tier", "valid_from", "valid_to"),
    *("multiplier", *_PER, "currency"),
)
UNIT_PRICE_SCALE = 15
_UNIT_PRICE_MAX = Decimal(1000)
_MULTIPLIER_MAX = Decimal(10)
_MULTIPLIER_SCALE = 8


def prices_folder(file: Reader) -> Path | None:
    """The folder that `prices` names, absolute; None without one. It need not be there yet."""
    if file.data.get("prices") is None:
        return None
    folder = file.path.parent / file.text(("prices",), file.data["prices"])
    if folder.exists() and not folder.is_dir():
        file.fail(("prices",), f'"{file.data["prices"]}" is not a folder.', "Name a folder of price files.")
    file.origin("prices", ("prices",))
    return folder


# Names --------------------------------------------------------------------------------------


def model_names(file: Reader) -> Iterator[ModelName]:
    """Deployments, fine-tunes and other names of the user: provider -> name -> model id."""
    for provider, names in file.mapping(("model_names",), file.data.get("model_names")).items():
        for name, value in file.mapping(("model_names", provider), names).items():
            at: KeyPath = ("model_names", provider, name)
            if not name.strip():
                file.fail(at, "a model name is empty.", "Write it as the log or the bill does.")
            file.origin(f"model_names.{provider}.{name}", at)
            if not isinstance(value, list):
                model_id = file.text(at, value)
                yield ModelName(provider, name, model_id, ALWAYS_FROM_UTC, None, file.lines.near(at))
                continue
            spans = [_span(file, (*at, number), provider, name, item) for number, item in enumerate(value)]
            for one, other in combinations(spans, 2):
                if _spans_meet(one, other):
                    place = (*at, spans.index(other))
                    file.fail(
                        place, f'"{name}" means two models at once.', "Close the earlier with valid_to."
                    )
            yield from spans


def _span(file: Reader, at: KeyPath, provider: str, name: str, item: Any) -> ModelName:
    fields = file.mapping(at, item)
    file.keys(at, fields, ("model", "valid_from", "valid_to"), ("model",))
    start, end = _dates(file, at, fields)
    return ModelName(
        provider,
        name,
        file.text((*at, "model"), fields["model"]),
        ALWAYS_FROM_UTC if start is None else _midnight_utc(start),
        None if end is None else _midnight_utc(end),
        file.lines.near(at),
    )


def _spans_meet(one: ModelName, other: ModelName) -> bool:
    one_end_utc, other_end_utc = (span.valid_to_utc or _OPEN_END_UTC for span in (one, other))
    return one.valid_from_utc < other_end_utc and other.valid_from_utc < one_end_utc


def _midnight_utc(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _dates(file: Reader, at: KeyPath, fields: dict[str, Any]) -> tuple[date | None, date | None]:
    start, end = file.day(at, fields, "valid_from"), file.day(at, fields, "valid_to")
    if start is not None and end is not None and end <= start:
        what = f'valid_to "{end}" is not after valid_from "{start}".'
        file.fail((*at, "valid_to"), what, "valid_to is the first day without.")
    return start, end


# Contracts ----------------------------------------------------------------------------------


def contract_rates(file: Reader) -> tuple[ContractRate, ...]:
    """The agreed rates; two of which neither is more specific are refused when a call may meet both."""
    rates: list[ContractRate] = []
    seen: set[str] = set()
    for at, fields in file.items("contract_rates", _RATE_KEYS, ("name", "provider")):
        rate = _rate(file, at, fields, len(rates) + 1)
        file.unseen((*at, "name"), f'contract rate "{rate.name}"', rate.name, seen)
        file.origin(f"contract_rates.{rate.name}", at)
        for other in rates:
            if _tie(rate, other):
                file.fail(
                    at,
                    f'"{rate.name}" and "{other.name}" (line {other.line}) may hold for the same call, '
                    "and neither is more specific.",
                    "Name an account, project or model in one of them, or end one with valid_to.",
                )
        rates.append(rate)
    return tuple(rates)


def _rate(file: Reader, at: KeyPath, fields: dict[str, Any], ordinal: int) -> ContractRate:
    start, end = _dates(file, at, fields)
    patterns = {key: _pattern(file, (*at, key), fields.get(key)) for key in _PATTERNS}
    multiplier, unit_prices = _multiplier(file, at, fields), tuple(_unit_prices(file, at, fields))
    if (multiplier is None) == (not unit_prices):
        what = "a multiplier and prices." if unit_prices else "neither a multiplier nor prices."
        file.fail(
            at,
            f'contract rate "{fields["name"]}" has {what}',
            'Write multiplier: "0.93", or per_1m: {output: "9.30"}.',
        )
    currency = file.text((*at, "currency"), fields.get("currency") or "USD")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        file.fail((*at, "currency"), f'"{currency}" is not a currency.', "Write three capitals such as USD.")
    if multiplier is not None and fields.get("currency") is not None:
        file.fail((*at, "currency"), "a multiplier keeps the currency of the list price.", "Remove it.")
    tier = fields.get("service_tier")
    if tier is not None and tier not in _TIERS:
        place = (*at, "service_tier")
        file.fail(place, f'service_tier "{tier}" is unknown.', f"Known: {', '.join(_TIERS)}.")
    return ContractRate(
        ordinal,
        file.text((*at, "name"), fields["name"]),
        file.text((*at, "provider"), fields["provider"]),
        **{key: None if found is None else found[0] for key, found in patterns.items()},
        specificity=tuple(0 if found is None else found[1] for found in patterns.values()),
        # An agreed price per token is that of a plain call: a batch call costs less than it, not as much.
        service_tier=tier or (None if multiplier is not None else "standard"),
        valid_from=start,
        valid_to=end,
        multiplier=multiplier,
        unit_prices=unit_prices,
        currency=currency,
        line=file.lines.near(at),
    )


def _pattern(file: Reader, at: KeyPath, value: Any) -> tuple[str, int] | None:
    """The expression of a pattern, and 2 when it is exact text or 1 when it is a glob."""
    if value is None or value == "*":
        return None
    text = file.text(at, value)
    try:
        found = expression(text)
    except re.error as error:
        file.fail(
            at, f'"{text}" is not a usable regular expression: {error}.', "Write a glob such as gpt-5*."
        )
    return found, 1 if text.startswith("re:") or "*" in text or "?" in text else 2


def _multiplier(file: Reader, at: KeyPath, fields: dict[str, Any]) -> Decimal | None:
    if fields.get("multiplier") is None:
        return None
    place = (*at, "multiplier")
    multiplier = _number(file, place, fields["multiplier"])
    if multiplier >= _MULTIPLIER_MAX or multiplier != round(multiplier, _MULTIPLIER_SCALE):
        what = f"{plain(multiplier)} is no multiplier below 10 with at most 8 decimals."
        file.fail(place, what, 'A discount of 7 % is "0.93".')
    return multiplier


def _unit_prices(file: Reader, at: KeyPath, fields: dict[str, Any]) -> Iterator[tuple[str, Decimal]]:
    seen: set[str] = set()
    for per, exponent in _PER.items():
        for meter, value in file.mapping((*at, per), fields.get(per)).items():
            place = (*at, per, meter)
            if meter not in _METERS:
                file.fail(place, f'meter "{meter}" is unknown.', f"Known: {', '.join(_METERS)}.")
            file.unseen(place, f"the price of {meter}", meter, seen)
            price = _number(file, place, value)
            with localcontext(prec=60):
                unit_price = price.scaleb(exponent)
                is_exact = unit_price == round(unit_price, UNIT_PRICE_SCALE)
            if not is_exact or unit_price >= _UNIT_PRICE_MAX:
                what = f"{plain(price)} {per} is 1,000 or more a unit, or has more than 15 decimals a unit."
                file.fail(place, what, "Copy it from the contract.")
            yield meter, unit_price


def _number(file: Reader, at: KeyPath, value: Any) -> Decimal:
    try:
        number = decimal_from_text(file.text(at, value))
    except ValueError:
        file.fail(at, f'"{value}" is not a plain number.', 'Write it as text, for example "0.93".')
    if number <= 0:
        file.fail(
            at, f"{plain(number)} is not more than zero.", "What is free costs no contract: leave it out."
        )
    return number


def _tie(one: ContractRate, other: ContractRate) -> bool:
    """Whether one call may meet both, and neither rate is the more specific one.

    Two patterns are taken to overlap unless both are exact and differ: whether globs meet is not guessed.
    """
    if one.provider != other.provider or one.specificity != other.specificity:
        return False
    if None not in (one.service_tier, other.service_tier) and one.service_tier != other.service_tier:
        return False
    if (one.service_tier is None) != (other.service_tier is None):
        return False  # a rate of one tier is more specific than one of all tiers
    if (one.valid_from or date.min) >= (other.valid_to or _OPEN_END) or (other.valid_from or date.min) >= (
        one.valid_to or _OPEN_END
    ):
        return False
    return all(
        _may_meet(mine, theirs, exact)
        for mine, theirs, exact in zip(
            (one.account, one.project, one.model),
            (other.account, other.project, other.model),
            one.specificity,
            strict=True,
        )
    )


def _may_meet(mine: str | None, theirs: str | None, exact: int) -> bool:
    if exact == 2:
        return mine == theirs
    if mine is None or theirs is None:
        return True
    # Globs that begin with different plain text share no value.
    head, tail = (_plain_head(pattern) for pattern in (mine, theirs))
    return head.startswith(tail) or tail.startswith(head)


def _plain_head(pattern: str) -> str:
    """The text that every value of a translated glob begins with; nothing for a regular expression."""
    found = re.match(r"(?:[A-Za-z0-9_/:@-]|\\[.+()|\[\]{}^$])*", pattern)
    head = "" if found is None else found[0]
    rest = pattern[len(head) :]
    return head if rest.startswith("(?s:.") or not rest else ""
