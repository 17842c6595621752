"""Golden trios: what each importer, shipped or a user's own, must make of `input.*`.

A folder named like the importer holds its `input.*`, the rows that must stand in the ledger
afterwards (`ledger.csv`; a column that it does not name must be empty) and the rows that must
not (`rejects.csv`). The expected files are written by hand, never by the code under test.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from finops_ai.importers import FileResult, load_registry
from finops_ai.importers.contract import Importer
from finops_ai.importers.heads import snake_case
from finops_ai.ledger import Ledger
from tests.importers.desk import Desk

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
USER_IMPORTERS = sorted((REPOSITORY / "examples").rglob("*.sql"))
IMPORTERS = {importer.name: importer for importer in load_registry(USER_IMPORTERS).importers}
PROVENANCE = {"file_id", "row_number", "source", "charge_id", "usage_id"}
NUMBER = re.compile(r"-?\d+(\.\d+)?(E[+-]?\d+)?\Z")
PARQUET_READERS = sorted(name for name, importer in IMPORTERS.items() if "parquet" in importer.reads)


@pytest.fixture(params=sorted(IMPORTERS))
def importer(request: pytest.FixtureRequest) -> Importer:
    return IMPORTERS[request.param]


def trio(importer: Importer) -> tuple[Path, list[dict[str, str]], list[dict[str, str]]]:
    """The input file, the expected rows and the expected rejects."""
    folder = HERE / importer.name
    assert folder.is_dir(), f"{importer.origin} has no fixture folder tests/importers/{importer.name}"
    (source,) = sorted(folder.glob("input.*"))
    return source, read(folder / "ledger.csv"), read(folder / "rejects.csv")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def load(desk: Desk, path: Path) -> FileResult:
    return desk.one(path, importers=USER_IMPORTERS)


@dataclass(frozen=True)
class Loaded:
    """One importer's input, imported once, and the ledger that holds it."""

    importer: Importer
    result: FileResult
    ledger: Ledger


@pytest.fixture(scope="module", params=sorted(IMPORTERS))
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, ledger_template: Path
) -> Iterator[Loaded]:
    """The golden input in a ledger, for the tests that only look."""
    importer = IMPORTERS[request.param]
    desk = Desk(tmp_path_factory.mktemp(importer.name), ledger_template)
    result = load(desk, trio(importer)[0])
    yield Loaded(importer, result, desk.ledger)
    desk.close()


