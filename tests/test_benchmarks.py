"""The benchmarks run, on data far too small to tell anything of their speed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
BENCHMARKS = REPOSITORY / "benchmarks"

pytestmark = pytest.mark.skipif(
    not BENCHMARKS.is_dir(), reason="the benchmarks are not installed with the package"
)


def output_of(name: str, *arguments: str, code: int = 0) -> str:
    """What the benchmark prints on stdout; it says nothing on stderr and ends with `code`."""
    run = subprocess.run(
        [sys.executable, str(BENCHMARKS / name), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        check=False,
    )
    assert (run.returncode, run.stderr) == (code, ""), run.stdout
    return run.stdout


def test_ingest_is_measured_on_plain_and_compressed_files() -> None:
    printed = output_of(
        "bench_ingest.py",
        *"--focus-rows 200 --litellm-bytes 30000 --rounds 1 --memory-limit 512MB --json".split(),
    )
    found = json.loads(printed)
    # Rows and money were compared with the plain load by the benchmark itself.
    assert [(each["name"], each["rows"], each["limit_mb"]) for each in found] == [
        ("FOCUS CSV", 200, 512.0),
        ("FOCUS CSV.gz", 200, 512.0),
        ("LiteLLM log", 3, 512.0),
        ("LiteLLM log.gz", 3, 512.0),
    ]
    assert all(each["ratio"] > 0 and each["ingest"]["peak_mb"] > 0 for each in found)


def test_pricing_is_measured_beside_a_plain_statement() -> None:
    printed = output_of("bench_pricing.py", *"--calls 3000 --rounds 1 --json".split())
    found = json.loads(printed)
    # The benchmark itself ends with an error when a row is priced otherwise by the plain statement.
    assert (found["rows"], found["genai"]) == (3000, None)
    assert found["models"] >= 500
    assert all(found[side]["peak_mb"] > 0 for side in ("plain", "package", "sum"))


def test_libraries_that_are_not_there_are_named_so(tmp_path: Path) -> None:
    case = (
        "name,provider_hint,expected_input_usd_per_mtok,expected_output_usd_per_mtok,as_of,expected_status\n"
    )
    names = "gpt-4-0613,openai,30,60,2026-02-01,priced\nmy-own,openai,,,2026-02-01,unpriced\n"
    (tmp_path / "aliases.csv").write_text(f"{case}{names}gpt-4-0613,openai,31,60,2026-02-01,priced\n")
    printed = output_of("price_libraries.py", str(tmp_path), "--python", "/bin/false")
    assert printed.splitlines()[2:] == [
        "| finops-ai | 0 of 0 | 2 of 3 | 1 | 0 | 0 |",
        "| genai-prices | not installed | | | | |",
        "| litellm | not installed | | | | |",
    ]


def test_detectors_are_right_nine_times_in_ten() -> None:
    printed = output_of("detectors.py", *"--calls 8000 --seed 77 --check".split())
    assert printed.splitlines()[0].split()[:3] == ["detector", "calls", "precision"]
    assert len([line for line in printed.splitlines() if "1.000" in line]) >= 15


def test_a_labelled_log_of_ones_own_is_judged(tmp_path: Path) -> None:
    """Calls as CSV, labels, and no finops.yaml or outcomes; one of two failed calls is not labelled."""
    head = "call_id,at,workflow,provider,model,input_tokens,output_tokens,status\n"
    calls = (
        "a,2026-10-01T10:00:00Z,chat,openai,gpt-5,100,5,failure\n"
        "b,2026-10-01T11:00:00Z,chat,openai,gpt-5,90,5,failure\n"
        "c,2026-10-01T12:00:00Z,chat,openai,gpt-5,80,5,success\n"
    )
    (tmp_path / "calls.csv").write_text(head + calls)
    (tmp_path / "labels.csv").write_text("detector,instance,call_id\nfailed_billed,chat,a\n")
    printed = output_of("detectors.py", "--folder", str(tmp_path), "--check", code=1)
    (found,) = [line for line in printed.splitlines() if line.startswith("failed_billed")]
    assert found.split() == "failed_billed 1 0.500 1.000 1 1.000 1.000 0.500".split()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calls.csv", "labels.csv"]


def test_attribution_is_measured_beside_hand_written_sql() -> None:
    printed = output_of(
        "bench_attribute.py",
        *"--calls 4000 --charges 2000 --outcomes 400 --rounds 1 --memory-limit 512MB".split(),
        *"--history-months 1 --history-calls 400 --json".split(),
    )
    found = json.loads(printed)
    # The benchmark itself ends with an error when a workflow or kind of outcome holds other money.
    assert (found["rows"]["token_usage"], found["rows"]["outcome"]) == (4000, 400)
    assert found["lines"] > 150
    assert all(found[side]["cpu_s"] > 0 for side in ("plain", "package", "alone", "after"))


def test_intervals_are_counted_against_the_truth() -> None:
    printed = output_of("interval_coverage.py", *"--runs 2 --sessions 60 --by session --json".split())
    month, long_run = json.loads(printed)
    assert (month["name"], long_run["name"], month["runs"]) == ("month", "long run", 2)
    for found in (month, long_run):
        assert found["inside"] + found["below"] + found["above"] == 2
    assert 0 < month["width"] < long_run["width"]


def test_a_peak_is_the_commands_own_and_not_the_benchmarks(tmp_path: Path) -> None:
    """A process counts its peak from before it runs its own program: there it has its parent's memory."""
    measuring = (
        "import sys; from pathlib import Path; from measure import run\n"
        "held = bytearray(300_000_000)\n"
        "print(run([sys.executable, '-c', 'pass'], folder=Path(sys.argv[1])).peak_mb)"
    )
    run = subprocess.run(
        [sys.executable, "-c", measuring, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(BENCHMARKS)},
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert 1 < float(run.stdout) < 150
