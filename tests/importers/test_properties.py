"""What must hold for any file: no record and no cent is lost, twice is once, order does not matter."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from finops_ai.importers import FileResult, Options, Registry, SourceFile, ingest, load_registry, staging
from finops_ai.ledger import Ledger
from tests.importers.desk import IMPORTED_AT

D = Decimal
LEDGER_TABLES = (
    "charge charge_superseded token_usage outcome delivery reject imported_file month_input ledger_head"
).split()
files = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
macros = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


class Bench:
    """One ledger that is emptied between examples: opening one costs more than an example."""

    # No dataclass: hypothesis would print all of it beside a failing example.
    def __init__(self, ledger: Ledger, folder: Path, registry: Registry) -> None:
        self.ledger = ledger
        self.folder = folder
        self.registry = registry
        self.written = 0

    @contextmanager
    def empty(self) -> Iterator[None]:
        for table in LEDGER_TABLES:
            self.ledger.execute(f"DELETE FROM {table}")
        yield

    def load(self, *contents: tuple[str, str], delivery: str = "parts") -> list[FileResult]:
        """Import files given as (suffix, content)."""
        sources = []
        for suffix, content in contents:
            self.written += 1
            path = self.folder / f"{self.written}{suffix}"
            path.write_text(content, encoding="utf-8", newline="")
            sources.append(SourceFile(path, path.name))
        options = Options(IMPORTED_AT, self.folder, delivery=delivery)
        return list(ingest(self.ledger, sources, self.registry, options))

    def figures(self) -> list[list[tuple[Any, ...]]]:
        rows = "SELECT COLUMNS(* EXCLUDE (file_id, row_number{})) FROM {} ORDER BY ALL"
        return [
            self.ledger.rows(rows.format(", charge_id", "charge")),
            self.ledger.rows(rows.format("", "token_usage")),
            self.ledger.rows(rows.format("", "outcome")),
        ]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bench").resolve()
    with Ledger.open(folder / "finops.duckdb", readable=[folder]) as ledger:
        staging.define_macros(ledger)
        yield Bench(ledger, folder, load_registry())


# --- The typing macros against Python -------------------------------------------------------------


@st.composite
def numerals(draw: st.DrawFn) -> str:
    """Plain numerals as bills print them, up to 15 digits before and 30 after the point."""
    whole = draw(st.one_of(st.integers(0, 10**8 - 1), st.integers(0, 10**15 - 1).map(lambda n: n)))
    digits = draw(st.integers(0, 30 if whole < 10**8 else 15))
    fraction = draw(st.text("0123456789", min_size=digits, max_size=digits))
    if draw(st.booleans()):
        fraction = f"{fraction[:15]:0<15}" + draw(st.sampled_from(["5", "50000", "500001", "4999", "05"]))
        whole %= 10**8
    return draw(st.sampled_from(["", "-"])) + str(whole) + ("." + fraction if fraction else "")


def half_even(number: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec = 80
        return number.quantize(D(1).scaleb(-15), rounding=ROUND_HALF_EVEN)


@macros
@given(st.lists(numerals(), min_size=1, max_size=40))
def test_as_money_is_exact_and_half_even(bench: Bench, texts: list[str]) -> None:
    staging.use_macros(bench.ledger, "strict")
    rows = bench.ledger.rows(
        "SELECT as_money(t), rounding_of(t) FROM (SELECT unnest($texts::VARCHAR[]) AS t)", {"texts": texts}
    )
    with localcontext() as context:
        context.prec = 80
        for text, (money, left_off) in zip(texts, rows, strict=True):
            assert money == half_even(D(text)), text
            assert money + left_off == D(text), text


@macros
@given(st.lists(st.decimals(-(10**9), 10**9, places=20).map(str), min_size=1, max_size=20))
def test_cents_are_hundredths_rounded_once(bench: Bench, texts: list[str]) -> None:
    staging.use_macros(bench.ledger, "strict")
    plain = [f"{D(text):f}" for text in texts]
    rows = bench.ledger.rows(
        "SELECT as_cents(t), rounding_of_cents(t) FROM (SELECT unnest($texts::VARCHAR[]) AS t)",
        {"texts": plain},
    )
    with localcontext() as context:
        context.prec = 80
        for text, (money, left_off) in zip(plain, rows, strict=True):
            assert money == half_even(D(text) / 100), text
            assert money + left_off == D(text) / 100, text


@macros
@given(st.floats(min_value=-1e7, max_value=1e7, allow_nan=False))
def test_a_float_as_json_prints_it_is_read_to_the_last_digit(bench: Bench, number: float) -> None:
    assume(number == 0 or abs(number) > 1e-9)
    staging.use_macros(bench.ledger, "strict")
    assert bench.ledger.value("SELECT as_money($t)", {"t": repr(number)}) == half_even(D(repr(number)))


NOT_NUMBERS = [
    "",
    " ",
    "1,5",
    "1.204,50",
    "$1",
    "1 ",
    " 1",
    "--1",
    "+1",
    "1e",
    "0x1",
    "NaN",
    "inf",
    "1_000",
    "½",
]


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_is_no_plain_number_is_never_money(bench: Bench, text: str) -> None:
    for kind, expected in (("null", None), ("marker", D("7777777777.777"))):
        staging.use_macros(bench.ledger, kind)
        assert bench.ledger.value("SELECT as_money($t)", {"t": text}) == expected


OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@st.composite
def instants(draw: st.DrawFn) -> tuple[str, datetime]:
    """The text of an instant in one of the accepted forms, and the instant in UTC."""
    at = draw(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
    form = draw(st.sampled_from(["T", " ", "minute", "day", "offset", "us", "us short"]))
    if form == "minute":
        at = at.replace(second=0, microsecond=0)
        return at.strftime("%Y-%m-%d %H:%M"), at
    if form in ("day", "us", "us short"):
        at = at.replace(hour=0, minute=0, second=0, microsecond=0)
        if form == "day":
            return f"{at:%Y-%m-%d}", at
        if form == "us":
            return f"{at.month}/{at.day}/{at.year}", at
        assume(1990 <= at.year <= 2060)
        return f"{at:%m/%d/%y}", at
    if form == "offset":
        zone = draw(OFFSETS)
        return at.replace(tzinfo=zone).isoformat(sep=draw(st.sampled_from("T "))), (
            at.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
        )
    return at.isoformat(sep=form) + draw(st.sampled_from(["", "Z", " UTC"])), at


@macros
@given(st.lists(instants(), min_size=1, max_size=30))
def test_as_utc_is_the_instant(bench: Bench, pairs: list[tuple[str, datetime]]) -> None:
    staging.use_macros(bench.ledger, "strict")
    texts = [text for text, _ in pairs]
    rows = bench.ledger.rows(
        "SELECT as_utc(t) FROM (SELECT unnest($texts::VARCHAR[]) AS t)", {"texts": texts}
    )
    assert [row[0] for row in rows] == [at for _, at in pairs]


@macros
@given(st.integers(10**8, 4 * 10**9), st.integers(0, 10**6 - 1))
def test_epoch_seconds_keep_their_microseconds(bench: Bench, seconds: int, micros: int) -> None:
    staging.use_macros(bench.ledger, "strict")
    at = datetime(1970, 1, 1) + timedelta(seconds=seconds, microseconds=micros)
    text = f"{seconds}.{micros:06d}"
    assert bench.ledger.value("SELECT as_epoch_utc($t)", {"t": text}) == at


# --- Files ----------------------------------------------------------------------------------------

GOOD_MONEY = st.one_of(st.decimals(-(10**6), 10**6, places=6).map(lambda d: f"{d:f}"), numerals())
BAD_MONEY = st.sampled_from(["1,204", "n/a", "5 USD", "1.2.3", "NaN", "-"])
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=0, max_size=12
) | st.sampled_from(['a "quote"', "comma, and more", "two\nlines", "NULL", "", "'", "\u2028"])
FOCUS = (
    "BillingAccountId BilledCost EffectiveCost BillingCurrency BillingPeriodStart ChargeCategory "
    "ChargePeriodStart ServiceProviderName ServiceName SkuId Tags"
).split()


def rarely(odd: st.SearchStrategy[str], usual: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """`odd` about once in eight: a file of nothing but faults shows less and takes longer."""
    return st.integers(0, 7).flatmap(lambda roll: odd if roll == 7 else usual)


@dataclass(frozen=True)
class Line:
    """One FOCUS line: its cells, and its billed cost or None when it must be rejected."""

    cells: tuple[str, ...]
    currency: str
    billed: Decimal | None


@st.composite
def focus_line(draw: st.DrawFn) -> Line:
    cost = draw(rarely(st.one_of(BAD_MONEY, st.just("")), GOOD_MONEY))
    start = draw(
        rarely(
            st.sampled_from(["tomorrow", "NULL"]),
            st.sampled_from(["2026-09-02T00:00:00Z", "9/30/26", "2026-09-03"]),
        )
    )
    currency = draw(rarely(st.just(""), st.sampled_from(["USD", "eur"])))
    tags = draw(rarely(st.just("{a: b}"), st.sampled_from(["", "{}", '{"a": "b"}'])))
    bad = not cost or start in ("tomorrow", "NULL") or not currency or tags == "{a: b}"
    try:
        billed = None if bad else half_even(D(cost))
    except ArithmeticError:
        billed = None
    if billed is not None and not billed.is_finite():
        billed = None
    service, sku = draw(TEXTS), draw(TEXTS)
    cells = ("A", cost, "0", currency, "2026-09-01", "Usage", start, "Acme", service, sku, tags)
    return Line(cells, currency.upper(), billed)


def focus_file(lines: Sequence[Line]) -> tuple[str, str]:
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(FOCUS)
    writer.writerows(line.cells for line in lines)
    return ".csv", content.getvalue()


def accounted(result: FileResult) -> int:
    return (
        result.rows_added
        + result.rows_repeated
        + result.rows_replaced
        + result.rows_rejected
        + result.rows_ignored
    )


@files
@given(st.lists(focus_line(), max_size=12))
def test_no_line_and_no_money_of_a_bill_is_lost(bench: Bench, lines: list[Line]) -> None:
    with bench.empty(), localcontext() as context:
        context.prec = 80
        (result,) = bench.load(focus_file(lines))
        assert result.status == "imported", result.error
        good = [line for line in lines if line.billed is not None]
        assert result.rows_read == accounted(result) == len(lines)
        assert (result.rows_added, result.rows_rejected) == (len(good), len(lines) - len(good))
        expected: dict[str, Decimal] = {}
        for line in good:
            expected[line.currency] = expected.get(line.currency, D(0)) + (line.billed or 0)
        money = bench.ledger.rows("SELECT billing_currency, sum(billed_cost) FROM charge GROUP BY ALL")
        assert dict(money) == expected == result.billed
        numbers = [number for number, line in enumerate(lines, 1) if line.billed is None]
        assert [reject.row_number for reject in result.rejects] == numbers
        exact = sum((D(line.cells[1]) for line in good), D(0))
        assert sum(expected.values(), D(0)) + result.rounded_total == exact


@files
@given(st.lists(focus_line(), min_size=1, max_size=8))
def test_a_bill_twice_is_the_bill_once(bench: Bench, lines: list[Line]) -> None:
    with bench.empty():
        content = focus_file(lines)
        bench.load(content)
        before = bench.figures()
        (again,) = bench.load(content)
        assert again.status == "known"
        assert bench.figures() == before
        # The same lines in other bytes are a second delivery of the same bill.
        (other,) = bench.load((".csv", content[1] + "\n"), delivery="replace")
        assert other.rows_repeated == other.rows_read - other.rows_rejected
        assert bench.figures() == before


@st.composite
def calls(draw: st.DrawFn) -> list[dict[str, Any]]:
    """LiteLLM calls, some logged twice, some with a count or cost that cannot be."""
    found = []
    for _ in range(draw(st.integers(1, 10))):
        number = draw(st.integers(0, 12))
        prompt = draw(
            st.one_of(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from([-1, "many", 1.5]))
        )
        cached = draw(st.integers(0, prompt)) if isinstance(prompt, int) and prompt >= 0 else 0
        found.append(
            {
                "id": f"id-{number}",
                "litellm_call_id": f"call-{number}",
                "call_type": "acompletion",
                "custom_llm_provider": "openai",
                "model": "gpt-5",
                "response_cost": draw(
                    st.floats(0, 10, allow_nan=False).map(lambda f: math.floor(f * 1e6) / 1e6)
                ),
                "startTime": 1785715200 + number,
                "metadata": {"usage_object": {"prompt_tokens_details": {"cached_tokens": cached}}},
                "prompt_tokens": prompt,
                "completion_tokens": draw(st.integers(0, 10**5)),
            }
        )
    return found


def is_good(call: dict[str, Any]) -> bool:
    return isinstance(call["prompt_tokens"], int) and call["prompt_tokens"] >= 0


def log(found: Sequence[dict[str, Any]]) -> tuple[str, str]:
    return ".jsonl", "".join(json.dumps(call) + "\n" for call in found)


@files
@given(calls())
def test_no_call_is_lost_or_counted_twice(bench: Bench, found: list[dict[str, Any]]) -> None:
    with bench.empty():
        (result,) = bench.load(log(found))
        first: dict[str, dict[str, Any]] = {}
        for call in filter(is_good, found):
            first.setdefault(call["litellm_call_id"], call)
        assert result.rows_read == accounted(result) == len(found)
        assert result.rows_added == len(first)
        assert result.rows_rejected == len([call for call in found if not is_good(call)])
        assert bench.ledger.rows(
            "SELECT count(*), coalesce(sum(input_uncached_tokens + cache_read_tokens), 0)::BIGINT, "
            "coalesce(sum(output_tokens), 0)::BIGINT, coalesce(sum(logged_cost), 0) FROM token_usage"
        ) == [
            (
                len(first),
                sum(call["prompt_tokens"] for call in first.values()),
                sum(call["completion_tokens"] for call in first.values()),
                sum((D(repr(call["response_cost"])) for call in first.values()), D(0)),
            )
        ]


@settings(files, max_examples=6)
@given(calls(), calls(), st.booleans())
def test_logs_that_share_no_call_give_the_same_in_any_order(
    bench: Bench, one: list[dict[str, Any]], two: list[dict[str, Any]], together: bool
) -> None:
    other = [{**call, "litellm_call_id": call["litellm_call_id"] + "b"} for call in two]
    figures = []
    for order in ([one, other], [other, one]):
        with bench.empty():
            if together:
                bench.load(*map(log, order))
            else:
                for part in order:
                    bench.load(log(part))
            figures.append(bench.figures())
    assert figures[0] == figures[1]


@st.composite
def outcomes(draw: st.DrawFn) -> list[list[str]]:
    cells = st.tuples(
        st.integers(0, 6).map("T-{}".format),
        st.sampled_from(["ticket", "claim"]),
        st.sampled_from(["success", "failed", "Escalated", "won", ""]),
        st.sampled_from(["2026-09-01", "2026-09-02T10:00:00Z", "", "soon"]),
        st.sampled_from(["", "1.5", "0", "1,5"]),
    )
    return [list(row) for row in draw(st.lists(cells, min_size=1, max_size=8))]


@files
@given(outcomes(), outcomes())
def test_the_last_word_on_an_outcome_stands(bench: Bench, one: list[list[str]], two: list[list[str]]) -> None:
    with bench.empty():
        latest: dict[tuple[str, str], list[str]] = {}
        for rows in (one, two):
            content = io.StringIO(newline="")
            csv.writer(content, lineterminator="\n").writerows(
                [["outcome_id", "kind", "status", "resolved_at", "value"], *rows]
            )
            (result,) = bench.load((".csv", content.getvalue()))
            if result.status == "known":
                assert one == two
                continue
            good = [r for r in rows if r[2] not in ("won", "") and r[3] not in ("", "soon") and r[4] != "1,5"]
            assert result.rows_read == accounted(result) == len(rows)
            assert result.rows_rejected == len(rows) - len(good)
            for row in good:
                latest[row[0], row[1]] = row
        expected = sorted(
            (key[0], key[1], row[2].lower(), D(row[4]) if row[4] else None) for key, row in latest.items()
        )
        found = bench.ledger.rows("SELECT outcome_id, kind, status, value FROM outcome")
        assert sorted(found, key=lambda row: row[:2]) == expected
