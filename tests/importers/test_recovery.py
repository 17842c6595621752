"""Broken, odd and hostile files: every good record counts, every bad one is named, or the file is refused."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from finops_ai.errors import InputError
from finops_ai.importers import FileResult
from tests.importers.desk import Desk

D = Decimal
Call = dict[str, object]
NAMES = (
    "BillingAccountId BilledCost EffectiveCost BillingCurrency BillingPeriodStart BillingPeriodEnd "
    "ChargeCategory ChargePeriodStart ChargePeriodEnd ServiceName ServiceProviderName SkuId ListCost"
).split()
HEADER = ",".join(NAMES)


def line(number: int, cost: str = "1.5", service: str = "Compute", list_cost: str = "") -> str:
    day = f"2026-09-{number % 28 + 1:02d}"
    return (
        f"A,{cost},{cost},USD,2026-09-01T00:00:00Z,2026-10-01T00:00:00Z,Usage,"
        f"{day}T00:00:00Z,{day}T01:00:00Z,{service},Acme,sku-{number},{list_cost}"
    )


def text(*lines: str, header: str = HEADER, end: str = "\n") -> str:
    return "".join(each + end for each in (header, *lines))


def lines(count: int) -> list[str]:
    return [line(number) for number in range(count)]


def counts(result: FileResult) -> tuple[int, int, int]:
    """read, added, rejected."""
    return (result.rows_read, result.rows_added, result.rows_rejected)


def rejects(result: FileResult) -> list[tuple[int, int | None, str | None, str]]:
    return [(r.row_number, r.line, r.column, r.reason) for r in result.rejects]


def skus(desk: Desk) -> list[str]:
    return [row[0] for row in desk.rows("SELECT sku_id FROM charge ORDER BY row_number")]


def refusal(result: FileResult) -> str:
    assert result.status == "refused"
    assert result.error is not None
    return f"{result.error.message} {result.error.hint}"


# --- The structure of a CSV -----------------------------------------------------------------------


def test_one_unclosed_quote_before_many_good_rows_costs_its_own_row_only(desk: Desk) -> None:
    rows = lines(20_000)
    rows[2] = line(2, service='"Compute')
    result = desk.one(desk.write("a.csv", text(*rows)))
    assert counts(result) == (20_000, 19_999, 1)
    assert rejects(result) == [(3, 4, None, "a quote is opened and never closed")]
    assert result.rejects[0].raw_text == rows[2]
    assert desk.rows("SELECT count(*), sum(billed_cost), max(row_number) FROM charge") == [
        (19_999, D("29998.5"), 20_000)
    ]


def test_ragged_rows_are_rejected_with_their_width(desk: Desk) -> None:
    rows = [line(0), line(1) + ",more", line(2), line(3).rsplit(",", 2)[0], line(4)]
    result = desk.one(desk.write("a.csv", text(*rows)))
    assert counts(result) == (5, 3, 2)
    assert rejects(result) == [
        (2, 3, None, "has 14 fields, the header has 13"),
        (4, 5, None, "has 11 fields, the header has 13"),
    ]
    assert desk.rows("SELECT row_number FROM charge ORDER BY ALL") == [(1,), (3,), (5,)]


def test_a_field_of_several_lines_keeps_its_line_breaks_also_in_recovery(desk: Desk) -> None:
    odd = line(0, service='"two\nlines\u2028and ""quotes"", and a comma"')
    result = desk.one(desk.write("a.csv", text(odd, line(1, "x"), line(2))))
    assert rejects(result) == [(2, 4, "BilledCost", '"x" is not a plain number')]
    assert result.rejects[0].raw_text == line(1, "x")
    assert desk.rows("SELECT service_name FROM charge ORDER BY row_number") == [
        ('two\nlines\u2028and "quotes", and a comma',),
        ("Compute",),
    ]
    again = desk.one(desk.write("b.csv", text(odd, line(1) + ",more", line(3))), delivery="parts")
    assert counts(again) == (3, 2, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "unended"])
def test_line_ends(desk: Desk, end: str, last: bool) -> None:
    content = text(*lines(5), end=end)
    result = desk.one(desk.write("a.csv", content if last else content.rstrip("\r\n")))
    assert counts(result) == (5, 5, 0)
    assert skus(desk) == [f"sku-{number}" for number in range(5)]


def test_mixed_line_ends(desk: Desk) -> None:
    content = text(line(0), line(1)) + "".join(each + "\r\n" for each in (line(2), line(3)))
    assert counts(desk.one(desk.write("a.csv", content))) == (4, 4, 0)
    content = text(line(0), line(1, "x")) + "".join(each + "\r\n" for each in (line(4), line(5)))
    result = desk.one(desk.write("b.csv", content), delivery="parts")
    assert counts(result) == (4, 3, 1)
    assert desk.rows("SELECT DISTINCT list_cost FROM charge") == [(None,)]


@pytest.mark.parametrize("bad", [False, True], ids=["clean", "with a bad row"])
def test_blank_lines_are_no_records_and_do_not_count(desk: Desk, bad: bool) -> None:
    rows = ["", line(0), "", "   ", line(1), line(2, "x") if bad else line(2), "", ""]
    result = desk.one(desk.write("a.csv", text(*rows)))
    assert counts(result) == (3, 2, 1) if bad else (3, 3, 0)
    if bad:
        assert rejects(result) == [(3, 7, "BilledCost", '"x" is not a plain number')]


def test_columns_in_another_order_are_read_by_name(desks: Callable[[], Desk]) -> None:
    order = sorted(range(len(NAMES)), key=lambda position: (position * 7) % len(NAMES))
    rows = [[*HEADER.split(",")], *(line(number, str(number)).split(",") for number in range(5))]
    shuffled = "".join(",".join(row[position] for position in order) + "\n" for row in rows)
    plain, other = desks(), desks()
    plain.one(plain.write("a.csv", "".join(",".join(row) + "\n" for row in rows)))
    assert counts(other.one(other.write("a.csv", shuffled))) == (5, 5, 0)
    assert other.figures() == plain.figures()


def test_a_header_with_two_names_swapped_loads_nothing(desk: Desk) -> None:
    swapped = HEADER.replace("BilledCost", "?").replace("ChargePeriodStart", "BilledCost")
    result = desk.one(desk.write("a.csv", text(*lines(3), header=swapped.replace("?", "ChargePeriodStart"))))
    assert counts(result) == (3, 0, 3)
    assert rejects(result)[0] == (1, 2, "BilledCost", '"2026-09-01T00:00:00Z" is not a plain number')


def test_the_text_of_a_rejected_record_is_the_file_s_own(desk: Desk) -> None:
    bad = line(0, '"1,204"', service='"two\nlines and ""quotes"""')
    result = desk.one(desk.write("a.csv", text(bad, line(1))))
    assert rejects(result) == [(1, 2, "BilledCost", '"1,204" is not a plain number')]
    assert result.rejects[0].raw_text == bad


