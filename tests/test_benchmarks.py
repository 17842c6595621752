"""The benchmark of ingest runs, on files far too small to tell anything of its speed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
BENCHMARK = REPOSITORY / "benchmarks" / "bench_ingest.py"
OPTIONS = "--focus-rows 200 --litellm-bytes 30000 --rounds 1 --memory-limit 512MB --json"


@pytest.mark.skipif(not BENCHMARK.exists(), reason="the benchmarks are not installed with the package")
def test_ingest_is_measured_on_plain_and_compressed_files() -> None:
    run = subprocess.run(
        [sys.executable, str(BENCHMARK), *OPTIONS.split()],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    found = json.loads(run.stdout)
    # Rows and money were compared with the plain load by the benchmark itself.
    assert [(each["name"], each["rows"], each["limit_mb"]) for each in found] == [
        ("FOCUS CSV", 200, 512.0),
        ("FOCUS CSV.gz", 200, 512.0),
        ("LiteLLM log", 3, 512.0),
        ("LiteLLM log.gz", 3, 512.0),
    ]
    assert all(each["ratio"] > 0 and each["ingest"]["peak_mb"] > 0 for each in found)
