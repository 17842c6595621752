"""The accuracy benchmark: its scores by hand and by published figures, on any folder of sets."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
BENCHMARKS = REPOSITORY / "benchmarks"
pytestmark = pytest.mark.skipif(
    not BENCHMARKS.exists(), reason="the benchmarks are not installed with the package"
)


@pytest.fixture
def sets(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module that reads and scores sets."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import forecast_sets

    return forecast_sets


def write_set(
    folder: Path, meta: dict[str, Any], series: dict[str, list[float]], *, packed: bool = False
) -> None:
    """A set of the benchmark's shape: the last `h` values are the test."""
    folder.mkdir(parents=True)
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    horizon = meta["h"]
    parts: dict[str, list[tuple[str, int, float]]] = {"train": [], "test": []}
    for name, values in series.items():
        for t, value in enumerate(values, start=1):
            parts["train" if t <= len(values) - horizon else "test"].append((name, t, value))
    for part, rows in parts.items():
        text = "unique_id,t,y\n" + "".join(f"{name},{t},{value}\n" for name, t, value in rows)
        if packed and part == "train":
            (folder / "train.csv.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / f"{part}.csv").write_text(text, encoding="utf-8")


def run(*arguments: str) -> str:
    command = [sys.executable, str(BENCHMARKS / "forecast_accuracy.py"), *arguments]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout


def growing(count: int) -> list[float]:
    noise = np.random.default_rng(4).normal(0, 2, count)
    return [100 + 3 * t + float(noise[t]) for t in range(count)]


def test_a_set_is_read_by_what_its_files_say(sets: Any, tmp_path: Path) -> None:
    meta = {
        "set": "of_our_own",
        "freq": "Q",
        "m": 4,
        "h": 2,
        "mase_m": 1,
        "train": "train.csv.gz",
        "test": "test.csv",
    }
    write_set(tmp_path / "a", meta, {"one": [1.0, 2.0, 3.0, 4.0], "two": [5.0, 6.0, 7.0]}, packed=True)
    [found] = sets.read_sets(tmp_path)
    assert (found.name, found.frequency, found.period, found.horizon, found.lag) == (
        "of_our_own",
        "Q",
        4,
        2,
        1,
    )
    assert [values.tolist() for values in found.train] == [[1.0, 2.0], [5.0]]
    assert [values.tolist() for values in found.test] == [[3.0, 4.0], [6.0, 7.0]]


def test_rows_in_any_order_are_read_by_their_period(sets: Any, tmp_path: Path) -> None:
    write_set(tmp_path / "a", {"freq": "M", "m": 12, "h": 1, "mase_m": 1}, {"one": [1.0, 2.0, 3.0]})
    path = tmp_path / "a" / "train.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8")
    assert sets.read_sets(tmp_path / "a")[0].train[0].tolist() == [1.0, 2.0]


