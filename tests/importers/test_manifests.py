"""Manifests of cloud exports: a delivery whose parts are not all here is said to be incomplete."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importers.desk import Desk
from tests.importers.test_deliveries import HEADER, line

SHAPES: dict[str, Callable[[list[str]], dict[str, object]]] = {
    "legacy report": lambda names: {
        "assemblyId": "a-1",
        "billingPeriod": {"start": "20260901T000000.000Z", "end": "20261001T000000.000Z"},
        "columns": [{"category": "lineItem", "name": "UnblendedCost"}],
        "reportKeys": [f"acme/20260901-20261001/a-1/{name}" for name in names],
    },
    "data export": lambda names: {
        "executionId": "e-1",
        "dataFiles": [f"s3://bucket/export/data/BILLING_PERIOD=2026-09/{name}" for name in names],
    },
    "Azure export": lambda names: {
        "manifestVersion": "2024-04-01",
        "runInfo": {"runId": "r-1"},
        "blobs": [{"blobName": f"exports/daily/{name}", "dataRowCount": 1} for name in names],
    },
}


def delivery(desk: Desk, *parts: int) -> Path:
    for part in parts:
        desk.write(f"export/part-{part}.csv", HEADER + line(part, sku=f"sku-{part}"))
    return desk.folder / "files" / "export"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_manifest_is_compared_with_the_files_that_are_here(
    desk: Desk, shape: str, indent: int | None
) -> None:
    folder = delivery(desk, 1, 2)
    manifest = json.dumps(SHAPES[shape](["part-1.csv", "part-2.csv", "part-3.csv"]), indent=indent)
    path = desk.write("export/manifest.json", manifest)
    results = {Path(result.path).name: result for result in desk.load(folder)}
    assert [results[f"part-{n}.csv"].status for n in (1, 2)] == ["imported", "imported"]
    error = results["manifest.json"].error
    assert error is not None
    assert error.message == (f"{path}: names 3 parts of a delivery, and 1 of them are not here: part-3.csv.")
    delivery(desk, 3)
    again = {Path(result.path).name: result for result in desk.load(folder)}
    assert (again["part-3.csv"].status, again["part-1.csv"].status) == ("imported", "known")
    assert again["manifest.json"].status == "manifest"
    assert again["manifest.json"].notes == ["a manifest: all of its 3 parts are here"]


def test_json_that_only_resembles_a_manifest_is_none(desk: Desk) -> None:
    for number, text in enumerate(('{"dataFiles": 3}', '{"blobs": [', '[{"reportKeys": []}]')):
        assert desk.one(desk.write(f"{number}.json", text)).status == "refused"
