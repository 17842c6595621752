"""Files that are meant to harm: refused or harmless, and said."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from finops_ai.errors import InputError
from finops_ai.importers import sources
from tests.importers.desk import Desk
from tests.importers.test_hardened import span
from tests.importers.test_recovery import (
    HEADER,
    NAMES,
    call,
    counts,
    line,
    lines,
    records,
    refusal,
    rejects,
    text,
    zipped,
)

# --- Archives -------------------------------------------------------------------------------------


def test_an_archive_inside_an_archive_is_said_to_be_left_closed(desk: Desk) -> None:
    inner = zipped(**{"b.csv": text(line(1))})
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.csv", text(line(0)))
        archive.writestr("inner.zip", inner)
    path = desk.write("outer.zip", content.getvalue())
    left, read = sorted(desk.load(path), key=lambda result: result.status, reverse=True)
    assert (read.status, left.status) == ("imported", "skipped")
    assert left.notes == [
        f"{path}!inner.zip: is an archive inside an archive, which is not opened: unpack the outer one."
    ]


def test_a_gzip_bomb_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "GZIP_FREE_BYTES", 1 << 20)
    path = desk.write("a.csv.gz", gzip.compress(b"a,b\n" + b"0" * 50_000_000))
    assert "the gzip file unpacks to more than" in refusal(desk.one(path))


def test_a_gzip_that_packs_well_is_none(desk: Desk) -> None:
    path = desk.write("a.jsonl.gz", gzip.compress(records(*[call(1)] * 20_000).encode()))
    assert counts(desk.one(path)) == (20_000, 1, 0)


# --- Sizes ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_field_of_100_mb_costs_its_own_record_only(desk: Desk) -> None:
    rows = [line(0), line(1, service="x" * 100_000_000), line(2)]
    result = desk.one(desk.write("a.csv", text(*rows)))
    assert rejects(result) == [(2, 3, None, "is longer than 20,000,000 characters")]
    assert counts(result) == (3, 2, 1)


@pytest.mark.slow
def test_a_log_record_of_100_mb_costs_itself_only(desk: Desk) -> None:
    content = records(call(1), call(2, messages="x" * 100_000_000), call(3))
    result = desk.one(desk.write("a.jsonl", content))
    assert rejects(result) == [(2, 2, None, "is not valid JSON")]
    assert counts(result) == (3, 2, 1)


@pytest.mark.slow
def test_a_part_of_a_document_of_100_mb_costs_itself_only(desk: Desk) -> None:
    content = span(1) + span(2, name="x" * 100_000_000) + span(3)
    result = desk.one(desk.write("a.jsonl", content))
    assert counts(result) == (3, 2, 1)


@pytest.mark.parametrize("kind", ["document", "records", "lines"])
def test_json_nested_100_000_deep(desk: Desk, kind: str) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    if kind == "document":
        refusal(desk.one(desk.write("a.json", f'{{"data": {deep}}}')))
        return
    odd = span(2, name="@") if kind == "records" else records(call(2, messages="@"))
    plain = span if kind == "records" else lambda number: records(call(number))
    content = plain(1) + odd.replace('"@"', deep) + plain(3)
    result = desk.one(desk.write("a.jsonl", content))
    assert result.rows_read == 3
    assert result.rows_added >= 2


def test_ten_thousand_columns(desk: Desk) -> None:
    more = [f"x{number}" for number in range(10_000)]
    content = text(*(row + "," * 10_000 for row in lines(3)), header=",".join([HEADER, *more]))
    assert counts(desk.one(desk.write("a.csv", content))) == (3, 3, 0)


# --- Names and texts ------------------------------------------------------------------------------

HOSTILE = [
    "a\"b'c",
    "x; DROP TABLE charge; --",
    "two\nlines",
    "$(rm -rf x)",
    "{0} %s ${HOME}",
    "\x1b[31m",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "\u202etxt",
    "",
    " ",
]


@pytest.mark.parametrize("bad", ["1.5", "1,5"], ids=["strict", "recovering"])
def test_columns_of_any_name(desk: Desk, bad: str) -> None:
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([*NAMES, *HOSTILE])
    for number in range(3):
        cost = bad if number == 1 else "1.5"
        writer.writerow([*line(number).replace("A,1.5", "A,@", 1).replace("@", "1.5").split(","), *HOSTILE])
        if number == 1 and cost != "1.5":
            writer.writerow([*line(9, "bad").split(","), *HOSTILE])
    result = desk.one(desk.write("a.csv", content.getvalue()))
    assert result.rows_added == 3
    assert result.rows_rejected == (bad != "1.5")


def test_texts_are_stored_as_they_stand(desk: Desk) -> None:
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(NAMES)
    for number, service in enumerate(HOSTILE):
        cells = line(number, service="@").split(",")
        writer.writerow([service if cell == "@" else cell for cell in cells])
    assert counts(desk.one(desk.write("a.csv", content.getvalue()))) == (len(HOSTILE), len(HOSTILE), 0)
    stored = [row[0] for row in desk.rows("SELECT service_name FROM charge ORDER BY row_number")]
    assert stored == [service or None for service in HOSTILE]


def test_a_nul_inside_a_text_cuts_nothing_off(desk: Desk) -> None:
    content = records(call(1), call(2, model="gpt\x00-5"), call(3))
    assert counts(desk.one(desk.write("a.jsonl", content))) == (3, 3, 0)
    assert desk.rows("SELECT model_name FROM token_usage WHERE source_key = 'call-2'") == [("gpt\x00-5",)]


def test_a_nul_far_inside_a_csv_costs_at_most_its_record(desk: Desk) -> None:
    rows = lines(200)
    rows[150] = line(150, service="Comp\0ute")
    result = desk.one(desk.write("a.csv", text(*rows)))
    assert result.rows_read == 200
    assert result.rows_added + result.rows_rejected == 200
    assert result.rows_rejected <= 1


@pytest.mark.parametrize(
    "name",
    ["new\nline.csv", "$(touch owned).csv", "a'; COPY charge TO 'x'; --.csv", "`id`.csv", "\x1b[31m.csv"],
)
def test_file_names_do_nothing(desk: Desk, name: str) -> None:
    path = desk.write(name, text(*lines(2)))
    before = sorted(Path().iterdir())
    assert counts(desk.one(path)) == (2, 2, 0)
    assert sorted(Path().iterdir()) == before


# --- What stands in a folder ----------------------------------------------------------------------


def test_a_link_out_of_the_folder_is_passed_over_and_said(desk: Desk) -> None:
    outside = desk.write("elsewhere/secret.csv", text(line(5)))
    inside = desk.write("bills/a.csv", text(line(0)))
    (inside.parent / "link.csv").symlink_to(outside)
    (inside.parent / "same.csv").symlink_to(inside)
    found = {Path(result.path).name: result for result in desk.load(inside.parent)}
    assert {name: result.status for name, result in found.items()} == {
        "a.csv": "imported",
        "link.csv": "skipped",
        "same.csv": "known",
    }
    assert found["link.csv"].notes == [
        f"{inside.parent / 'link.csv'}: is a link to a file outside the folder: name it itself to read it."
    ]
    assert counts(desk.one(inside.parent / "link.csv", delivery="parts")) == (1, 1, 0)


def test_a_link_to_a_folder_outside_is_not_followed(desk: Desk) -> None:
    outside = desk.write("elsewhere/secret.csv", text(line(5)))
    inside = desk.write("bills/a.csv", text(line(0)))
    (inside.parent / "more").symlink_to(outside.parent)
    (inside.parent / "loop").symlink_to(inside.parent)
    assert [Path(result.path).name for result in desk.load(inside.parent)] == ["a.csv"]


def test_pipes_and_devices_do_not_hang(desk: Desk) -> None:
    inside = desk.write("bills/a.csv", text(line(0)))
    os.mkfifo(inside.parent / "pipe.csv")
    assert [Path(result.path).name for result in desk.load(inside.parent)] == ["a.csv"]
    for path in (inside.parent / "pipe.csv", Path("/dev/zero")):
        with pytest.raises(InputError, match="is a pipe or a device, not a file"):
            desk.load(path)


def test_a_folder_with_the_name_of_a_file_is_a_folder(desk: Desk) -> None:
    desk.write("bills/october.csv/a.csv", text(line(0)))
    (result,) = desk.load(desk.folder / "files" / "bills")
    assert counts(result) == (1, 1, 0)


def test_a_document_of_nothing_but_brackets(desk: Desk) -> None:
    for number, content in enumerate(["[" * 1_000_000, "{" * 1_000_000, json.dumps([[]] * 1000)]):
        refusal(desk.one(desk.write(f"{number}.json", content)))
