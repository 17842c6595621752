"""How accurate the forecast engine is, on any folder of benchmark sets.

    python benchmarks/forecast_accuracy.py ../shared/data/forecast
    python benchmarks/forecast_accuracy.py ../shared/data/forecast --json
    python benchmarks/forecast_accuracy.py ../shared/data/forecast --peers
    python benchmarks/forecast_accuracy.py ../shared/data/forecast --short
    python benchmarks/forecast_accuracy.py ../shared/data/forecast --sums

The engine gets the training part of a whole set at once, as `finops-ai forecast` gives it all
lines of a ledger; frequency, season and horizon come from the set's meta.json. `--fast` leaves ETS
out, as the command does beyond its dearest lines. Nothing is drawn at random but the growth of
`--short` and the groups, growth and launches of `--sums`, whose seeds are fixed.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

# As in the command: one thread, so that CPU seconds mean something and sums do not depend on cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from forecast_peers import own_peers, statsforecast_peers
from forecast_sets import SeriesSet, read_sets, scores
from forecast_short import short_history
from forecast_sums import sums

from finops_ai.forecast.engine.arrays import Floats
from finops_ai.forecast.engine.bands import Bands
from finops_ai.forecast.engine.engine import forecast_many
from finops_ai.forecast.engine.methods import Task

COLUMNS = ("owa", "smape", "mase", "coverage80", "coverage95", "msis95", "cpu_s_per_series")
SHORT_COLUMNS = ("error", "flat_level", "last_period", "ratio", "coverage80", "coverage95")
SUM_COLUMNS = ("ahead_1", "ahead_3", "ahead_6", "ahead_12", "coverage80", "members80", "error")


def engine_scores(found: SeriesSet, *, with_ets: bool) -> dict[str, float | None]:
    """The engine on one set, with the CPU seconds of everything: choice, calibration, forecast."""
    task = Task(found.frequency, found.period, found.horizon)
    every = range(len(found.train)) if with_ets else ()
    forecast_many(found.train[:1], task, with_ets=range(1) if with_ets else ())  # imports
    started = time.process_time()
    answers = forecast_many(found.train, task, with_ets=every)
    cpu_s = time.process_time() - started
    bands: list[Bands | Floats] = [answer.bands for answer in answers]
    return scores(found, bands, cpu_s)


def main() -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder of sets, or one set")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--peers", action="store_true", help="score statsmodels on the same series as well")
    parser.add_argument(
        "--statsforecast-python",
        type=Path,
        metavar="PYTHON",
        help="the python of an environment with statsforecast, to score that as well",
    )
    parser.add_argument(
        "--short", action="store_true", help="monthly sets cut to 6, 9 and 12 periods instead"
    )
    parser.add_argument(
        "--sums",
        action="store_true",
        help="totals of six monthly series each instead: do their intervals hold?",
    )
    parser.add_argument("--fast", action="store_true", help="without ETS")
    options = parser.parse_args()
    sets = read_sets(options.folder)
    if options.short or options.sums:
        name, columns = ("short", SHORT_COLUMNS) if options.short else ("sums", SUM_COLUMNS)
        rows = short_history if options.short else sums
        tables = {found.name: rows(found) for found in sets if found.frequency == "M"}
        print(json.dumps({name: tables}, indent=1) if options.json else _rows_text(tables, columns))
        return
    answer = _scored(sets, options)
    print(json.dumps(answer, indent=1) if options.json else _text(answer))


def _scored(sets: list[SeriesSet], options: argparse.Namespace) -> dict[str, Any]:
    answer: dict[str, Any] = {"sets": {}}
    for found in sets:
        answer["sets"][found.name] = engine_scores(found, with_ets=not options.fast)
        peers = own_peers(found) if options.peers else {}
        if options.statsforecast_python:
            peers |= statsforecast_peers(found, options.statsforecast_python)
        for name, (answers, cpu_s) in peers.items():
            answer.setdefault("peers", {}).setdefault(found.name, {})[name] = scores(found, answers, cpu_s)
    return answer


def _text(answer: dict[str, Any]) -> str:
    lines = []
    for name, own in answer["sets"].items():
        lines += [name, _line("method", COLUMNS, None), _line("finops-ai", COLUMNS, own)]
        lines += [_line(peer, COLUMNS, row) for peer, row in answer.get("peers", {}).get(name, {}).items()]
        lines.append("")
    return "\n".join(lines).rstrip()


def _rows_text(tables: dict[str, list[dict[str, Any]]], columns: tuple[str, ...]) -> str:
    lines = []
    for name, rows in tables.items():
        lines += [name, _line("known", columns, None)]
        lines += [_line(f"{row['known']} {row['world']}", columns, row) for row in rows]
        lines.append("")
    return "\n".join(lines).rstrip()


def _line(name: str, columns: tuple[str, ...], row: dict[str, Any] | None) -> str:
    titles = {"cpu_s_per_series": "cpu s", "flat_level": "flat", "last_period": "last"}
    titles |= {"coverage80": "cov 80", "coverage95": "cov 95", "members80": "members"}
    titles |= {f"ahead_{ahead}": f"{ahead} ahead" for ahead in (1, 3, 6, 12)}
    if row is None:
        cells = [titles.get(column, column) for column in columns]
    else:
        cells = ["n/a" if row[column] is None else f"{row[column]:.4f}" for column in columns]
    return f"  {name:<28}" + "".join(f"{cell:>9}" for cell in cells)


if __name__ == "__main__":
    main()
