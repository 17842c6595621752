"""The report's texts: golden bytes, figures by eye, hostile names, self-contained HTML, formula-safe CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_ai.config import Config
from finops_ai.forecast.result import Forecast
from finops_ai.ledger import Ledger
from finops_ai.months import Month
from finops_ai.reports import Report, figures_sha256, monthly_report, render_all, render_html, render_markdown
from finops_ai.reports.drawing import compact, ticks
from finops_ai.reports.render_csv import csv_text
from finops_ai.reports.render_markdown import escape
from finops_ai.reports.text import clean, count, money, rounding_note, signed, unit_money

OCTOBER = Month(2026, 10)
GOLDEN = Path(__file__).with_name("golden")
CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
HOSTILE = ("<script>alert(1)</script>", "=cmd|' /C calc'!A0", "a|b", "new\nline", "[x](https://evil.example)")


@pytest.fixture
def hostile(company: Ledger, config: Config) -> Report:
    """The company again, with workflows, files, gaps and outcomes named by somebody who means harm."""
    for name in HOSTILE:
        company.execute(
            "INSERT INTO workflow_month VALUES ('2026-10-01', $name, $name, 'USD', 1, 0, 1, 1, 1, '')",
            {"name": name},
        )
        company.execute(
            "INSERT INTO gap VALUES ('2026-10-01', $name, $name, $name, 'USD', 1, NULL, 1, 'billed')",
            {"name": name},
        )
        company.execute(
            "INSERT INTO outcome_cost "
            "VALUES ('2026-10-01', $name, $name, 'USD', 1, 0, 1, 0, 0, 0, NULL, NULL, NULL)",
            {"name": name},
        )
        company.execute("INSERT INTO reject VALUES (2, 9, 9, $name, $name, $name)", {"name": name})
    return monthly_report(company, config, OCTOBER)


class _Page(HTMLParser):
    """Collects what a browser would act on, and whether tags close in order."""

    VOID = frozenset({"meta", "br", "hr", "img", "link", "input"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"


def parsed(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.iterdir()))
def test_every_file_equals_its_golden_bytes(report: Report, name: str) -> None:
    text = render_all(report)[name].encode()
    if "UPDATE_GOLDEN" in os.environ:
        (GOLDEN / name).write_bytes(text)
        pytest.fail("rewritten: read the difference, then run again without UPDATE_GOLDEN")
    assert text == (GOLDEN / name).read_bytes()


def test_there_is_a_golden_for_every_file(report: Report) -> None:
    assert sorted(render_all(report)) == sorted(path.name for path in GOLDEN.iterdir())


def test_the_same_ledger_gives_the_same_bytes(
    company: Ledger, config: Config, forecast: Forecast, report: Report
) -> None:
    again = monthly_report(company, config, OCTOBER, forecast=forecast)
    assert again == report
    assert render_all(again) == render_all(report)


def test_the_figures_stand_in_the_markdown_as_counted_by_hand(report: Report) -> None:
    text = render_markdown(report)
    # 600.104 + 300.204 + 150.005 + 49.995555 + 200 - 100 + 60.033 = 1260.341555, 975 the month before.
    assert "**1,260.34 USD billed.** +285.34 USD (+29.3%) on September 2026, 975.00 USD" in text
    assert "| support_triage | Ada (support) | CC-100 (6400) | 600.10 | 120.00 | 720.10 |" in text
    assert "| 720.10 | 57.1% | 500.00 | +220.10 |" in text
    assert "| credits | Credits are shown" in text
    assert "| **difference** |  | **0.00** |" in text
    # 600.10 + 300.20 + 150.00 = 1050.30 as displayed, 1050.313 exactly.
    assert "cells of Direct as displayed add up to 1,050.30; the total 1,050.31 is the exact sum" in text
    assert "claim paid: n/a, no success; 90.00 USD was spent on 3 attempts." in text
    assert "| unpriced model | openai | gpt-next | n/a | USD |" in text
    assert "| Expected | 1.8x to 2.2x | 21,600.00 | 24,000.00 | 26,400.00 | a preset |" in text
    assert "a contingency of 9,000.00 USD" in text


def test_html_and_markdown_show_the_same_figures(report: Report) -> None:
    html, text = render_html(report), render_markdown(report)
    figures = set(re.findall(r"-?\d[\d,]*\.\d\d\b", text))
    assert len(figures) > 60
    assert {figure for figure in figures if figure not in html} == set()


def test_html_fetches_nothing_and_runs_nothing(report: Report) -> None:
    html = render_html(report)
    page = parsed(html)
    assert "script" not in page.tags
    assert "<script" not in html.lower()
    assert not re.search(r"https?://", html)
    assert ("content", CSP) in page.attributes
    assert not {name for name, _ in page.attributes if name.startswith("on") or name == "src"}
    assert {
        value for name, value in page.attributes if name == "href" and not (value or "").startswith("#")
    } == set()
    assert "url(" not in html


def test_html_is_accessible(report: Report) -> None:
    page = parsed(render_html(report))
    assert page.tags.count("svg") == 4, "two bridges, one trend, one budget chart"
    assert [value for name, value in page.attributes if name == "role"].count("img") == 4
    assert len(page.ids) == len(set(page.ids))
    labels = [value for name, value in page.attributes if name == "aria-labelledby" and value is not None]
    assert {word for label in labels for word in label.split()} <= set(page.ids)


def test_hostile_names_stay_text_in_html(hostile: Report) -> None:
    html = render_html(hostile)
    page = parsed(html)
    assert "script" not in page.tags
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_hostile_names_break_no_markdown_table(hostile: Report) -> None:
    text = render_markdown(hostile)
    assert "<script" not in text
    assert "new line" in text
    assert r"a\|b" in text
    assert r"\[x\](https" in text
    widths: dict[str, int] = {}
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        widths |= {line: len(re.findall(r"(?<!\\)\|", line)) for line in lines}
        assert len({widths[line] for line in lines}) <= 1, block


def test_hostile_names_are_no_formula_in_csv(hostile: Report) -> None:
    files = render_all(hostile)
    rows = list(csv.DictReader(io.StringIO(files["finops-2026-10-workflows.csv"], newline="")))
    names = {row["workflow"] for row in rows}
    assert "'=cmd|' /C calc'!A0" in names
    assert {"a|b", "new\nline"} <= names


def test_control_and_bidi_characters_do_not_reach_the_page(company: Ledger, config: Config) -> None:
    name = "pay\u202egpj\x1b[31m"
    company.execute("UPDATE workflow_month SET workflow = $name WHERE workflow = 'lab'", {"name": name})
    report = monthly_report(company, config, OCTOBER)
    for text in (render_markdown(report), render_html(report)):
        assert "\u202e" not in text
        assert "\x1b" not in text


def test_csv_amounts_keep_every_digit(report: Report) -> None:
    files = render_all(report)
    rows = list(csv.DictReader(io.StringIO(files["finops-2026-10-gaps.csv"], newline="")))
    assert {row["cause"]: row["cost"] for row in rows}["unlogged_usage"] == "49.995555"
    assert {row["cause"]: row["cost"] for row in rows}["credit"] == "-100", "a number, so no apostrophe"
    assert {row["cause"]: row["estimated_cost"] for row in rows}["unpriced_model"] == "", (
        "unknown is not zero"
    )
    total = sum(Decimal(row["cost"]) for row in rows if row["cost"] and row["currency"] == "USD")
    assert total == Decimal("10.028555")


@pytest.mark.parametrize("start", [*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "  ="])
def test_text_that_starts_like_a_formula_gets_an_apostrophe(start: str) -> None:
    text = csv_text(["name", "amount"], [(f"{start}1", Decimal("-12.00"))])
    assert next(csv.reader(io.StringIO(text.split("\r\n", 1)[1], newline=""))) == [f"'{start}1", "-12"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1))
def test_csv_text_reads_back(cells: list[str]) -> None:
    text = csv_text(cells, [cells])
    first, second = csv.reader(io.StringIO(text, newline=""))
    assert first == second
    assert [cell.removeprefix("'") for cell in first] == [cell.removeprefix("'") for cell in cells]


@given(st.text())
def test_escaped_markdown_is_one_quiet_line(text: str) -> None:
    quiet = escape(text)
    assert "\n" not in quiet
    assert "<" not in quiet
    assert not re.search(r"(?<!\\)(\\\\)*\|", quiet)


def test_manifest_proves_the_other_files(report: Report) -> None:
    files = render_all(report)
    manifest = json.loads(files.pop("finops-2026-10-manifest.json"))
    assert {entry["name"]: entry["sha256"] for entry in manifest["files"]} == {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()
    }
    assert manifest["figures_sha256"] == figures_sha256(report)
    assert manifest["ties_to_the_bill"] is True
    assert len(manifest["inputs"]) == 4


def test_figures_hash_follows_the_figures_and_not_the_budgets(
    company: Ledger, config: Config, report: Report
) -> None:
    assert figures_sha256(monthly_report(company, config, OCTOBER)) == figures_sha256(report)
    company.execute("UPDATE gap SET cost = cost + 0.000000000000001 WHERE cause = 'tax'")
    assert figures_sha256(monthly_report(company, config, OCTOBER)) != figures_sha256(report)


def test_a_report_that_does_not_tie_says_so_first(company: Ledger, config: Config) -> None:
    company.execute("DELETE FROM allocation WHERE workflow = 'lab'")
    report = monthly_report(company, config, OCTOBER)
    assert "**DOES NOT TIE to the bill" in render_markdown(report)
    assert 'class="verdict bad"' in render_html(report)


def test_successes_without_a_linked_call_are_no_missing_successes(company: Ledger, config: Config) -> None:
    company.execute("UPDATE outcome_cost SET attributed_cost_per_success = NULL WHERE successes > 0")
    text = render_markdown(monthly_report(company, config, OCTOBER))
    assert "n/a (no call is linked) per success attributed" in text
    assert text.count("n/a, no success") == 2  # claim paid alone, on top and under the table


def test_a_difference_below_a_cent_is_not_shown_as_zero(company: Ledger, config: Config) -> None:
    company.execute("UPDATE allocation SET cost = cost + 0.000000000000001 WHERE workflow = 'lab'")
    text = render_markdown(monthly_report(company, config, OCTOBER))
    assert "| **difference** |  | **-0.000000000000001** |" in text
    assert "DOES NOT TIE" in text


def test_an_empty_month_renders(company: Ledger, config: Config) -> None:
    report = monthly_report(company, config, Month(2024, 1))
    text = render_markdown(report)
    assert "No bill for this month is in the ledger." in text
    assert "**n/a USD billed.**" in text
    assert "0.00" not in text
    parsed(render_html(report))


def test_figures_as_people_read_them() -> None:
    assert money(Decimal("-0.004")) == "0.00"
    assert money(Decimal("2.675")) == "2.68"
    assert money(Decimal("2.665")) == "2.66"
    assert money(None) == "n/a"
    assert money(Decimal("12345678901234567890123.455"), "USD") == "12,345,678,901,234,567,890,123.46 USD"
    assert signed(Decimal("0.001")) == "0.00"
    assert unit_money(Decimal("0.00414")) == "0.0041"
    assert unit_money(Decimal("12.3456")) == "12.35"
    assert count(1, "row") == "1 row"
    assert count(1200, "row") == "1,200 rows"
    assert clean("a\r\n\tb\x00") == "a b\ufffd"


def test_rounding_is_explained_only_when_cells_do_not_add_up() -> None:
    third = Decimal("0.333")
    assert rounding_note([Decimal("0.5"), Decimal("0.5")], Decimal(1), "Total") is None
    note = rounding_note([third, third, third], Decimal("0.999"), "Total")
    assert note is not None
    assert "add up to 0.99; the total 1.00" in note


def test_axes_have_round_marks_inside_the_data() -> None:
    assert ticks(Decimal(-10), Decimal(2030)) == [0, 1000, 2000]
    assert ticks(Decimal(-700), Decimal(900)) == [-500, 0, 500]
    assert ticks(Decimal(0), Decimal(36000), 5) == [0, 10000, 20000, 30000]
    assert ticks(Decimal(0), Decimal(0)) == [0]
    assert [compact(Decimal(amount)) for amount in ("0", "950", "1500", "2500000", "-0.25")] == [
        "0",
        "950",
        "1.5k",
        "2.5M",
        "-0.25",
    ]