def shown(value: object) -> str:
    """A value as the golden files write it: numbers in their shortest form, NULL as nothing."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, (int, Decimal)) or NUMBER.match(text):
        plain = f"{Decimal(text):f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return re.sub(r"(:\d\d\.\d*?)0+\Z", r"\1", text)


def stored(loaded: Loaded, columns: list[str]) -> list[dict[str, str]]:
    """The rows of the fed table, in file order, by column name."""
    names = ", ".join(f'"{name}"' for name in columns)
    rows = loaded.ledger.rows(f"SELECT {names} FROM {loaded.importer.feeds} ORDER BY row_number")
    return [dict(zip(columns, map(shown, row), strict=True)) for row in rows]


def expected(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{name: shown(text) for name, text in row.items()} for row in rows]


def test_every_importer_has_a_fixture_and_every_fixture_an_importer() -> None:
    folders = {path.name for path in HERE.iterdir() if (path / "ledger.csv").exists()}
    assert folders == set(IMPORTERS)


def test_golden_ledger(loaded: Loaded) -> None:
    _, ledger, _ = trio(loaded.importer)
    assert stored(loaded, list(ledger[0])) == expected(ledger)


def test_columns_that_the_golden_ledger_does_not_name_are_empty(loaded: Loaded) -> None:
    """Empty, or what the table itself puts there (a count of 0, status success)."""
    _, ledger, _ = trio(loaded.importer)
    for name, _, _, _, default, _ in loaded.ledger.rows(f"DESCRIBE {loaded.importer.feeds}"):
        if name not in ledger[0] and name not in PROVENANCE:
            filled = f'"{name}" IS DISTINCT FROM ({default or "NULL"})'
            assert loaded.ledger.value(f"SELECT count(*) FROM {loaded.importer.feeds} WHERE {filled}") == 0, (
                name
            )


def test_golden_rejects(loaded: Loaded) -> None:
    _, _, rejects = trio(loaded.importer)
    names = ("row_number", "line", "column", "reason")
    found = loaded.ledger.rows("SELECT row_number, line, column_name, reason FROM reject ORDER BY row_number")
    assert [dict(zip(names, map(shown, row), strict=True)) for row in found] == rejects
    assert [(r.row_number, r.line, r.column, r.reason) for r in loaded.result.rejects] == found
    assert loaded.result.rows_rejected == len({row["row_number"] for row in rejects})


def test_every_reject_keeps_the_text_of_its_record(loaded: Loaded) -> None:
    for reason, text in loaded.ledger.rows("SELECT reason, raw_text FROM reject"):
        assert text
        value = re.match(r'"(.*)" is ', reason, re.DOTALL)
        if value is not None:
            assert value[1] in text.replace('\\"', '"')


def test_every_record_is_accounted_for(loaded: Loaded) -> None:
    source, ledger, _ = trio(loaded.importer)
    (counts,) = loaded.ledger.records(
        "SELECT rows_read, rows_added, rows_repeated, rows_replaced, rows_rejected, rows_ignored "
        "FROM imported_file"
    )
    assert counts == {name: getattr(loaded.result, name) for name in counts}
    read = counts.pop("rows_read")
    assert read == sum(counts.values()) == record_count(source, loaded.importer)
    assert counts["rows_added"] == len(ledger)


def test_importing_again_under_any_name_changes_nothing(desk: Desk, importer: Importer) -> None:
    source, _, _ = trio(importer)
    load(desk, source)
    before = desk.figures()
    renamed = desk.write(f"renamed{source.suffix}", source.read_bytes())
    again = desk.load(source, renamed, importers=USER_IMPORTERS)
    assert [result.status for result in again] == ["known", "known"]
    assert desk.figures() == before
    assert any(before)


def test_a_packed_file_gives_the_same(loaded: Loaded, desks: Callable[[], Desk], tmp_path: Path) -> None:
    source, _, rejects = trio(loaded.importer)
    gz, archive = tmp_path / f"{source.name}.gz", tmp_path / "bills.zip"
    gz.write_bytes(gzip.compress(source.read_bytes(), mtime=0))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(source, f"bills/{source.name}")
    feeds = loaded.importer.feeds
    # A row without an id is known by the bytes of its file, and packing changes those.
    names = "* EXCLUDE (file_id, usage_id, source_key)" if feeds == "token_usage" else "*"
    query = f"SELECT {names} FROM {feeds} ORDER BY ALL"
    figures = [loaded.ledger.rows(query)]
    for path in (gz, archive):
        desk = desks()
        assert load(desk, path).rows_rejected == len(rejects)
        figures.append(desk.rows(query))
    assert figures[0] == figures[1] == figures[2]
    assert figures[0]


def test_bills_add_up_to_the_money_in_the_file(loaded: Loaded) -> None:
    """Against an independent sum over the raw records that are not rejected: in Python where the
    money is one column, else as billed.csv states it, which was added up by hand."""
    importer, result = loaded.importer, loaded.result
    if importer.feeds != "charge":
        assert importer.money is None
        return
    source, _, rejects = trio(importer)
    billed = loaded.ledger.rows("SELECT billing_currency, sum(billed_cost) FROM charge GROUP BY 1 ORDER BY 1")
    assert dict(billed) == result.billed
    by_hand = HERE / importer.name / "billed.csv"
    if by_hand.exists():
        stated = {row["billing_currency"]: Decimal(row["billed_cost"]) for row in read(by_hand)}
        assert dict(billed) == stated
        return
    column, _, unit = str(importer.money).partition(" in ")
    refused = {int(row["row_number"]) for row in rejects}
    scale = Decimal("0.01") if unit == "cents" else Decimal(1)
    amounts = [text for number, text in money(source, importer, column) if number not in refused and text]
    exact = sum((Decimal(text) * scale for text in amounts), Decimal(0))
    assert exact == sum(result.billed.values()) + result.rounded_total
    assert loaded.ledger.value("SELECT rows_rounded FROM imported_file") == result.rows_rounded


def test_column_types(loaded: Loaded) -> None:
    described = f"SELECT column_name, column_type FROM (DESCRIBE {loaded.importer.feeds})"
    types = dict(loaded.ledger.rows(described))
    assert set(types.values()) <= {
        "VARCHAR", "INTEGER", "BIGINT", "UHUGEINT", "TIMESTAMP", "DECIMAL(38,15)", "DECIMAL(18,6)",
    }  # fmt: skip
    for name, kind in types.items():
        if name.endswith(("_cost", "_price")):
            assert kind == "DECIMAL(38,15)"
        if name.endswith("_utc"):
            assert kind == "TIMESTAMP"
        if name.endswith(("_tokens", "calls")):
            assert kind == "BIGINT"


@pytest.mark.parametrize("typed", [False, True], ids=["text", "typed"])
@pytest.mark.parametrize("name", PARQUET_READERS)
def test_parquet_gives_the_same_as_csv(
    desks: Callable[[], Desk], name: str, typed: bool, tmp_path: Path
) -> None:
    importer = IMPORTERS[name]
    clean = good_records(importer, tmp_path / "clean.csv")
    target = tmp_path / "input.parquet"
    to_parquet(clean, target, importer, typed=typed)
    csv_desk, parquet_desk = desks(), desks()
    assert load(csv_desk, clean).rows_rejected == 0
    result = load(parquet_desk, target)
    assert (result.status, result.rows_rejected) == ("imported", 0)
    assert parquet_desk.figures() == csv_desk.figures()


@pytest.mark.parametrize("name", PARQUET_READERS)
def test_bad_records_of_a_parquet_file_are_rejected_alone(desk: Desk, name: str, tmp_path: Path) -> None:
    importer = IMPORTERS[name]
    source, ledger, rejects = trio(importer)
    rows = wide_enough(source)
    target = tmp_path / "input.parquet"
    plain = tmp_path / "wide.csv"
    write_csv(plain, rows)
    to_parquet(plain, target, importer, typed=False)
    result = load(desk, target)
    widths = [row for row in rejects if "fields" in row["reason"]]
    assert result.rows_rejected == len(rejects) - len(widths)
    assert result.rows_added == len(ledger)
    found = [(r.column or "", r.reason) for r in result.rejects]
    assert found == [(row["column"], row["reason"]) for row in rejects if row not in widths]


# --- Independent reading of the inputs ------------------------------------------------------------


def record_count(source: Path, importer: Importer) -> int:
    if source.suffix == ".csv":
        with source.open(newline="", encoding="utf-8-sig") as lines:
            return sum(1 for row in csv.reader(lines) if row) - 1
    if source.suffix == ".jsonl" and not importer.is_nested:
        return sum(1 for line in source.read_text(encoding="utf-8").splitlines() if line.strip())
    return len(list(nested_records(source, importer)))


def money(source: Path, importer: Importer, column: str) -> Iterator[tuple[int, str]]:
    """(record number, text of `column`) of every record of a bill."""
    column, _, key = column.removesuffix("'").partition(" ->> '$.")
    if source.suffix == ".csv":
        spellings = next(c.spellings for c in importer.columns if snake_case(c.name) == snake_case(column))
        wanted = {snake_case(spelling) for spelling in spellings}
        with source.open(newline="", encoding="utf-8-sig") as lines:
            for number, row in enumerate(csv.DictReader(lines), 1):
                texts = [text for name, text in row.items() if name and snake_case(name) in wanted]
                yield number, next((text for text in texts if text and text not in importer.nulls), "")
        return
    for number, record in enumerate(nested_records(source, importer), 1):
        found = record[column]
        yield number, str((found.get(key) if isinstance(found, dict) else found) or "")


def nested_records(source: Path, importer: Importer) -> Iterator[dict[str, Any]]:
    """The records of JSON documents, found by the first path that leads anywhere."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    text = source.read_text(encoding="utf-8").strip()
    while text:
        document, end = decoder.raw_decode(text)
        text = text[end:].strip()
        paths = [path.replace("[]", "").split(".") for path in importer.records]
        yield from below(document, next((path for path in paths if path[0] in document), []))