def test_the_bad_one_of_two_columns_with_the_same_text_is_named(desk: Desk) -> None:
    result = desk.one(desk.write("a.csv", text(line(0, service="n/a", list_cost="n/a"), line(1))))
    assert rejects(result) == [(1, 2, "ListCost", '"n/a" is not a plain number')]


def test_a_column_twice_is_refused(desk: Desk) -> None:
    path = desk.write("a.csv", text(line(0), header=HEADER.replace("ListCost", "Sku Id")))
    assert refusal(desk.one(path)) == (
        f'{path}, line 1: the column "Sku Id" stands there twice. '
        "Export the file again, or rename one of the two."
    )


@pytest.mark.parametrize("content", ["", " \n\n", "\ufeff"], ids=["nothing", "blank", "only a BOM"])
def test_an_empty_file_is_refused(desk: Desk, content: str) -> None:
    path = desk.write("a.csv", content)
    assert refusal(desk.one(path)).startswith(f"{path}: is empty.")


def test_a_header_alone_is_a_bill_without_lines(desk: Desk) -> None:
    result = desk.one(desk.write("a.csv", HEADER + "\n"))
    assert (result.status, counts(result)) == ("imported", (0, 0, 0))


def test_a_field_of_5_mb(desk: Desk) -> None:
    result = desk.one(desk.write("a.csv", text(line(0), line(1, service="x" * 5_000_000), line(2))))
    assert counts(result) == (3, 3, 0)
    assert desk.rows("SELECT max(length(service_name)) FROM charge") == [(5_000_000,)]


