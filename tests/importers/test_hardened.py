"""What fuzzing found: each was a traceback, a file refused for one record, or a value that changed."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.importers.desk import Desk
from tests.importers.test_recovery import (
    Call,
    call,
    counts,
    keys,
    line,
    lines,
    records,
    refusal,
    rejects,
    skus,
    text,
)

D = Decimal


def test_a_lone_carriage_return_in_a_field_ends_no_record_when_lines_are_repaired(desk: Desk) -> None:
    rows = [line(0, service='"two\rparts"'), line(1) + ",more", line(2)]
    assert counts(desk.one(desk.write("a.csv", text(*rows)))) == (3, 2, 1)
    assert desk.rows("SELECT service_name FROM charge WHERE row_number = 1") == [("two\rparts",)]


@pytest.mark.parametrize("more", ["", ",more"], ids=["strict", "repaired"])
def test_the_line_ends_inside_a_field_are_the_file_s_own(desk: Desk, more: str) -> None:
    rows = [line(0, service='"two\r\nlines"'), line(1) + more, line(2)]
    desk.one(desk.write("a.csv", text(*rows, end="\r\n")))
    assert desk.rows("SELECT service_name FROM charge WHERE row_number = 1") == [("two\r\nlines",)]


@pytest.mark.parametrize("quoted", ['"two\rparts"', "plain"])
@pytest.mark.parametrize("alone", [0, 1, 2])
def test_line_ends_of_two_kinds_are_both_line_ends(desk: Desk, alone: int, quoted: str) -> None:
    content = text(line(0, service=quoted), line(1) + ",more", line(2), end="\r\n").replace(
        "two\rparts", "two\tparts"
    )
    header_and_lines = content.split("\r\n")
    ends = ["\r" if place == alone else "\r\n" for place in range(len(header_and_lines) - 1)]
    mixed = "".join(map(str.__add__, header_and_lines, ends)).replace("two\tparts", "two\rparts")
    assert counts(desk.one(desk.write("a.csv", mixed))) == (3, 2, 1)
    (service, *_) = desk.rows("SELECT service_name FROM charge WHERE row_number = 1")[0]
    assert service == quoted.strip('"')


def test_a_long_field_beside_a_broken_line(desk: Desk) -> None:
    rows = [line(0, service=f'"{"x," * 100_000}"'), line(1) + ",more"]
    assert counts(desk.one(desk.write("a.csv", text(*rows)))) == (2, 1, 1)
    assert desk.rows("SELECT strlen(service_name) FROM charge") == [(200_000,)]


def test_a_column_name_of_200_kb(desk: Desk) -> None:
    path = desk.write("a.csv", f'"{"x," * 100_000}",b\n1,2\n')
    assert "no importer knows this format" in refusal(desk.one(path))


@pytest.mark.parametrize("sign", ["\r", "\x01", "\x0b", "\x1f", "\x00"])
def test_a_control_character_in_a_log_costs_at_most_its_own_record(desk: Desk, sign: str) -> None:
    torn = json.dumps(call(2)).replace('"call_type"', f'{sign}"call_type"')
    padding: list[Call | str] = [call(number) for number in range(10, 40)]
    content = records(call(1), *padding, torn, call(3), call(4, startTime="soon"))
    result = desk.one(desk.write("a.jsonl", content))
    assert result.rows_read == 34
    assert result.rows_added + result.rows_rejected == 34
    assert result.rows_rejected in {1, 2}
    assert {"call-1", "call-3", "call-39"} <= set(keys(desk))


def test_records_of_a_document_that_are_texts_are_rejected_one_by_one(desk: Desk) -> None:
    cost = {"amount": {"value": 1, "currency": "usd"}, "line_item": "gpt-5, input"}
    results = ["a\nb", "\ud800", 7, None, cost]
    bucket = {"start_time": 1788220800, "end_time": 1788307200, "results": results}
    result = desk.one(desk.write("a.json", json.dumps({"object": "page", "data": [bucket]})))
    assert counts(result) == (5, 1, 4)


def span(number: int, **changes: object) -> str:
    attributes = {
        "gen_ai.system": "openai",
        "gen_ai.usage.input_tokens": "10",
        "gen_ai.usage.output_tokens": "5",
        "": "no name",
        'a "quoted" name': "x",
        "a/b~c": "y",
    }
    plain = {
        "traceId": f"{number:032x}",
        "spanId": f"{number:016x}",
        "name": "chat",
        "startTimeUnixNano": "1788220801000000000",
        "endTimeUnixNano": "1788220801800000000",
        "attributes": attributes,
        "resource": {},
        "scope": {},
        **changes,
    }
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [plain]}]}]}) + "\n"


def test_attributes_may_have_any_name(desk: Desk) -> None:
    assert counts(desk.one(desk.write("a.jsonl", span(1)))) == (1, 1, 0)
    assert desk.rows("SELECT input_uncached_tokens, output_tokens FROM token_usage") == [(10, 5)]


def test_json_that_the_database_cannot_take_apart_costs_its_own_record_only(desk: Desk) -> None:
    content = "".join(span(number, **({"status": "odd"} if number == 3 else {})) for number in range(1, 9))
    result = desk.one(desk.write("a.jsonl", content))
    assert counts(result) == (8, 7, 1)
    assert rejects(result) == [
        (
            3,
            None,
            None,
            'cannot be read: Malformed JSON at byte 0 of input: unexpected character.  Input: "odd"',
        )
    ]


def test_minutes_beyond_what_a_column_holds_are_rejected(desk: Desk) -> None:
    content = (
        "outcome_id,kind,status,resolved_at,human_minutes_saved\n"
        "T-1,ticket,success,2026-09-01,12.5\nT-2,ticket,success,2026-09-01,999999999999999\n"
    )
    result = desk.one(desk.write("a.csv", content))
    assert rejects(result) == [(2, 3, "human_minutes_saved", '"999999999999999" is not a plain number')]


def test_credits_of_twenty_digits_are_added_like_any_other(desk: Desk) -> None:
    head = "account_id,line_item,start_time,end_time,cost,currency,credit1_amount,credit2_amount\n"
    days = "2019-09-16T00:00:00-07:00,2019-09-17T00:00:00-07:00"
    row = f"01C2,com.google.cloud/services/compute-engine/N1,{days},77,USD,-18446744073709551616,-1.5\n"
    result = desk.one(desk.write("a.csv", head + row))
    assert result.billed == {"USD": D("-18446744073709551540.5")}


def test_a_bill_of_more_money_than_can_be_added_up_is_refused(desk: Desk) -> None:
    rows = [line(number, "9" * 22) for number in range(12)]
    assert "add up to more than the 23 digits" in refusal(desk.one(desk.write("a.csv", text(*rows))))
    assert skus(desk) == []
    assert counts(desk.one(desk.write("b.csv", text(*lines(3))))) == (3, 3, 0)


def test_large_amounts_that_cancel_do_not_look_like_lost_money(desk: Desk) -> None:
    rows = [line(0, "9" * 21 + ".5"), line(1, "-" + "9" * 21), line(2, "100"), line(3, "1234567.25")]
    result = desk.one(desk.write("a.csv", text(*rows)))
    assert result.billed == {"USD": D("1234667.75")}
