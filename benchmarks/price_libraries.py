"""Run genai-prices and litellm on a folder of golden records and names, beside this package.

    python benchmarks/price_libraries.py FOLDER [--python PYTHON]

Prints a Markdown table: how many records each prices exactly (no tolerance beyond the noise of binary
floats), and how many names lead to the right list price, to a wrong one, to none, or silently to zero. The
libraries run in the interpreter that `--python` or the variable PRICE_LIBRARIES_PYTHON names; what it lacks
is "not installed". Neither is needed by this package. Each library is given what it can use: the provider's
own usage numbers, the request time and the tier.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

# Relative: binary floats carry 15 digits.
NOISE = Decimal("1e-9")
PROVIDERS = {
    "genai-prices": {
        "aws-bedrock": "aws", "bedrock": "aws", "azure-openai": "azure", "google-vertex": "google",
        "vertex_ai": "google", "gemini": "google", "xai": "x-ai",
    },
    "litellm": {
        "aws-bedrock": "bedrock", "azure-openai": "azure", "google": "gemini", "google-vertex": "vertex_ai",
    },
}  # fmt: skip
TOKENS = 1_000


def main() -> None:
    """Print the table; with `--worker`, the answers of one library as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="golden.jsonl and aliases.csv stand here")
    parser.add_argument("--python", default=os.environ.get("PRICE_LIBRARIES_PYTHON", sys.executable))
    parser.add_argument("--worker", choices=sorted(PROVIDERS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    if options.worker:
        print(json.dumps(worker(options.worker, options.folder)))
        return
    print("| priced by | records exact | names right | names wrong | names without a price | silent zeros |")
    print("| --- | --- | --- | --- | --- | --- |")
    print(row("finops-ai", own(options.folder)))
    for library in PROVIDERS:
        command = [options.python, __file__, str(options.folder), "--worker", library]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode:
            print(f"| {library} | not installed | | | | |")
            continue
        found = json.loads(answer.stdout.splitlines()[-1])
        print(row(f"{library} {found['version']}", found))


def row(name: str, found: dict[str, Any]) -> str:
    """One line of the table."""
    names = Counter(found["names"])
    records = found["records"]
    cells = [name, f"{sum(records)} of {len(records)}", f"{names['right']} of {len(found['names'])}"]
    cells += [str(names[kind]) for kind in ("wrong", "none", "zero")]
    return f"| {' | '.join(cells)} |"


def own(folder: Path) -> dict[str, Any]:
    """This package's answers, from its pricing SQL and the shipped catalogue."""
    import price_golden
    from golden_folder import csv_rows, golden_records, instant, usage_row

    records, cases = golden_records(folder), csv_rows(folder / "aliases.csv")
    priced = price_golden.price([usage_row(record) for record in records], folder=None)
    exact = [
        one.list_cost is not None and one.list_cost == Decimal(str(record["expected_cost_usd"]))
        for one, record in zip(priced, records, strict=True)
    ]
    bases = [
        {"at_utc": instant(case["as_of"]), "provider": case["provider_hint"], "model_name": case["name"]}
        for case in cases
    ]
    meters = ("input_uncached_tokens", "output_tokens")
    calls = price_golden.price([{**base, meter: TOKENS} for base in bases for meter in meters], folder=None)
    costs = [(calls[2 * place].list_cost, calls[2 * place + 1].list_cost) for place in range(len(cases))]
    return {
        "records": exact,
        "names": [verdict(case, *cost) for case, cost in zip(cases, costs, strict=True)],
    }


def verdict(case: dict[str, str], input_cost: Decimal | None, output_cost: Decimal | None) -> str:
    """What the costs of TOKENS tokens say of a name: right, wrong, none (no price) or zero."""
    wanted = [case["expected_input_usd_per_mtok"], case["expected_output_usd_per_mtok"]]
    is_priced = case["expected_status"] == "priced"
    if input_cost is None:
        return "none" if is_priced else "right"
    if not is_priced or (input_cost == 0 and wanted[0] != "0"):
        return "zero" if input_cost == 0 else "wrong"
    scale = Decimal(TOKENS) / 1_000_000
    # An embedding has no output: 0 on the sheet, no price here.
    same = [
        abs((cost or Decimal(0)) - Decimal(text or "0") * scale) <= NOISE * Decimal(text or "0") * scale
        for cost, text in zip((input_cost, output_cost), wanted, strict=True)
    ]
    return "right" if all(same) else "wrong"


def worker(library: str, folder: Path) -> dict[str, Any]:
    """One library's answers, in the interpreter that has it."""
    from golden_folder import csv_rows, golden_records

    ask = {"genai-prices": ask_genai, "litellm": ask_litellm}[library]()
    exact: list[bool] = []
    for record in golden_records(folder):
        expected = Decimal(str(record["expected_cost_usd"]))
        cost = answer(ask, library, record, dict(record["usage"]))
        exact.append(cost is not None and abs(cost - expected) <= NOISE * expected)
    names: list[str] = []
    for case in csv_rows(folder / "aliases.csv"):
        base = {
            "provider": case["provider_hint"],
            "model": case["name"],
            "timestamp": f"{case['as_of']}T00:00:00Z",
        }
        costs = [answer(ask, library, base, {meter: TOKENS}) for meter in ("input_uncached", "output")]
        names.append(verdict(case, *costs))
    return {"records": exact, "names": names, "version": importlib.metadata.version(library)}


def answer(
    ask: Callable[..., Any], library: str, record: dict[str, Any], usage: dict[str, int]
) -> Decimal | None:
    """What the library says the call costs; None when it raises or does not know."""
    provider = PROVIDERS[library].get(record["provider"], record["provider"])
    at = datetime.fromisoformat(record["timestamp"].replace("Z", "+00:00"))
    try:
        cost: Decimal = ask(provider, record["model"], at, record.get("service_tier") or "standard", usage)
    except (LookupError, ValueError, TypeError, ArithmeticError, InvalidOperation):
        return None
    except Exception as error:
        # litellm raises classes of its own for a model that it does not know.
        if "litellm" not in type(error).__module__ and "mapped" not in str(error):
            raise
        return None
    return cost


def ask_genai() -> Callable[..., Decimal]:
    """genai-prices: `calc_price` with the provider, the time and the tier of the request."""
    from genai_prices import Usage, calc_price  # type: ignore[import-not-found]

    def ask(provider: str, model: str, at: datetime, tier: str, usage: dict[str, int]) -> Decimal:
        written = (
            usage.get("cache_write_5m", 0) + usage.get("cache_write_1h", 0) + usage.get("cache_write", 0)
        )
        audio_in, audio_out = usage.get("input_audio", 0), usage.get("output_audio", 0)
        counts = {
            "input_tokens": usage.get("input_uncached", 0) + usage.get("cache_read", 0) + written + audio_in,
            "cache_read_tokens": usage.get("cache_read", 0),
            "cache_write_tokens": written,
            "cache_write_1h_tokens": usage.get("cache_write_1h", 0),
            "output_tokens": usage.get("output", 0) + usage.get("output_reasoning", 0) + audio_out,
            "input_audio_tokens": audio_in,
            "output_audio_tokens": audio_out,
            "web_searches": usage.get("web_search_requests", 0),
        }
        key = "processing" if tier == "batch" else "service_tier"
        found = calc_price(
            Usage(**{name: count for name, count in counts.items() if count}),
            model,
            provider_id=provider,
            genai_request_timestamp=at,
            price_context=None if tier == "standard" else {key: tier},
        )
        return Decimal(found.total_price)

    return ask


def ask_litellm() -> Callable[..., Decimal]:
    """litellm: `completion_cost` of an answer with the same usage; it takes no time of the request."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm  # type: ignore[import-not-found]
    from litellm.cost_calculator import batch_cost_calculator  # type: ignore[import-not-found]
    from litellm.types.utils import ModelResponse, Usage  # type: ignore[import-not-found]

    litellm.suppress_debug_info = True

    def ask(provider: str, model: str, at: datetime, tier: str, usage: dict[str, int]) -> Decimal:
        del at
        read, five, hour = (usage.get(name, 0) for name in ("cache_read", "cache_write_5m", "cache_write_1h"))
        written = five + hour + usage.get("cache_write", 0)
        audio_in, audio_out = usage.get("input_audio", 0), usage.get("output_audio", 0)
        output = usage.get("output", 0) + usage.get("output_reasoning", 0) + audio_out
        prompt = usage.get("input_uncached", 0) + read + written + audio_in
        counted = Usage(
            prompt_tokens=prompt,
            completion_tokens=output,
            total_tokens=prompt + output,
            cache_read_input_tokens=read,
            cache_creation_input_tokens=written,
            prompt_tokens_details={
                "cached_tokens": read,
                "audio_tokens": audio_in,
                "cache_creation_tokens": written,
                "cache_creation_token_details": {
                    "ephemeral_5m_input_tokens": written - hour,
                    "ephemeral_1h_input_tokens": hour,
                },
            },
            completion_tokens_details={"audio_tokens": audio_out},
        )
        if tier == "batch":
            # The way that litellm prices an answer of a batch.
            halves = batch_cost_calculator(usage=counted, model=model, custom_llm_provider=provider)
            return Decimal(repr(sum(halves)))
        found = litellm.completion_cost(
            completion_response=ModelResponse(model=model, usage=counted),
            model=model,
            custom_llm_provider=provider,
            service_tier=None if tier == "standard" else tier,
        )
        return Decimal(repr(found))

    return ask


if __name__ == "__main__":
    main()
