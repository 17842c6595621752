"""Large, deterministic input files of realistic shape, written as a stream.

The FOCUS rows have the 43 columns of FOCUS 1.0. A LiteLLM record is about 11 KB, as the proxy's own
are: most of it is the price map of the model, which every record repeats.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path
from typing import Any

_MONEY = "DECIMAL(38,15)"
FOCUS_COLUMNS = {
    "AvailabilityZone": "VARCHAR",
    "BilledCost": _MONEY,
    "BillingAccountId": "VARCHAR",
    "BillingAccountName": "VARCHAR",
    "BillingCurrency": "VARCHAR",
    "BillingPeriodEnd": "TIMESTAMP",
    "BillingPeriodStart": "TIMESTAMP",
    "ChargeCategory": "VARCHAR",
    "ChargeClass": "VARCHAR",
    "ChargeDescription": "VARCHAR",
    "ChargeFrequency": "VARCHAR",
    "ChargePeriodEnd": "TIMESTAMP",
    "ChargePeriodStart": "TIMESTAMP",
    "CommitmentDiscountCategory": "VARCHAR",
    "CommitmentDiscountId": "VARCHAR",
    "CommitmentDiscountName": "VARCHAR",
    "CommitmentDiscountStatus": "VARCHAR",
    "CommitmentDiscountType": "VARCHAR",
    "ConsumedQuantity": _MONEY,
    "ConsumedUnit": "VARCHAR",
    "ContractedCost": _MONEY,
    "ContractedUnitPrice": _MONEY,
    "EffectiveCost": _MONEY,
    "InvoiceIssuerName": "VARCHAR",
    "ListCost": _MONEY,
    "ListUnitPrice": _MONEY,
    "PricingCategory": "VARCHAR",
    "PricingQuantity": _MONEY,
    "PricingUnit": "VARCHAR",
    "ProviderName": "VARCHAR",
    "PublisherName": "VARCHAR",
    "RegionId": "VARCHAR",
    "RegionName": "VARCHAR",
    "ResourceId": "VARCHAR",
    "ResourceName": "VARCHAR",
    "ResourceType": "VARCHAR",
    "ServiceCategory": "VARCHAR",
    "ServiceName": "VARCHAR",
    "SkuId": "VARCHAR",
    "SkuPriceId": "VARCHAR",
    "SubAccountId": "VARCHAR",
    "SubAccountName": "VARCHAR",
    "Tags": "VARCHAR",
}

_SERVICES = (
    ("AI and Machine Learning", "Amazon Bedrock", "Tokens", 300),
    ("Compute", "Amazon Elastic Compute Cloud", "Hours", 9_200_000),
    ("Storage", "Amazon Simple Storage Service", "GB-Mo", 2_300_000),
    ("Databases", "Amazon OpenSearch Service", "Hours", 24_000_000),
    ("Networking", "Elastic Load Balancing", "LCU-Hours", 800_000),
)
_REGIONS = (("us-west-2", "US West (Oregon)"), ("eu-west-1", "EU (Ireland)"), ("us-east-1", "US East"))
_TEAMS = ("support", "platform", "claims", "search", "growth", "risk", "")
_MODELS = (
    ("claude-sonnet-4-5-20250929", "anthropic", 3000, 300, 15000),
    ("gpt-4.1-mini-2025-04-14", "openai", 400, 100, 1600),
    ("claude-haiku-4-5-20251001", "anthropic", 1000, 100, 5000),
)
_PRICE_FIELDS = tuple(
    f"{kind}_cost_per_{unit}{suffix}"
    for kind in ("input", "output", "cache_read_input", "cache_creation_input")
    for unit in ("token", "audio_token", "image_token", "video_token", "character", "second")
    for suffix in (
        "",
        "_flex",
        "_priority",
        "_balanced",
        "_batches",
        "_above_128k_tokens",
        "_above_200k_tokens",
    )
)
_ABILITIES = ("vision", "function_calling", "tool_choice", "prompt_caching", "reasoning", "web_search")
_FIRST_SECOND = 1_790_812_800  # 2026-10-01T00:00:00Z
_MONTH_SECONDS = 31 * 86_400
_BLOCK_ROWS = 5_000


def _bits(index: int) -> int:
    """128 bits that look random and are the same in every run and on every machine."""
    return int.from_bytes(blake2b(index.to_bytes(8, "big"), digest_size=16).digest(), "big")


def _dollars(picodollars: int) -> str:
    return f"{picodollars // 10**12}.{picodollars % 10**12:012d}"


def _focus_line(index: int) -> str:
    bits = _bits(index)
    category, service, unit, unit_picodollars = _SERVICES[bits % 5]
    region, region_name = _REGIONS[(bits >> 8) % 3]
    team, day, hour = _TEAMS[(bits >> 16) % 7], 1 + (bits >> 24) % 30, (bits >> 32) % 23
    quantity = 1 + (bits >> 40) % 90_000
    cost, price = _dollars(quantity * unit_picodollars * 1_000), _dollars(unit_picodollars * 1_000)
    sku, account = f"{(bits >> 8) % 400:016X}", f"{400_000_000_000 + (bits >> 60) % 40}"
    start = f"2026-10-{day:02d}T{hour:02d}:00:00Z"
    end = f"2026-10-{day:02d}T{hour + 1:02d}:00:00Z"
    tags = f'"{{""team"": ""{team}"", ""environment"": ""prod""}}"' if team else ""
    return (
        f"{region}a,{cost},123456789012,Example Ltd,USD,2026-11-01T00:00:00Z,2026-10-01T00:00:00Z,Usage,,"
        f'"$ {price} per {unit} of {service}, {region_name}",Usage-Based,{end},{start},,,,,,'
        f"{quantity},{unit},"
        f'{cost},{price},{cost},"Amazon Web Services, Inc.",{cost},{price},Standard,{quantity},{unit},AWS,'
        f'"Amazon Web Services, Inc.",{region},{region_name},arn:aws:res:{region}:{account}:{bits:032x},,'
        f"Resource,{category},{service},{sku},{sku}.{unit[:4].upper()},{account},Account {account[-2:]},"
        f"{tags}\n"
    )


def focus_csv(path: Path, *, rows: int) -> None:
    """Write a FOCUS 1.0 CSV of `rows` charges of October 2026 to `path`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(FOCUS_COLUMNS) + "\n")
        for first in range(0, rows, _BLOCK_ROWS):
            file.write("".join(map(_focus_line, range(first, min(first + _BLOCK_ROWS, rows)))))


