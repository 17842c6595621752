"""Benchmark sets of forecast series: reading them, and scoring forecasts by the rules of their SOURCES.md.

A folder of sets has one folder a set with `meta.json` (freq, m, h, mase_m, train, test) and long
tables `unique_id,t,y`, plain or .gz.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from finops_ai.forecast.engine import metrics
from finops_ai.forecast.engine.arrays import Floats
from finops_ai.forecast.engine.bands import Bands
from finops_ai.forecast.engine.seasonality import naive2

_PERIODS = {"H": 24, "D": 7, "W": 1, "M": 12, "Q": 4, "Y": 1}


@dataclass(frozen=True)
class SeriesSet:
    """One set: what is known (`train`), what came after (`test`), in the order of `names`."""

    name: str
    frequency: str
    period: int
    horizon: int
    lag: int
    names: list[str]
    train: list[Floats]
    test: list[Floats]


def read_sets(folder: Path) -> list[SeriesSet]:
    """Every set in `folder` (or the set that `folder` is), by name; SystemExit when there is none."""
    places = [path.parent for path in sorted({*folder.glob("*/meta.json"), *folder.glob("meta.json")})]
    if not places:
        raise SystemExit(f"{folder}: no folder with a meta.json")
    return [read_set(place) for place in places]


def read_set(place: Path) -> SeriesSet:
    """One set; series without test values are left out."""
    meta = json.loads((place / "meta.json").read_text(encoding="utf-8"))
    train = _read(_file(place, meta.get("train"), "train"))
    test = _read(_file(place, meta.get("test"), "test"))
    names = [name for name in sorted(train) if name in test]
    frequency = str(meta.get("freq", "M")).upper()[:1]
    period = int(meta.get("m", _PERIODS.get(frequency, 1)))
    horizon = int(meta.get("h", max(len(test[name]) for name in names)))
    return SeriesSet(
        name=str(meta.get("set", place.name)),
        frequency=frequency,
        period=period,
        horizon=horizon,
        lag=int(meta.get("mase_m", period)),
        names=names,
        train=[train[name] for name in names],
        test=[test[name][:horizon] for name in names],
    )


def _file(place: Path, named: object, part: str) -> Path:
    """The table of `part`: as named in meta.json, else part.csv or part.csv.gz."""
    for name in (str(named), f"{part}.csv", f"{part}.csv.gz"):
        if (place / name).is_file():
            return place / name
    raise SystemExit(f"{place}: no {part}.csv or {part}.csv.gz")


def _read(path: Path) -> dict[str, Floats]:
    rows: dict[str, list[tuple[int, float]]] = defaultdict(list)
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    for row in csv.DictReader(text.splitlines()):
        rows[row["unique_id"]].append((int(row["t"]), float(row["y"])))
    return {name: np.array([value for _, value in sorted(pairs)]) for name, pairs in rows.items()}


def scores(found: SeriesSet, answers: Sequence[Bands | Floats], cpu_s: float) -> dict[str, float | None]:
    """The scores of one method on one set; interval scores are None for a method without intervals."""
    rows = [
        _row(past, actual, answer, found)
        for past, actual, answer in zip(found.train, found.test, answers, strict=True)
    ]
    means = {key: _mean([row[key] for row in rows]) for key in rows[0]}
    owa = 0.5 * (_known(means["smape"]) / _known(means["smape_naive2"]))
    owa += 0.5 * (_known(means["mase"]) / _known(means["mase_naive2"]))
    kept = {key: means[key] for key in ("smape", "mase", "coverage80", "coverage95", "msis95")}
    numbers = {"owa": owa, **kept, "cpu_s_per_series": cpu_s / len(rows)}
    return {key: None if value is None else round(value, 4) for key, value in numbers.items()}


def _row(past: Floats, actual: Floats, answer: Bands | Floats, found: SeriesSet) -> dict[str, float]:
    unit = metrics.scale(past, found.lag)
    base = naive2(past, found.period, found.horizon)[: len(actual)]
    point = (answer.point if isinstance(answer, Bands) else answer)[: len(actual)]
    row = {
        "smape": metrics.smape(actual, point),
        "mase": metrics.mase(actual, point, unit),
        "smape_naive2": metrics.smape(actual, base),
        "mase_naive2": metrics.mase(actual, base, unit),
        "coverage80": float("nan"),
        "coverage95": float("nan"),
        "msis95": float("nan"),
    }
    if isinstance(answer, Bands):
        low80, high80, low95, high95 = (part[: len(actual)] for part in answer.parts[1:])
        row["coverage80"] = float(np.mean((actual >= low80) & (actual <= high80)))
        row["coverage95"] = float(np.mean((actual >= low95) & (actual <= high95)))
        row["msis95"] = metrics.msis(actual, low95, high95, unit, 0.05)
    return row


def _mean(values: Sequence[float]) -> float | None:
    """The mean of the values that are known; None when none is. A constant series has no MASE."""
    kept = [value for value in values if np.isfinite(value)]
    return float(np.mean(kept)) if kept else None


def _known(value: float | None) -> float:
    return float("nan") if value is None else value
