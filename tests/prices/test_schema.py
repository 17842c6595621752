"""The JSON Schemas of the price files say what the reader says, and every shipped file keeps to them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from finops_ai.ledger import Ledger
from finops_ai.prices import catalogue
from finops_ai.prices.model import KINDS, METERS, PRICED_METERS, SCOPES, TIERS, UNITS
from finops_ai.resources import shipped
from finops_ai.yaml_text import read_yaml

PRICING = shipped("pricing")
SCHEMA = json.loads((PRICING / "schema.json").read_text(encoding="utf-8"))
ALIASES = json.loads((PRICING / "aliases.schema.json").read_text(encoding="utf-8"))
ROW = SCHEMA["$defs"]["row"]


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str = "") -> list[str]:
    """Where `value` breaks `schema`: the keywords that these two schemas use, and no others."""
    found: list[str] = []
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        found += faults(value, root["$defs"][name], root, where)
    for keyword, wanted in schema.items():
        found += [f"{where}: {keyword}" for broken in [_breaks(value, keyword, wanted, root)] if broken]
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        for key, item in value.items():
            below = properties.get(key, schema.get("additionalProperties", True))
            if below is False:
                found.append(f"{where}/{key}: additionalProperties")
            elif isinstance(below, dict):
                found += faults(item, below, root, f"{where}/{key}")
    if isinstance(value, list) and "items" in schema:
        for place, item in enumerate(value):
            found += faults(item, schema["items"], root, f"{where}/{place}")
    return found


def _breaks(value: Any, keyword: str, wanted: Any, root: dict[str, Any]) -> bool:
    types = {"object": dict, "array": list, "string": str, "integer": int}
    size = len(value) if isinstance(value, str | list | dict) else 0
    breaks: dict[str, Callable[[], bool]] = {
        "type": lambda: not isinstance(value, types[wanted]) or isinstance(value, bool),
        "pattern": lambda: isinstance(value, str) and re.search(wanted, value) is None,
        "enum": lambda: value not in wanted,
        "required": lambda: isinstance(value, dict) and not set(wanted) <= set(value),
        "minLength": lambda: size < wanted,
        "minItems": lambda: size < wanted,
        "minProperties": lambda: size < wanted,
        "minimum": lambda: value < wanted,
        "anyOf": lambda: all(faults(value, one, root) for one in wanted),
        "oneOf": lambda: sum(not faults(value, one, root) for one in wanted) != 1,
    }
    walked = {
        "$ref",
        "$defs",
        "$schema",
        "title",
        "description",
        "properties",
        "additionalProperties",
        "items",
    }
    assert keyword in breaks or keyword in walked, keyword
    return keyword in breaks and bool(breaks[keyword]())


def test_the_schema_and_the_reader_know_the_same_keys() -> None:
    assert tuple(SCHEMA["properties"]) == catalogue._FILE_KEYS
    assert set(ROW["properties"]) == set(catalogue._ROW_KEYS)
    assert ROW["properties"]["endpoint_scope"]["enum"] == list(SCOPES)
    assert ROW["properties"]["service_tier"]["enum"] == list(TIERS)
    assert ROW["properties"]["kind"]["enum"] == list(KINDS)
    assert {key for key in ROW["properties"] if key.startswith("per_")} == set(catalogue._PER)


def test_the_schema_and_the_unit_registry_name_the_same_meters() -> None:
    meters = SCHEMA["$defs"]["meters"]["properties"]
    assert {name: meter["description"] for name, meter in meters.items()} == {
        unit.name: unit.counts for unit in UNITS
    }
    assert tuple(meters) == PRICED_METERS


def test_every_counted_meter_has_its_column_in_usage_and_in_priced_usage(ledger: Ledger) -> None:
    columns = {
        table: {
            row[0]
            for row in ledger.rows("SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [table])
        }
        for table in ("token_usage", "priced_usage")
    }
    for unit in UNITS:
        assert unit.unit in {"token", "call"}
        assert unit.usage_column is None or unit.usage_column in columns["token_usage"]
        assert (unit.name in METERS) == (f"{unit.name}_cost" in columns["priced_usage"])


@pytest.mark.parametrize("path", sorted(PRICING.glob("*.yaml")), ids=lambda path: path.name)
def test_every_shipped_file_names_its_schema_and_keeps_to_it(path: Path) -> None:
    name = "aliases.schema.json" if path.name == catalogue.ALIASES_NAME else "schema.json"
    first_line = path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert first_line == f"# yaml-language-server: $schema=./{name}"
    schema = json.loads((PRICING / name).read_text(encoding="utf-8"))
    assert faults(read_yaml(path)[0], schema, schema) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"modell": "m"}, "/modell: additionalProperties"),
        ({"service_tier": "turbo"}, "/service_tier: enum"),
        ({"per_1m": {"output": 15}}, "/per_1m/output: type"),
        ({"per_1m": {"output": "1,5"}}, "/per_1m/output: pattern"),
        ({"per_1m": {"ouput": "15"}}, "/per_1m/ouput: additionalProperties"),
        ({"valid_from": "1.1.2026"}, "/valid_from: pattern"),
        ({"min_prompt_tokens": -1}, "/min_prompt_tokens: minimum"),
        ({"source": None}, "/source: type"),
    ],
)
def test_a_wrong_row_breaks_the_schema(change: dict[str, Any], fault: str) -> None:
    row = {"model": "m1", "valid_from": "2026-01-01", "source": "sheet", "per_1m": {"output": "15"}}
    assert faults(row, ROW, SCHEMA) == []
    assert [found for found in faults({**row, **change}, ROW, SCHEMA) if found == fault] == [fault]
    assert faults({key: row[key] for key in ("model", "valid_from", "source")}, ROW, SCHEMA) == [": anyOf"]


def test_an_alias_is_a_name_or_dated_entries() -> None:
    assert faults({"aliases": {"acme": {"nick": "m1"}}}, ALIASES, ALIASES) == []
    entry = {"model": "m1", "valid_from": "2026-01-01"}
    assert faults({"aliases": {"acme": {"nick": [entry]}}}, ALIASES, ALIASES) == []
    assert faults({"aliases": {"acme": {"nick": [{"model": "m1"}]}}}, ALIASES, ALIASES) == [
        "/aliases/acme/nick: oneOf"
    ]