def below(node: Any, path: list[str]) -> Iterator[dict[str, Any]]:
    for each in node if isinstance(node, list) else [node]:
        if path and each.get(path[0]) is not None:
            yield from below(each[path[0]], path[1:])
        elif not path:
            yield each


def wide_enough(source: Path) -> list[list[str]]:
    """Header and records of a CSV without those that have the wrong number of fields."""
    with source.open(newline="", encoding="utf-8-sig") as lines:
        rows = [row for row in csv.reader(lines) if row]
    return [row for row in rows if len(row) == len(rows[0])]


def good_records(importer: Importer, target: Path) -> Path:
    """The input's header and the records that are not rejected, as a CSV of its own."""
    source, _, rejects = trio(importer)
    refused = {int(row["row_number"]) for row in rejects}
    with source.open(newline="", encoding="utf-8-sig") as lines:
        rows = [row for row in csv.reader(lines) if row]
    write_csv(target, [row for number, row in enumerate(rows) if number not in refused])
    return target


def write_csv(target: Path, rows: list[list[str]]) -> None:
    with target.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)


def to_parquet(source: Path, target: Path, importer: Importer, *, typed: bool) -> None:
    """All text as in the CSV, or with numbers, instants and JSON maps in types of their own."""
    nulls = ["", *importer.nulls] if typed else []
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            "CREATE TABLE t AS FROM read_csv($path, all_varchar = true, delim = ',', quote = '\"', "
            "escape = '\"', header = true, nullstr = $nulls, allow_quoted_nulls = true)",
            {"path": str(source), "nulls": nulls or ["no such text"]},
        )
        for name in [row[0] for row in connection.execute("DESCRIBE t").fetchall()] if typed else []:
            quoted = '"' + name + '"'
            for kind in ("DECIMAL(38,22)", "TIMESTAMPTZ"):
                fits = connection.execute(
                    f"SELECT count({quoted}) > 0 AND bool_and({quoted} IS NULL OR "
                    f"TRY_CAST({quoted} AS {kind}) IS NOT NULL) FROM t"
                ).fetchone()
                if fits == (True,) and (
                    "Cost" in name or "Date" in name or "Quantity" in name or "Amount" in name
                ):
                    connection.execute(f"ALTER TABLE t ALTER {quoted} TYPE {kind}")
                    break
        connection.execute("COPY t TO $target (FORMAT parquet)", {"target": str(target)})


def test_the_excerpt_beside_the_example_is_read_by_the_example(desk: Desk) -> None:
    folder = REPOSITORY / "examples" / "azure_trace"
    shutil.copytree(folder, desk.folder / "example")
    result = desk.one(desk.folder / "example" / "azure_trace.csv", importers=USER_IMPORTERS)
    assert (result.rows_added, result.rows_rejected) == (8, 0)
