"""Call genai-prices once for each row of a CSV sample and print what it cost. Needs genai-prices installed.

    python genai_sample.py SAMPLE.csv

Prints JSON: calls priced, calls that failed, CPU seconds of the calls alone (import and reading excluded).
"""

from __future__ import annotations

import csv
import json
import sys
import time
from datetime import datetime
from pathlib import Path


def main() -> None:
    """Price the sample row by row."""
    from genai_prices import Usage, calc_price  # type: ignore[import-not-found]

    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        rows = [
            (
                row["model"],
                row["provider"],
                datetime.fromisoformat(row["at_utc"]),
                *map(int, list(row.values())[3:]),
            )
            for row in csv.DictReader(file)
        ]
    priced = failed = 0
    started_s = time.process_time()
    for model, provider, at_utc, prompt, read, written, output in rows:
        usage = Usage(
            input_tokens=prompt, cache_read_tokens=read, cache_write_tokens=written, output_tokens=output
        )
        try:
            calc_price(usage, model, provider_id=provider, genai_request_timestamp=at_utc)
            priced += 1
        except (LookupError, ValueError):
            failed += 1
    print(json.dumps({"priced": priced, "failed": failed, "cpu_s": time.process_time() - started_s}))


if __name__ == "__main__":
    main()
