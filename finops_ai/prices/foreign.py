"""Reading what others list: the data files of genai-prices and litellm, as offers to compare with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation, localcontext
from pathlib import Path
from typing import Any

from finops_ai.errors import InputError
from finops_ai.providers import price_provider
from finops_ai.yaml_text import read_yaml

FORMATS = ("genai-prices", "litellm")
SOURCE_URL = {
    "genai-prices": "https://github.com/pydantic/genai-prices",
    "litellm": "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json",
}

# Whose lists genai-prices means by its provider ids, where ours are called otherwise.
_GENAI_PROVIDERS = {"aws": "aws-bedrock", "azure": "azure-openai"}
_GENAI_METERS = {
    "input_mtok": ("input_uncached", 6),
    "output_mtok": ("output", 6),
    "cache_read_mtok": ("cache_read", 6),
    "cache_write_mtok": ("cache_write", 6),
    "cache_write_1h_mtok": ("cache_write_1h", 6),
    "input_audio_mtok": ("input_audio", 6),
    "output_audio_mtok": ("output_audio", 6),
    "web_searches_kcount": ("web_search", 3),
}
_GENAI_TIERS = {("service_tier", "flex"): "flex", ("service_tier", "priority"): "priority"}
_GENAI_TIERS[("processing", "batch")] = "batch"

_LITELLM_KEY = re.compile(
    r"(?P<field>input_cost_per_token|output_cost_per_token|cache_read_input_token_cost"
    r"|cache_creation_input_token_cost(?:_above_1hr)?|input_cost_per_audio_token|output_cost_per_audio_token)"
    r"(?:_above_(?P<band>\d+)k_tokens)?(?:_(?P<tier>batches|flex|priority))?\Z",
    re.ASCII,
)
_LITELLM_METERS = {
    "input_cost_per_token": "input_uncached",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "cache_creation_input_token_cost": "cache_write",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
    "input_cost_per_audio_token": "input_audio",
    "output_cost_per_audio_token": "output_audio",
}
_AT_THRESHOLD = ("xai",)
"""Providers whose higher band starts at its threshold; those of the others start above it."""


@dataclass(frozen=True)
class Offer:
    """What a foreign file says of one meter: `unit_price` in US dollars per token or call."""

    provider: str
    model_name: str
    meter: str
    service_tier: str
    min_prompt_tokens: int
    unit_price: Decimal


def read_offers(path: Path, source: str, on: date) -> list[Offer]:
    """The prices of `path`, a data file of `source`, that hold on day `on`.

    Prices by the hour, by image, second or page are left out. InputError when the file is none.
    """
    data = _load(path)
    if source == "litellm":
        offers = list(_litellm(data)) if isinstance(data, dict) else []
    else:
        providers = [item for item in (data if isinstance(data, list) else [data]) if isinstance(item, dict)]
        offers = [offer for provider in providers for offer in _genai(provider, on)]
    if not offers:
        raise InputError(
            f"{path}: holds no prices in the shape of {source}.",
            hint="genai-prices has data.json and providers/*.yml, litellm has "
            "model_prices_and_context_window.json.",
        )
    return offers


def _load(path: Path) -> Any:
    if path.suffix in (".yml", ".yaml"):
        return read_yaml(path)[0]
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read: {error.strerror}.", hint="Check the path and its rights."
        ) from error
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise InputError(f"{path}, line {line}: is not JSON.", hint="Download the file again.") from error


def _litellm(data: dict[str, Any]) -> Iterator[Offer]:
    for name, entry in data.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("litellm_provider"), str):
            continue
        provider = price_provider(entry["litellm_provider"])
        for key, value in entry.items():
            match = _LITELLM_KEY.match(key)
            price = _decimal(value)
            if match is None or price is None:
                continue
            tier = {"batches": "batch", None: "standard"}.get(match["tier"], match["tier"])
            band = _band(provider, int(match["band"] or 0) * 1000)
            for meter in _written(provider, _LITELLM_METERS[match["field"]]):
                yield Offer(provider, name, meter, str(tier), band, price)


def _genai(provider: dict[str, Any], on: date) -> Iterator[Offer]:
    owner = str(provider.get("id"))
    owner = _GENAI_PROVIDERS.get(owner, price_provider(owner))
    models = provider.get("models")
    for model in models if isinstance(models, list) else []:
        if not isinstance(model, dict) or not isinstance(model.get("id"), str):
            continue
        found = _genai_on(model.get("prices"), on)
        yield from _genai_prices(owner, model["id"], "standard", found)
        variants = model.get("price_variants")
        for variant in variants if isinstance(variants, list) else []:
            when = tuple(variant.get("when", {}).items())
            tier = _GENAI_TIERS.get(when[0]) if len(when) == 1 else None
            if tier is not None:
                yield from _genai_prices(owner, model["id"], tier, _genai_on([variant], on))


def _genai_on(prices: Any, on: date) -> dict[str, Any]:
    """The prices in force on day `on`: of dated ones, the last that has begun."""
    if isinstance(prices, dict):
        return prices
    found: dict[str, Any] = {}
    began = ""
    for item in prices if isinstance(prices, list) else []:
        constraint = item.get("constraint") or {}
        start = str(constraint.get("start_date", "")) if set(constraint) <= {"start_date", "type"} else None
        if start is not None and began <= start <= on.isoformat() and isinstance(item.get("prices"), dict):
            found, began = item["prices"], start
    return found


def _genai_prices(provider: str, name: str, tier: str, prices: dict[str, Any]) -> Iterator[Offer]:
    for key, (meter, exponent) in _GENAI_METERS.items():
        value = prices.get(key)
        if value is None:
            continue
        bands = [(0, value)]
        if isinstance(value, dict):
            bands = [(0, value.get("base"))]
            # Above its start, for every provider: "at 200,000" stands there as a start of 199,999.
            bands += [(int(item["start"]) + 1, item["price"]) for item in value.get("tiers", [])]
        for band, text in bands:
            price = _decimal(text)
            if price is not None:
                with localcontext(prec=60):
                    unit_price = price.scaleb(-exponent)
                for each in _written(provider, meter):
                    yield Offer(provider, name, each, tier, band, unit_price)


def _band(provider: str, threshold: int) -> int:
    return threshold if threshold == 0 or provider in _AT_THRESHOLD else threshold + 1


def _written(provider: str, meter: str) -> tuple[str, ...]:
    """A cache write without a lifetime lasts 5 minutes where the provider sells lifetimes."""
    if meter == "cache_write" and provider in ("anthropic", "aws-bedrock", "google-vertex"):
        return ("cache_write_5m", "cache_write")
    return (meter,)


def _decimal(value: Any) -> Decimal | None:
    """The exact value of a number as written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
