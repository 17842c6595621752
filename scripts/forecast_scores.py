"""Makes finops_ai/forecast/engine/conformal_scores.json: how far short-history forecasts were off.

    python scripts/forecast_scores.py ../shared/data/forecast

Reads the training parts only of the benchmark sets (see SOURCES.md there): every series is cut to
its last n periods before a stretch that is forecast, and |ln(actual / forecast)| in units of the
series' usual step gives one 80% and one 95% quantile for each horizon. Months are taken twice, as
they are and with a growth added that fades (6% a month on average, as AI bills grow). Only these
quantiles are kept, no series. Deterministic: the same sets give the same file.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finops_ai.forecast.engine import conformal
from finops_ai.forecast.engine.engine import forecast_many, pools_of
from finops_ai.forecast.engine.methods import Task
from finops_ai.forecast.engine.pooled import usual_step
from finops_ai.forecast.engine.seasonality import deseasonalised

OUT = Path(__file__).resolve().parents[1] / "finops_ai" / "forecast" / "engine" / "conformal_scores.json"
PLANS: dict[str, dict[str, Any]] = {
    "M": {
        "sets": ["m3_monthly"],
        "period": 12,
        "horizon": 12,
        "lengths": [6, 9, 12, 18],
        "ends": [0, 6, 12, 18],
    },
    "D": {
        "sets": ["wiki_daily", "nn5_daily"],
        "period": 7,
        "horizon": 28,
        "lengths": [14, 30, 60],
        "ends": list(range(0, 224, 28)),
    },
}
SEED = 20261122
Floats = NDArray[np.float64]


def series_of(folder: Path) -> list[Floats]:
    """The training parts of one set, by name."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    path = folder / meta["train"]
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    found: dict[str, list[float]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines()):
        found[row["unique_id"]].append(float(row["y"]))
    return [np.array(found[name]) for name in sorted(found)]


def stub(steps: dict[str, float]) -> None:
    """A table with which the engine can run while the real one is made."""
    parts = {
        frequency: {"step": step, "rows": {"6": {"q80": [1.0], "q95": [2.0]}}}
        for frequency, step in steps.items()
    }
    OUT.write_text(json.dumps({"frequencies": parts}), encoding="utf-8")
    conformal.shipped_scores.cache_clear()


def scores(series: list[Floats], plan: dict[str, Any], frequency: str, known: int) -> Floats:
    """Scores (series and end, horizon) of histories of `known` periods."""
    task = Task(frequency, plan["period"], plan["horizon"])
    rows = []
    for end in plan["ends"]:
        whole = [values[: len(values) - end] for values in series]
        whole = [values for values in whole if len(values) >= known + task.horizon]
        parts = [values[-known - task.horizon :] for values in whole]
        parts = [values for values in parts if np.all(values > 0)]
        for world in [parts, growing(parts)] if frequency == "M" else [parts]:
            past = [values[:known] for values in world]
            pool = pools_of(past, task)[0]
            for values, answer in zip(world, forecast_many(past, task, with_ets=()), strict=True):
                unit = usual_step(deseasonalised(values[:known], task.period, 1)[0], pool)
                rows.append(np.abs(np.log(values[known:] / answer.bands.point)) / unit)
    return np.stack(rows)


def growing(series: list[Floats]) -> list[Floats]:
    """The series with a growth of their own added: 6% a month, give or take 4%, fading by 5% a month."""
    rates = np.random.default_rng(SEED).normal(0.06, 0.04, len(series))
    return [
        values * np.exp(np.cumsum(rate * 0.95 ** np.arange(len(values))))
        for rate, values in zip(rates, series, strict=True)
    ]


def smoothed(quantiles: Floats) -> list[float]:
    """The nearest quantiles that never fall with the horizon (pool adjacent violators), three digits."""
    blocks: list[tuple[float, int]] = []
    for value in quantiles:
        blocks.append((float(value), 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (low, many), (high, few) = blocks.pop(), blocks.pop()
            blocks.append(((low * many + high * few) / (many + few), many + few))
    return [round(value, 3) for value, count in blocks for _ in range(count)]


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    found = {
        frequency: [values for name in plan["sets"] for values in series_of(folder / name)]
        for frequency, plan in PLANS.items()
    }
    steps = {}
    for frequency, series in found.items():
        last = [values[-24:] if frequency == "M" else values[-60:] for values in series]
        flat = [deseasonalised(values, PLANS[frequency]["period"], 1)[0] for values in last]
        sizes = [np.sqrt(np.mean(np.diff(np.log(values)) ** 2)) for values in flat if np.all(values > 0)]
        steps[frequency] = round(float(np.median(sizes)), 4)
    stub(steps)
    frequencies = {}
    for frequency, plan in PLANS.items():
        rows = {}
        for known in plan["lengths"]:
            table = scores(found[frequency], plan, frequency, known)
            q80, q95 = np.quantile(table, (0.8, 0.95), axis=0)
            rows[str(known)] = {"scores": len(table), "q80": smoothed(q80), "q95": smoothed(q95)}
        frequencies[frequency] = {"sets": plan["sets"], "step": steps[frequency], "rows": rows}
    note = "Quantiles of |ln(actual / forecast)| / usual step, by periods known; scripts/forecast_scores.py"
    OUT.write_text(json.dumps({"note": note, "frequencies": frequencies}, indent=1) + "\n", encoding="utf-8")
    print(OUT)


if __name__ == "__main__":
    main()