# --- Encodings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [1, 12_000], ids=["early", "past the first megabyte"])
def test_latin_1_is_refused_with_the_place_and_accepted_when_named(desk: Desk, before: int) -> None:
    content = text(*lines(before), line(before, service="B\u00fcro")).encode("latin-1")
    path = desk.write("a.csv", content)
    assert refusal(desk.one(path)) == (
        f"{path}, line {before + 2}: byte 0xFC is not UTF-8 text. "
        "Save the file as UTF-8, or name its encoding with --encoding latin-1 or utf-16."
    )
    assert desk.figures() == [[], [], []]
    assert counts(desk.one(path, encoding="latin-1")) == (before + 1, before + 1, 0)
    assert desk.rows("SELECT service_name FROM charge ORDER BY row_number DESC LIMIT 1") == [("B\u00fcro",)]


@pytest.mark.parametrize("bad", [False, True], ids=["clean", "with a bad row"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_when_named(desk: Desk, order: str, bad: bool) -> None:
    """Of text with its high bytes first the database reads no record, and says nothing."""
    rows = [line(0, service="B\u00fcro\u2028"), line(1, "x" if bad else "1"), line(2)]
    mark = {"le": codecs.BOM_UTF16_LE, "be": codecs.BOM_UTF16_BE}[order]
    path = desk.write("a.csv", mark + text(*rows).encode(f"utf-16-{order}"))
    assert f"byte 0x{mark[0]:02X} is not UTF-8 text" in refusal(desk.one(path))
    assert counts(desk.one(path, encoding="utf-16")) == ((3, 2, 1) if bad else (3, 3, 0))
    assert desk.rows("SELECT service_name FROM charge WHERE row_number = 1") == [("B\u00fcro\u2028",)]


def test_a_byte_order_mark_is_no_part_of_the_first_name(desk: Desk) -> None:
    result = desk.one(desk.write("a.csv", b"\xef\xbb\xbf" + text(line(0), line(1, "x")).encode()))
    assert counts(result) == (2, 1, 1)
    assert desk.rows("SELECT billing_account_id FROM charge") == [("A",)]


def test_nul_bytes_are_refused_as_binary(desk: Desk) -> None:
    path = desk.write("a.csv", text(line(0, service="Comp\0ute")))
    assert refusal(desk.one(path)) == (
        f"{path}: is neither CSV, JSON nor Parquet (binary content). Export it as CSV or Parquet."
    )


# --- Packed files ---------------------------------------------------------------------------------


def test_gzip_members_one_after_the_other_are_one_file(desk: Desk) -> None:
    first, second = text(*lines(3)).encode(), (line(3) + "\n" + line(4) + "\n").encode()
    path = desk.write("a.csv.gz", gzip.compress(first) + gzip.compress(second))
    assert counts(desk.one(path)) == (5, 5, 0)


def test_bytes_behind_the_end_of_a_gzip_are_refused(desk: Desk) -> None:
    path = desk.write("a.csv.gz", gzip.compress(text(*lines(3)).encode()) + b"\0" * 64)
    assert refusal(desk.one(path)).startswith(f"{path}: the gzip data is damaged: incorrect header check.")


def test_gzip_is_known_by_its_content_not_its_name(desk: Desk) -> None:
    assert counts(desk.one(desk.write("a.csv", gzip.compress(text(*lines(3)).encode())))) == (3, 3, 0)


@pytest.mark.parametrize("keep", [10, 200, -8, -1])
def test_a_truncated_gzip_is_refused(desk: Desk, keep: int) -> None:
    path = desk.write("a.csv.gz", gzip.compress(text(*lines(500)).encode())[:keep])
    assert refusal(desk.one(path)) == (
        f"{path}: the gzip data is damaged: it ends early. Download or copy the file again."
    )
    assert desk.figures() == [[], [], []]


@pytest.mark.parametrize("position", [-6, -2, 150], ids=["checksum", "length", "data"])
def test_a_damaged_gzip_is_refused(desk: Desk, position: int) -> None:
    content = bytearray(gzip.compress(text(*lines(500)).encode()))
    content[position] ^= 0xFF
    path = desk.write("a.csv.gz", bytes(content))
    assert refusal(desk.one(path)).startswith(f"{path}: the gzip data is damaged: ")
    assert desk.figures() == [[], [], []]


def zipped(**members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def test_a_zip_that_names_paths_outside_writes_nothing_there(desk: Desk) -> None:
    names = {"../../../escaped.csv": text(line(0)), "/absolute.csv": text(line(1))}
    path = desk.write("a.zip", zipped(**names))
    results = desk.load(path, delivery="parts")
    assert [result.path for result in results] == [f"{path}!{name}" for name in names]
    assert sum(result.rows_added for result in results) == 2
    outside = [file for file in desk.folder.rglob("*escaped*") if "work-" not in str(file)]
    assert outside == []
    assert list(desk.folder.parent.glob("*escaped*")) == []
    assert not Path("/absolute.csv").exists()


def test_two_archives_of_one_name_do_not_unpack_over_each_other(desk: Desk) -> None:
    paths = [
        desk.write(f"{folder}/bill.zip", zipped(**{"b.csv": text(line(n))})) for n, folder in enumerate("ab")
    ]
    results = desk.load(*paths, delivery="parts")
    assert [result.status for result in results] == ["imported", "imported"]
    assert skus(desk) == ["sku-0", "sku-1"]


def test_a_zip_bomb_is_refused(desk: Desk) -> None:
    path = desk.write("a.zip", zipped(**{"a.csv": "0" * 50_000_000}))
    with pytest.raises(InputError) as caught:
        desk.load(path)
    assert caught.value.message == f"{path}: the zip archive would unpack to 50,000,000 bytes in 1 file."


def test_a_zip_without_a_file_to_read_is_refused(desk: Desk) -> None:
    path = desk.write("a.zip", zipped(**{"readme.txt": "hello", "__MACOSX/._a.csv": "\0\5"}))
    with pytest.raises(InputError, match="no file to import in this zip archive"):
        desk.load(path)


def test_the_shadows_that_macos_lays_into_archives_are_left_out(desk: Desk) -> None:
    path = desk.write("a.zip", zipped(**{"a.csv": text(line(0)), "__MACOSX/._a.csv": "\0\5"}))
    assert counts(desk.one(path)) == (1, 1, 0)


@pytest.mark.parametrize("damage", ["cut", "data", "encrypted"])
def test_a_zip_that_does_not_unpack_is_refused(desk: Desk, damage: str) -> None:
    content = bytearray(zipped(**{"a.csv": text(*lines(500))}))
    if damage == "cut":
        content = content[:-100]
    elif damage == "data":
        content[200] ^= 0xFF
    else:
        content[6] |= 1
        content[content.find(b"PK\1\2") + 8] |= 1
    with pytest.raises(InputError) as caught:
        desk.load(desk.write("a.zip", bytes(content)))
    assert (
        "the zip archive is " + ("encrypted" if damage == "encrypted" else "damaged") in caught.value.message
    )


# --- Names of files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "a'); drop table charge; --.csv",
        'double"quote.csv',
        "with spaces; and 100% odd & signs $HOME `x`.csv",
        "\u00fc\u00f1\u4e2d.csv",
        "a[1].csv",
        "a*.csv",
        "a?.csv",
        "{a,b}.csv",
        "-rf.csv",
        "BillingAccountId=X/billed_cost=9/list_cost=7.csv",
        "no suffix",
    ],
)
def test_a_name_is_only_a_name(desk: Desk, name: str) -> None:
    path = desk.write(name, text(line(0), line(1)))
    desk.write(str(Path(name).parent / "a1.csv"), text(*lines(50)))
    desk.write(str(Path(name).parent / "ab.csv"), text(*lines(60)))
    result = desk.one(path)
    assert (result.path, counts(result)) == (str(path), (2, 2, 0))
    assert desk.rows("SELECT billing_account_id, sum(billed_cost) FROM charge GROUP BY ALL") == [("A", D(3))]


@pytest.mark.parametrize("name", ["log[1].jsonl", "log*.jsonl"])
def test_a_log_is_read_under_any_name_too(desk: Desk, name: str) -> None:
    path = desk.write(name, records(call(1), call(2)))
    desk.write("log1.jsonl", records(*map(call, range(9))))
    assert counts(desk.one(path)) == (2, 2, 0)


# --- JSON -----------------------------------------------------------------------------------------


def call(number: int, **fields: object) -> Call:
    return {
        "id": f"chatcmpl-{number}",
        "litellm_call_id": f"call-{number}",
        "call_type": "acompletion",
        "custom_llm_provider": "openai",
        "response_cost": 0.1,
        "startTime": 1785715200.0 + number,
        "metadata": {},
        "model": "gpt-5",
        "prompt_tokens": 10,
        "completion_tokens": 2,
        "total_tokens": 12,
        "status": "success",
        **fields,
    }


def records(*calls: Call | str) -> str:
    return "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in calls)


def keys(desk: Desk) -> list[str]:
    return [row[0] for row in desk.rows("SELECT source_key FROM token_usage ORDER BY row_number")]


def test_blank_lines_in_a_log_are_no_records(desk: Desk) -> None:
    result = desk.one(desk.write("a.jsonl", records(call(1), "", call(2), "  ", "", call(3), "")))
    assert counts(result) == (3, 3, 0)
    assert keys(desk) == ["call-1", "call-2", "call-3"]


def test_blank_lines_and_a_bad_record(desk: Desk) -> None:
    content = records(call(1), "", call(2), " ", call(3, prompt_tokens="many"), call(4))
    result = desk.one(desk.write("a.jsonl", content))
    assert counts(result) == (4, 3, 1)
    assert rejects(result) == [(5, 5, "prompt_tokens", '"many" is not a whole number from 0')]
    assert json.loads(result.rejects[0].raw_text or "")["litellm_call_id"] == "call-3"


@pytest.mark.parametrize("torn", [0, 1, 2], ids=["first", "middle", "last"])
def test_one_torn_line_costs_itself_only(desk: Desk, torn: int) -> None:
    calls: list[Call | str] = [call(number) for number in range(4 if torn < 2 else 3)]
    calls[torn] = json.dumps(calls[torn])[:150]
    content = records(*calls)
    result = desk.one(desk.write("a.jsonl", content if torn < 2 else content.rstrip("\n")))
    assert rejects(result) == [(torn + 1, torn + 1, None, "is not valid JSON")]
    assert counts(result) == (len(calls), len(calls) - 1, 1)
    assert result.rejects[0].raw_text == calls[torn]


@pytest.mark.parametrize("odd", ["[1, 2]", "17", '"text"', "null", "{}"])
def test_a_line_that_is_no_record_is_rejected(desk: Desk, odd: str) -> None:
    result = desk.one(desk.write("a.jsonl", records(call(1), odd, call(2))))
    assert counts(result) == (3, 2, 1)
    assert rejects(result) == [(2, 2, "source_key", "is empty, but must be there")]


@pytest.mark.parametrize("bad", [False, True], ids=["strict", "recovering"])
def test_of_two_equal_keys_the_first_is_read_both_ways(desk: Desk, bad: bool) -> None:
    twice = json.dumps(call(1))[:-1] + ', "prompt_tokens": 99}'
    calls: list[Call | str] = [twice, call(2, startTime="soon") if bad else call(2)]
    assert desk.one(desk.write("a.jsonl", records(*calls))).rows_rejected == int(bad)
    assert desk.rows("SELECT input_uncached_tokens FROM token_usage WHERE row_number = 1") == [(10,)]


@pytest.mark.parametrize("bad", [False, True], ids=["strict", "recovering"])
def test_digits_of_json_numbers_are_kept_both_ways(desk: Desk, bad: bool) -> None:
    content = records(call(1, response_cost="@")).replace('"@"', "0.1234567890123456789012")
    content += records(call(2, response_cost=1.5e-7), call(3, startTime="soon" if bad else "2026-08-03"))
    desk.one(desk.write("a.jsonl", content))
    assert desk.rows("SELECT logged_cost FROM token_usage ORDER BY row_number LIMIT 2") == [
        (D("0.123456789012346"),),
        (D("0.00000015"),),
    ]


@pytest.mark.parametrize("depth", [500, 50_000])
def test_deep_nesting_breaks_nothing(desk: Desk, depth: int) -> None:
    nested = records(call(2, messages="@")).replace('"@"', "[" * depth + "]" * depth)
    result = desk.one(desk.write("a.jsonl", records(call(1)) + nested + records(call(3))))
    assert result.rows_read == 3
    assert result.rows_added + result.rows_rejected == 3
    assert {"call-1", "call-3"} <= set(keys(desk))


def test_a_record_of_20_mb_is_read(desk: Desk) -> None:
    result = desk.one(desk.write("a.jsonl", records(call(1), call(2, messages="x" * 20_000_000), call(3))))
    assert counts(result) == (3, 3, 0)


def test_broken_json_inside_a_field_costs_its_record_only(desk: Desk) -> None:
    result = desk.one(desk.write("a.jsonl", records(call(1), call(2, metadata="{broken"), call(3))))
    assert counts(result) == (3, 2, 1)
    assert rejects(result) == [(2, 2, "metadata", '"{broken" is not valid JSON')]


@pytest.mark.parametrize("before", [0, 6000], ids=["early", "past the first megabyte"])
def test_a_log_that_is_no_utf_8_is_refused_with_the_place(desk: Desk, before: int) -> None:
    latin = json.dumps(call(-1, end_user="B\u00fcro"), ensure_ascii=False).encode("latin-1") + b"\n"
    path = desk.write("a.jsonl", records(*map(call, range(before))).encode() + latin)
    assert refusal(desk.one(path)).startswith(f"{path}, line {before + 1}: byte 0xFC is not UTF-8 text")


def costs(*amounts: object) -> str:
    results = [
        {"amount": {"value": amount, "currency": "usd"}, "line_item": f"gpt-5, {number}"}
        for number, amount in enumerate(amounts)
    ]
    bucket = {"start_time": 1788220800, "end_time": 1788307200, "results": results}
    return json.dumps({"object": "page", "data": [bucket]}, indent=1)


def test_a_torn_document_is_refused_with_the_line(desk: Desk) -> None:
    path = desk.write("a.json", costs(1, 2)[:-20])
    message = refusal(desk.one(path))
    assert message.startswith(f"{path}, line ")
    assert "is not valid JSON" in message
    assert message.endswith("The download may have been cut short: fetch it again.")


def test_a_document_has_record_numbers_and_no_lines(desk: Desk) -> None:
    result = desk.one(desk.write("a.json", costs(1, "1,204.50", 3)))
    assert counts(result) == (3, 2, 1)
    assert rejects(result) == [(2, None, "billed_cost", '"1,204.50" is not a plain number')]
    assert (
        result.rejects[0].described("a.json")
        == 'a.json, record 2, column billed_cost: "1,204.50" is not a plain number'
    )


def test_a_document_that_stops_being_utf_8_after_the_first_megabyte_is_refused(desk: Desk) -> None:
    path = desk.write("a.json", costs(*range(12_000)).encode() + b"\n\xfc")
    assert "byte 0xFC is not UTF-8 text, as JSON must be" in refusal(desk.one(path))


def test_pages_one_after_the_other_are_one_document(desk: Desk) -> None:
    assert counts(desk.one(desk.write("a.json", costs(1) + "\n" + costs(2, 3)))) == (3, 3, 0)


# --- Parquet --------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"PAR1" + b"junk" * 99, b"PAR1"], ids=["junk", "magic only"])
def test_a_damaged_parquet_file_is_refused(desk: Desk, content: bytes) -> None:
    path = desk.write("a.parquet", content)
    assert refusal(desk.one(path)).startswith(f"{path}: the Parquet file is damaged: ")


# --- A batch --------------------------------------------------------------------------------------


def test_a_bad_file_among_many_is_reported_and_the_others_load(desk: Desk) -> None:
    good = [desk.write(f"{number}.jsonl", records(call(number))) for number in range(4)]
    bad = desk.write("2b.jsonl", records(call(8), call(9, startTime="soon")))
    torn = desk.write("2c.jsonl", records(call(10)) + '{"id": "cut')
    missing = desk.write("empty.csv", "")
    results = {Path(r.path).name: r for r in desk.load(*good, bad, torn, missing)}
    assert {name: r.status for name, r in results.items()} == {
        "0.jsonl": "imported",
        "1.jsonl": "imported",
        "2.jsonl": "imported",
        "3.jsonl": "imported",
        "2b.jsonl": "imported",
        "2c.jsonl": "imported",
        "empty.csv": "refused",
    }
    assert sum(r.rows_added for r in results.values()) == 6
    assert sum(r.rows_rejected for r in results.values()) == 2
    assert desk.rows(
        "SELECT path, row_number FROM token_usage JOIN imported_file USING (file_id) "
        "ORDER BY source_key LIMIT 2"
    ) == [(str(good[0]), 1), (str(good[1]), 1)]


def test_a_folder_passes_over_files_that_no_importer_knows_and_says_so(desk: Desk) -> None:
    desk.write("bills/a.csv", text(line(0)))
    desk.write("bills/other.csv", "x,y\n1,2\n")
    desk.write("bills/notes.txt", "not looked at")
    results = desk.load(desk.folder / "files" / "bills")
    assert {Path(r.path).name: r.status for r in results} == {"a.csv": "imported", "other.csv": "skipped"}
    other = next(r for r in results if r.status == "skipped")
    assert other.notes[0].endswith(
        "other.csv: no importer knows this format. It is csv with the columns: x, y."
    )


def test_a_file_named_itself_that_no_importer_knows_is_refused(desk: Desk) -> None:
    path = desk.write("other.csv", "x,y\n1,2\n")
    assert refusal(desk.one(path)).startswith(f"{path}: no importer knows this format. It is csv with")


def test_a_path_that_is_not_there_and_a_folder_without_files(desk: Desk) -> None:
    with pytest.raises(InputError, match="there is no such file or folder"):
        desk.load(desk.folder / "missing.csv")
    (desk.folder / "empty").mkdir()
    with pytest.raises(InputError, match="no file to import in this folder"):
        desk.load(desk.folder / "empty")


def test_thousands_of_bad_records_are_each_named(desk: Desk) -> None:
    """Reasons beyond the first are worked out for all records at once."""
    bad = {number: f"{number}_0" for number in range(0, 6000, 2)}
    dates = {number: f"day {number}" for number in range(1, 6000, 4)}
    rows = [
        line(number, bad.get(number, "1.5")).replace(
            "2026-09-01T00:00:00Z", dates.get(number, "2026-09-01"), 1
        )
        for number in range(6000)
    ]
    result = desk.one(desk.write("a.csv", text(*rows)))
    assert counts(result) == (6000, 1500, 4500)
    expected = {
        **{n: (n + 1, n + 2, "BilledCost", f'"{cost}" is not a plain number') for n, cost in bad.items()},
        **{
            n: (n + 1, n + 2, "BillingPeriodStart", f'"{day}" is not a date or time')
            for n, day in dates.items()
        },
    }
    assert rejects(result) == [expected[number] for number in sorted(expected)]