def litellm_log(path: Path, *, size_bytes: int) -> int:
    """Write StandardLoggingPayload records to `path` up to `size_bytes`; return how many."""
    templates = [_template(*model) for model in _MODELS]
    count = written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        while written < size_bytes:
            written += file.write(_litellm_line(templates, count))
            count += 1
    return count


def _litellm_line(templates: list[str], index: int) -> str:
    bits = _bits(index)
    _, _, input_nanodollars, cached_nanodollars, output_nanodollars = _MODELS[bits % 3]
    prompt, cached, completion = 400 + (bits >> 8) % 9_000, (bits >> 24) % 390, 1 + (bits >> 40) % 900
    nanodollars = (
        (prompt - cached) * input_nanodollars + cached * cached_nanodollars + completion * output_nanodollars
    )
    second = _FIRST_SECOND + (bits >> 50) % _MONTH_SECONDS
    digits = f"{bits:032x}"
    values = {
        "@call": f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}",
        "@start": f"{second}.{bits % 1_000_000:06d}",
        "@end": f"{second + 2}.{bits % 1_000_000:06d}",
        "@session": f"session-{(bits >> 70) % 50_000}",
        "@prompt": str(prompt),
        "@cached": str(cached),
        "@text": str(prompt - cached),
        "@completion": str(completion),
        "@total": str(prompt + completion),
        "@cost": f"{nanodollars // 10**9}.{nanodollars % 10**9:09d}",
        "@team": _TEAMS[(bits >> 90) % 6],
    }
    line = templates[bits % 3]
    for mark, value in values.items():
        # Numbers stand bare in JSON: the quotes around their marks go with the marks.
        line = line.replace(f'"{mark}#"', value).replace(mark, value)
    return line