def test_a_folder_without_sets_is_refused(sets: Any, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no folder with a meta"):
        sets.read_sets(tmp_path)


def test_naive2_scores_one_against_itself_and_mase_by_hand(sets: Any, tmp_path: Path) -> None:
    """Steps of 2 in history, the last value 8 goes on: errors 2 and 4 are a MASE of 1.5."""
    series = {"one": [2.0, 4.0, 6.0, 8.0, 10.0, 12.0]}
    write_set(tmp_path / "a", {"freq": "Y", "m": 1, "h": 2, "mase_m": 1}, series)
    [found] = sets.read_sets(tmp_path)
    row = sets.scores(found, [np.array([8.0, 8.0])], 0.5)
    assert row["owa"] == 1.0
    assert row["mase"] == 1.5
    assert row["smape"] == round((200 * 2 / 18 + 200 * 4 / 20) / 2, 4)
    assert row["coverage80"] is None
    assert row["cpu_s_per_series"] == 0.5


def test_naive2_is_that_of_the_reference_scores(sets: Any, shared_data: Path) -> None:
    """sMAPE and MASE of Naive2 as an independent program scored them, to the last digit given."""
    from finops_ai.forecast.engine.seasonality import naive2

    folder = shared_data / "forecast"
    published = json.loads((folder / "reference_scores.json").read_text(encoding="utf-8"))["sets"]
    assert set(published) >= {"m3_monthly", "tourism_monthly", "nn5_daily"}
    for name, methods in published.items():
        [found] = sets.read_sets(folder / name)
        row = sets.scores(found, [naive2(values, found.period, found.horizon) for values in found.train], 0.0)
        assert (row["smape"], row["mase"]) == (methods["naive2"]["smape"], methods["naive2"]["mase"])


def test_members_are_as_good_as_those_of_the_reference(sets: Any, shared_data: Path) -> None:
    """Our Theta and damped grid on the M3 months: no worse than the reference's own."""
    from finops_ai.forecast.engine.damped import damped
    from finops_ai.forecast.engine.theta import theta

    folder = shared_data / "forecast"
    published = json.loads((folder / "reference_scores.json").read_text(encoding="utf-8"))["sets"][
        "m3_monthly"
    ]
    [found] = sets.read_sets(folder / "m3_monthly")
    for name, method in (("np_theta", theta), ("np_damped_log", damped)):
        bands = [method(values, found.period, found.horizon) for values in found.train]
        row = sets.scores(found, bands, 0.0)
        assert row["owa"] <= published[name]["owa"] + 0.002
        assert abs(row["coverage80"] - published[name]["cov80"]) < 0.03


def test_the_script_scores_a_set_that_nobody_knows(tmp_path: Path) -> None:
    meta = {"set": "unheard_of", "freq": "M", "m": 12, "h": 6, "mase_m": 12}
    write_set(tmp_path / "x", meta, {"one": growing(60), "two": growing(50)})
    answer = json.loads(run(str(tmp_path), "--json"))
    assert set(answer) == {"sets"}
    assert set(answer["sets"]) == {"unheard_of"}
    row = answer["sets"]["unheard_of"]
    assert set(row) == {"owa", "smape", "mase", "coverage80", "coverage95", "msis95", "cpu_s_per_series"}
    assert row["owa"] < 1  # a line that climbs is not a line that stops
    assert run(str(tmp_path), "--fast").startswith("unheard_of\n  method ")


def test_the_script_scores_peers_beside(tmp_path: Path) -> None:
    meta = {"set": "weeks", "freq": "W", "m": 1, "h": 3, "mase_m": 1}
    write_set(tmp_path / "x", meta, {"one": growing(60)})
    peers = json.loads(run(str(tmp_path), "--json", "--peers"))["peers"]["weeks"]
    assert set(peers) == {"naive2", "theta (own)", "statsmodels ETS (AICc of 6)", "statsmodels ThetaModel"}
    assert peers["naive2"]["owa"] == 1.0


def test_short_histories_are_cut_and_grown(tmp_path: Path) -> None:
    meta = {"set": "months", "freq": "M", "m": 12, "h": 18, "mase_m": 12}
    write_set(tmp_path / "x", meta, {f"s{n}": growing(60 + n) for n in range(5)})
    rows = json.loads(run(str(tmp_path), "--short", "--json"))["short"]["months"]
    assert [(row["known"], row["world"]) for row in rows] == [
        (known, world) for known in (6, 9, 12) for world in ("plain", "growing")
    ]
    assert all(0 <= row["coverage80"] <= row["coverage95"] <= 1 for row in rows)


def test_totals_are_scored_in_four_worlds(tmp_path: Path, sets: Any) -> None:
    meta = {"set": "months", "freq": "M", "m": 12, "h": 18, "mase_m": 12}
    write_set(tmp_path / "x", meta, {f"s{n}": growing(40 + n) for n in range(7)})
    from forecast_sums import WORLDS, sums

    rows = sums(sets.read_sets(tmp_path)[0], cuts=(9,), seeds=1)
    assert [(row["known"], row["world"], row["totals"]) for row in rows] == [
        (9, world, 1) for world in WORLDS
    ]
    assert all(
        0 <= row[name] <= 1 for row in rows for name in ("ahead_1", "coverage80", "members80", "error")
    )


def test_intervals_of_totals_hold(sets: Any, shared_data: Path) -> None:
    """Fifty totals of six M3 series, 14 months known: 12 months ahead, launches of the future included."""
    from forecast_sums import sums

    [found] = sets.read_sets(shared_data / "forecast" / "m3_monthly")
    rows = {row["world"]: row for row in sums(found, cuts=(14,), seeds=1)}
    assert 0.72 <= rows["plain"]["coverage80"] <= 0.9
    assert 0.72 <= rows["growing"]["coverage80"] <= 0.9
    # Half of the lines begin at some month of history or future: one in four after the forecast was made.
    assert 0.72 <= rows["launching"]["ahead_3"] <= 0.9
    assert rows["growing, launching"]["coverage80"] >= 0.72


def test_the_shipped_scores_hold_numbers_only() -> None:
    path = REPOSITORY / "finops_ai" / "forecast" / "engine" / "conformal_scores.json"
    assert path.stat().st_size < 10_000
    frequencies = json.loads(path.read_text(encoding="utf-8"))["frequencies"]
    assert set(frequencies) == {"M", "D"}
    for part in frequencies.values():
        for row in part["rows"].values():
            assert set(row) == {"scores", "q80", "q95"}
            assert row["scores"] > 500


def test_the_script_reads_csv_as_the_csv_module_does(sets: Any, tmp_path: Path) -> None:
    write_set(tmp_path / "a", {"freq": "D", "m": 7, "h": 1, "mase_m": 7}, {"with,comma": [1.0, 2.0, 3.0]})
    for part in ("train", "test"):
        path = tmp_path / "a" / f"{part}.csv"
        rows = [line.rsplit(",", 2) for line in path.read_text(encoding="utf-8").splitlines()]
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    assert sets.read_sets(tmp_path)[0].names == ["with,comma"]
