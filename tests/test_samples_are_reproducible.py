"""The samples are what the script writes, and the truth about them is what the files say."""

import csv
import gzip
import io
import json
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
TRUTH = ROOT / "tests" / "truth" / "samples.json"
ANTHROPIC_CENTS = Decimal("0.01")


@cache
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(TRUTH.read_text())
    return loaded


def content(path: Path) -> bytes:
    """The bytes inside: compressors may differ between machines, what they compress may not."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def files_below(root: Path) -> dict[str, bytes]:
    truths = [root / "tests" / "truth" / name for name in ("samples.json", "budget_alerts.csv")]
    files = [*(root / "samples").rglob("*"), *truths]
    return {str(path.relative_to(root)): content(path) for path in files if path.is_file()}


def test_the_script_writes_the_committed_files(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "make_samples.py"
    subprocess.run([sys.executable, script, "--root", tmp_path], check=True)
    written, committed = files_below(tmp_path), files_below(ROOT)
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def test_the_samples_stay_small_and_carry_no_clock() -> None:
    files = [path for path in SAMPLES.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 5_000_000
    assert {path.read_bytes()[4:8] for path in files if path.suffix == ".gz"} == {bytes(4)}


def read_json(path: str) -> Any:
    return json.loads(content(SAMPLES / path), parse_float=Decimal, parse_int=Decimal)


def read_csv(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(SAMPLES / path).decode())))


def billed_in(path: str) -> tuple[list[Decimal], int]:
    """Each readable amount of a bill in dollars, and the number of unreadable ones."""
    match path.split("/")[1]:
        case "openai":
            results = [r for bucket in read_json(path)["data"] for r in bucket["results"]]
            return [Decimal(r["amount"]["value"]) for r in results], 0
        case "anthropic":
            results = [r for bucket in read_json(path)["data"] for r in bucket["results"]]
            return [Decimal(r["amount"]) * ANTHROPIC_CENTS for r in results], 0
        case "aws":
            return [Decimal(row["line_item_unblended_cost"]) for row in read_csv(path)], 0
        case _:
            texts = [row["BilledCost"] for row in read_csv(path)]
            good = [Decimal(text) for text in texts if "," not in text]
            return good, len(texts) - len(good)


def test_the_bills_add_up_to_the_truth() -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    bills = {path: said for path, said in truth()["files"].items() if path.startswith("bills/")}
    for path, said in bills.items():
        amounts, rejected = billed_in(path)
        assert (len(amounts) + rejected, rejected) == (said["records"], said["rejected"]), path
        assert sum(amounts) == Decimal(said["billed"]), path
        if "superseded_by" not in said:
            sums[path.split("_")[-1 - path.count("_restated")][:7]] += sum(amounts)
    assert sums == {month: Decimal(t["billed"]["USD"]) for month, t in truth()["months"].items()}


@pytest.mark.parametrize("month", ["2025-09", "2026-05", "2026-07", "2026-10"])
def test_every_billed_cent_has_a_place(month: str) -> None:
    said = truth()["months"][month]
    blocks = [*said["direct"].values(), *said["shared"].values(), *said["gaps"].values()]
    placed = sum((Decimal(text) for text in blocks), Decimal(said["shared_unallocated"]))
    assert placed == Decimal(said["billed"]["USD"])


def gateway_calls(path: str) -> tuple[list[dict[str, Any]], int, int]:
    """The readable records of a gateway log once each, then how many are broken and repeated."""
    lines = content(SAMPLES / path).decode().splitlines()
    found: dict[str, dict[str, Any]] = {}
    broken = repeated = 0
    for line in lines:
        try:
            record = json.loads(line, parse_float=Decimal)
        except json.JSONDecodeError:
            broken += 1
            continue
        broken += record["prompt_tokens"] < 0
        repeated += record["id"] in found
        if record["prompt_tokens"] >= 0:
            found[record["id"]] = record
    return list(found.values()), broken, repeated


def gateway_tokens(usage: dict[str, Any]) -> Counter[str]:
    """LiteLLM's usage in disjoint buckets: cached tokens are inside prompt_tokens."""
    details = usage["prompt_tokens_details"]
    read, written = details["cached_tokens"], details.get("cache_creation_tokens", 0)
    return Counter(
        calls=0,
        input_uncached_tokens=usage["prompt_tokens"] - read - written,
        cache_read_tokens=read,
        cache_write_5m_tokens=written,
        cache_write_1h_tokens=0,
        output_tokens=usage["completion_tokens"],
        reasoning_tokens=usage["completion_tokens_details"]["reasoning_tokens"],
    )


def test_the_gateway_logs_hold_the_tokens_of_the_truth() -> None:
    for month, said in truth()["months"].items():
        path = f"logs/litellm/litellm_{month}.jsonl.gz"
        records, broken, repeated = gateway_calls(path)
        counts = truth()["files"][path]
        assert (len(records), broken) == (counts["calls"], counts.get("rejected", 0))
        assert repeated == counts.get("repeated", 0)
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for record in records:
            tags = dict(tag.split(":", 1) for tag in record["request_tags"])
            if workflow := tags.get("workflow"):
                found[workflow]["calls"] += 1
                if usage := record["metadata"]["usage_object"]:
                    found[workflow].update(gateway_tokens(usage))
        expected = {name: t for name, t in said["tokens"].items() if name != "code-assistant"}
        assert found == expected


def test_the_session_files_hold_the_tokens_of_the_truth() -> None:
    final: dict[tuple[str, str], dict[str, Any]] = {}
    for path in (SAMPLES / "logs" / "claude_code").rglob("*.jsonl.gz"):
        for line in content(path).decode().splitlines():
            if line.endswith("}") and (record := json.loads(line))["type"] == "assistant":
                key = record["message"]["id"], record["requestId"]
                best = final.setdefault(key, record)
                if record["message"]["usage"]["output_tokens"] > best["message"]["usage"]["output_tokens"]:
                    final[key] = record
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for record in final.values():
        usage = record["message"]["usage"]
        found[record["timestamp"][:7]].update(
            calls=1,
            input_uncached_tokens=usage["input_tokens"],
            cache_read_tokens=usage["cache_read_input_tokens"],
            cache_write_5m_tokens=usage["cache_creation"]["ephemeral_5m_input_tokens"],
            cache_write_1h_tokens=usage["cache_creation"]["ephemeral_1h_input_tokens"],
            output_tokens=usage["output_tokens"],
            reasoning_tokens=0,
        )
    assert found == {m: t["tokens"]["code-assistant"] for m, t in truth()["months"].items()}
