"""Other forecasters on the same series: statsmodels here, statsforecast in an environment of its own.

statsforecast pins an older pandas than finops-ai, so it is asked through the interpreter of
another environment (`--statsforecast-python`), with the series as JSON on stdin.
"""

from __future__ import annotations

import json
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from forecast_sets import SeriesSet

from finops_ai.forecast.engine.arrays import Floats
from finops_ai.forecast.engine.bands import Bands
from finops_ai.forecast.engine.exponential import ets
from finops_ai.forecast.engine.seasonality import naive2
from finops_ai.forecast.engine.theta import theta

Answers = tuple[list[Bands | Floats], float]

# Run by the other interpreter: reads {"period", "horizon", "series"}, prints one JSON object a method.
STATSFORECAST = """
import json, sys, time, warnings
import numpy as np
warnings.simplefilter("ignore")
from statsforecast.models import AutoETS, DynamicOptimizedTheta
task = json.load(sys.stdin)
for name, model in (("AutoETS", AutoETS), ("DOT", DynamicOptimizedTheta)):
    rows, started = [], time.process_time()
    for values in task["series"]:
        made = model(season_length=task["period"]).forecast(
            np.array(values, dtype=float), task["horizon"], level=[80, 95])
        rows.append([np.asarray(made[key]).tolist() for key in ("mean", "lo-80", "hi-80", "lo-95", "hi-95")])
    print(json.dumps({"name": "statsforecast " + name, "cpu_s": time.process_time() - started, "rows": rows}))
"""


def own_peers(found: SeriesSet) -> dict[str, Answers]:
    """Naive2 and the members of the engine that are also well-known methods, and statsmodels' own."""
    return {
        "naive2": _timed(found, lambda y: naive2(y, found.period, found.horizon)),
        "theta (own)": _timed(found, lambda y: theta(y, found.period, found.horizon)),
        "statsmodels ETS (AICc of 6)": _timed(found, lambda y: _ets(y, found)),
        "statsmodels ThetaModel": _timed(found, lambda y: _theta_model(y, found)),
    }


def statsforecast_peers(found: SeriesSet, python: Path) -> dict[str, Answers]:
    """AutoETS and the dynamic optimised Theta of statsforecast; SystemExit when they do not run."""
    task = {
        "period": found.period,
        "horizon": found.horizon,
        "series": [values.tolist() for values in found.train],
    }
    done = subprocess.run(
        [str(python), "-c", STATSFORECAST],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{python} cannot run statsforecast: {done.stderr.strip().splitlines()[-1]}")
    peers: dict[str, Answers] = {}
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        bands: list[Bands | Floats] = [Bands(*map(np.array, row)) for row in answer["rows"]]
        peers[answer["name"]] = (bands, answer["cpu_s"])
    return peers


def _timed(found: SeriesSet, method: Callable[[Floats], Bands | Floats]) -> Answers:
    method(found.train[0])  # imports and first calls are no part of a series' time
    started = time.process_time()
    answers = [method(values) for values in found.train]
    return answers, time.process_time() - started


def _ets(values: Floats, found: SeriesSet) -> Bands | Floats:
    bands = ets(values, found.period, found.horizon)
    return np.full(found.horizon, values[-1]) if bands is None else bands


def _theta_model(values: Floats, found: SeriesSet) -> Bands | Floats:
    """ThetaModel with its own seasonality test; its intervals are those that it publishes."""
    import pandas as pd
    from statsmodels.tsa.forecasting.theta import ThetaModel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        series = pd.Series(values, index=pd.RangeIndex(len(values)))
        positive = bool(np.all(values > 0))
        fit = ThetaModel(
            series,
            period=max(found.period, 1),
            deseasonalize=found.period > 1,
            method="multiplicative" if positive else "additive",
        ).fit(disp=False)
        point = np.asarray(fit.forecast(found.horizon), dtype=np.float64)
        bounds = [np.asarray(fit.prediction_intervals(found.horizon, alpha=alpha)) for alpha in (0.2, 0.05)]
    return Bands(point, bounds[0][:, 0], bounds[0][:, 1], bounds[1][:, 0], bounds[1][:, 1])