def _template(model: str, provider: str, *nanodollars: int) -> str:
    """One record with marks: `@name` stands for text, `"@name#"` for a number."""
    usage: dict[str, Any] = {
        "completion_tokens": "@completion#",
        "prompt_tokens": "@prompt#",
        "total_tokens": "@total#",
        "completion_tokens_details": {"reasoning_tokens": 0, "text_tokens": "@completion#"},
        "prompt_tokens_details": {
            "audio_tokens": None,
            "cached_tokens": "@cached#",
            "text_tokens": "@text#",
            "cache_creation_tokens": 0,
            "cache_creation_token_details": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        },
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": "@cached#",
        "service_tier": "standard",
    }
    record = {
        "id": "chatcmpl-@call",
        "litellm_call_id": "@call",
        "trace_id": "@session",
        "session_id": "@session",
        "call_type": "acompletion",
        "cache_hit": None,
        "stream": None,
        "status": "success",
        "status_fields": {"llm_api_status": "success", "guardrail_status": "not_run"},
        "custom_llm_provider": provider,
        "saved_cache_cost": 0.0,
        "startTime": "@start#",
        "endTime": "@end#",
        "completionStartTime": "@end#",
        "response_time": 2.0,
        "model": model,
        "metadata": _metadata(usage),
        "cache_key": None,
        "response_cost": "@cost#",
        "cost_breakdown": {"total_cost": "@cost#", "original_cost": "@cost#", "discount_percent": 0.0},
        "total_tokens": "@total#",
        "prompt_tokens": "@prompt#",
        "completion_tokens": "@completion#",
        "request_tags": ["workflow:@team-agent", "env:prod"],
        "end_user": None,
        "api_base": "https://llm.example",
        "model_group": "",
        "model_id": "",
        "requester_ip_address": None,
        "messages": [{"role": "user", "content": "ping"}],
        "response": {
            "id": "chatcmpl-@call",
            "model": model,
            "object": "chat.completion",
            "choices": [{"finish_reason": "stop", "index": 0, "message": {"content": "pong"}}],
            "usage": usage,
        },
        "model_parameters": {"max_tokens": 64},
        "hidden_params": {"api_base": "https://llm.example", "response_cost": "@cost#"},
        "model_map_information": {"model_map_key": model, "model_map_value": _price_map(model, *nanodollars)},
        "error_str": None,
        "error_information": {"error_code": "", "error_class": "", "llm_provider": "", "traceback": ""},
    }
    return json.dumps(record) + "\n"


def _metadata(usage: dict[str, Any]) -> dict[str, Any]:
    empty = (
        "spend",
        "max_budget",
        "budget_reset_at",
        "org_alias",
        "project_id",
        "user_email",
        "request_route",
    )
    return {
        "user_api_key_hash": "key-@team",
        "user_api_key_alias": "key-@team-agent",
        "user_api_key_team_id": "team-@team",
        "user_api_key_team_alias": "@team",
        "user_api_key_org_id": "org-1",
        "user_api_key_user_id": "svc-@team",
        **{f"user_api_key_{name}": None for name in empty},
        "spend_logs_metadata": {"ticket_id": "T-@session", "workflow": "@team-agent"},
        "requester_metadata": {"trace": "@session"},
        "applied_guardrails": [],
        "usage_object": usage,
    }


def _price_map(model: str, *nanodollars: int) -> dict[str, Any]:
    names = ("input_cost_per_token", "cache_read_input_cost_per_token", "output_cost_per_token")
    prices: dict[str, Any] = dict.fromkeys(_PRICE_FIELDS)
    prices |= {name: value / 1e9 for name, value in zip(names, nanodollars, strict=True)}
    return {"key": model, "max_tokens": 64_000, **prices, **{f"supports_{name}": True for name in _ABILITIES}}
