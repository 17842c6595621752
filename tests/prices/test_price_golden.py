"""The script that prices any folder of golden records, on the shared one and on planted faults."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = REPOSITORY / "benchmarks" / "price_golden.py"
pytestmark = pytest.mark.skipif(
    not SCRIPT.exists(), reason="the benchmarks are not installed with the package"
)

SHEET = """\
provider,canonical_model,endpoint_scope,service_tier,meter,min_prompt_tokens,valid_from,valid_to,hours_utc,days,unit_price_usd,per,extra
acme,m1,,standard,input_uncached,0,2026-01-01T00:00:00Z,,"22:30-02:15",Mon-Fri Asia/Shanghai,2,1000000,x
acme,m1,,standard,input_uncached,0,2026-01-01T00:00:00Z,,other,,1,1000000,x
acme,m1,,standard,web_search_requests,0,2026-01-01T00:00:00Z,,,,10,1000,x
acme,m2,global,standard,input_uncached,0,2026-01-01,,,,1,1000000,
acme,m2,global,standard,output,0,2026-01-01,,,,3,1000000,
acme,m2,global,standard,output_reasoning,0,2026-01-01,,,,3,1000000,
acme,m2,global,standard,input_uncached,1001,2026-01-01,,,,5,1000000,
"""


def _run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        check=False,
    )


def _record(name: str, model: str, at: str, usage: dict[str, int], cost: str) -> str:
    return json.dumps(
        {
            "id": name,
            "provider": "acme",
            "model": model,
            "canonical_model": model.removesuffix("-latest"),
            "timestamp": at,
            "service_tier": "standard",
            "endpoint_scope": None,
            "usage": usage,
            "expected_cost_usd": cost,
        }
    )


def test_the_shared_folder_is_exact(shared_data: Path) -> None:
    run = _run(shared_data / "pricing")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == (
        "exact: 15 of 15 records with prices.csv, "
        "15 of 15 records with the shipped catalogue, 40 of 40 names\n"
    )


def test_a_wrong_record_and_a_wrong_name_are_misses(shared_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pricing"
    shutil.copytree(shared_data / "pricing", folder)
    for path in folder.iterdir():
        path.chmod(0o600)
    golden = folder / "golden.jsonl"
    golden.write_text(
        golden.read_text().replace('"expected_cost_usd": "0.11"', '"expected_cost_usd": "0.12"')
    )
    aliases = folder / "aliases.csv"
    aliases.write_text(
        aliases.read_text().replace("gpt-4-0613,openai,openai,gpt-4-0613,,30", "gpt-4-0613,openai,,,,31")
    )
    run = _run(folder)
    assert run.returncode == 1
    wrong_record = (
        "S02 openai gpt-5-2025-08-07 2025-11-03T10:00:00Z: "
        "got 0.110000000000000 (gpt-5-2025-08-07, priced), expected 0.12"
    )
    fourteen = "14 of 15 records"
    assert run.stdout.splitlines() == [
        f"MISS prices.csv: {wrong_record}",
        f"MISS catalogue: {wrong_record}",
        "MISS aliases: openai gpt-4-0613 on 2026-02-01: got 30 / 60 (gpt-4-0613), expected 31 / 60",
        f"exact: {fourteen} with prices.csv, {fourteen} with the shipped catalogue, 39 of 40 names",
    ]


def test_hours_days_bands_and_scopes_of_a_sheet_are_read(tmp_path: Path) -> None:
    """22:30 to 02:15 UTC on Shanghai's weekdays: Friday evening in UTC is Saturday there."""
    (tmp_path / "prices.csv").write_text(SHEET)
    million = {"input_uncached": 1_000_000}
    records = [
        _record("peak", "m1", "2026-10-05T22:30:00Z", million, "2"),
        _record("before it", "m1", "2026-10-05T22:29:59Z", million, "1"),
        _record("past midnight", "m1", "2026-10-06T02:14:59Z", million, "2"),
        _record("after it", "m1", "2026-10-06T02:15:00Z", million, "1"),
        _record("Saturday there", "m1", "2026-10-09T22:30:00Z", million, "1"),
        _record("Monday there", "m1", "2026-10-11T23:00:00Z", {**million, "web_search_requests": 3}, "2.03"),
        _record("short", "m2-latest", "2026-10-05T00:00:00Z", {"input_uncached": 1000}, "0.001"),
        _record(
            "long",
            "m2",
            "2026-10-05T00:00:00Z",
            {"input_uncached": 1001, "output": 1, "output_reasoning": 1},
            "0.005011",
        ),
    ]
    (tmp_path / "golden.jsonl").write_text("\n".join(records) + "\n")
    run = _run(tmp_path)
    lines = run.stdout.splitlines()
    # The shipped catalogue knows nothing of acme.
    assert [line for line in lines if "MISS prices.csv" in line] == []
    assert len(lines) == 9
    assert lines[-1] == "exact: 8 of 8 records with prices.csv, 0 of 8 records with the shipped catalogue"
    assert run.returncode == 1
