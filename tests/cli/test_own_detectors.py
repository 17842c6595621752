"""Users' own detectors: the example of docs/waste.md as it stands there, and files that are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from finops_ai.attribution.waste.own import all_detectors
from finops_ai.errors import ConfigError
from tests.cli.conftest import Run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "waste.md"
LOG = """\
request_id,call_type,spend,startTime,prompt_tokens,completion_tokens,model,custom_llm_provider,session_id
r1,acompletion,0.01,2026-10-02T10:00:00Z,12000,2000,gpt-5,openai,s1
r2,acompletion,0.01,2026-10-03T10:00:00Z,8000,500,gpt-5,openai,s2
"""

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs are not installed with the package")


def block(kind: str) -> str:
    """The block of that kind below the heading of users' own detectors."""
    text = PAGE.read_text(encoding="utf-8").partition("## A detector of your own\n")[2]
    found = re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def example(folder: Path, finops: Run) -> Path:
    """The folder of the page's example, with two calls; the detector's file."""
    (folder / "detectors").mkdir()
    path = folder / "detectors" / "long_answer.sql"
    path.write_text(block("sql"), encoding="utf-8")
    (folder / "finops.yaml").write_text(block("yaml"), encoding="utf-8")
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    answer = finops("ingest", "log.csv")
    assert answer.code == 0, answer.err
    return path


@pytest.mark.usefixtures("example")
def test_the_example_of_the_page_says_what_the_page_says(finops: Run) -> None:
    command, *expected = block("text").splitlines()
    answer = finops(*command.split()[2:])
    assert (answer.code, answer.err) == (0, "")
    assert [line.rstrip() for line in answer.out.splitlines()][: len(expected)] == expected
    assert "long_answer: Ask for shorter answers" in answer.out


@pytest.mark.usefixtures("example")
def test_it_is_listed_with_its_file_and_its_limit(finops: Run) -> None:
    assert "long_answer (long_answer.sql)" in " ".join(finops("waste", "--list").out.split())
    one = finops("waste", "--list", "--detector", "long_answer").out
    assert [line.split()[:3] for line in one.splitlines() if line.startswith("max_answer_tokens")] == [
        ["max_answer_tokens", "1,000", "4,000"]
    ]


HEADER = block("sql").partition("SELECT")[0] if PAGE.exists() else ""
SELECT = "SELECT 'a' AS subject_kind, 'b' AS subject, call_id, 'high' AS confidence"
LIMITED = "WHERE answer_tokens > $max_answer_tokens"
REFUSED = {
    "a drop behind it": (
        f"{SELECT} FROM waste_call {LIMITED}; DROP TABLE charge",
        "long_answer.sql: holds more than one statement.",
    ),
    "a drop that a text hides": (
        f"{SELECT}, E'\\'' AS x FROM waste_call {LIMITED}; DROP TABLE charge; SELECT '",
        "long_answer.sql: holds more than one statement.",
    ),
    "a write": (
        "INSERT INTO waste_claim SELECT $max_answer_tokens",
        'long_answer.sql, line 10: the SELECT is refused: syntax error at or near "INTO"',
    ),
    "a way out of the relation": (
        f"{SELECT} FROM waste_call {LIMITED}) AS own, (DELETE FROM charge",
        'long_answer.sql, line 10: the SELECT is refused: syntax error at or near "FROM"',
    ),
    "a file": (
        f"{SELECT} FROM waste_call, read_text('/etc/passwd') {LIMITED}",
        'long_answer.sql, line 10: the SELECT is refused: Cannot access file "/etc/passwd"',
    ),
    "a table that is not there": (
        f"{SELECT}\nFROM nowhere {LIMITED}",
        "long_answer.sql, line 11: the SELECT is refused: Table with name nowhere does not exist!",
    ),
    "a column of its own": (
        f"{SELECT}, 1 AS price FROM waste_call {LIMITED}",
        'long_answer.sql: the SELECT names a column "price", which a claim does not have.',
    ),
    "no call": (
        f"SELECT 'a' AS subject_kind, 'b' AS subject, 'high' AS confidence FROM waste_call {LIMITED}",
        "long_answer.sql: the SELECT lacks call_id.",
    ),
    "a call that is none": (
        "SELECT 'a' AS subject_kind, 'b' AS subject, $max_answer_tokens AS call_id, 'high' AS confidence",
        "long_answer.sql: call 1000 is no call of waste_call.",
    ),
    "more than it cost": (
        f"{SELECT}, output_cost + 1 AS output_cost FROM waste_call {LIMITED}",
        " is claimed for more than it cost.",
    ),
    "less than nothing": (
        f"{SELECT}, -output_cost AS output_cost FROM waste_call {LIMITED}",
        " is claimed for less than nothing.",
    ),
    "a call twice": (
        f"{SELECT} FROM waste_call, range(2) {LIMITED}",
        " is claimed twice.",
    ),
    "a confidence of its own": (
        f"{SELECT.replace('high', 'sure')} FROM waste_call {LIMITED}",
        " is claimed with a confidence other than high, medium and low.",
    ),
    "a subject of no kind": (
        f"SELECT NULL AS {SELECT.partition(' AS ')[2]} FROM waste_call {LIMITED}",
        " is claimed without a subject_kind.",
    ),
    "a limit without use": (
        f"{SELECT} FROM waste_call",
        "long_answer.sql: the SELECT does not use the parameter max_answer_tokens.",
    ),
    "nothing": ("", "long_answer.sql: there is no SELECT below the header."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_it_may_not_do_is_refused_with_its_place(example: Path, finops: Run, case: str) -> None:
    statement, said = REFUSED[case]
    example.write_text(HEADER + statement + "\n", encoding="utf-8")
    answer = finops("waste")
    assert (answer.code, answer.out) == (2, "")
    assert said in " ".join(answer.err.split())
    # Nothing was written, and nothing is gone.
    assert finops("check").code == 0


def test_names_and_files_that_cannot_be(example: Path, finops: Run) -> None:
    text = example.read_text(encoding="utf-8")
    for wrong, said in (
        (
            text.replace("detector: long_answer", "detector: retry_storm"),
            'long_answer.sql: the detector name "retry_storm" is taken by finops-ai.',
        ),
        (text.replace("detector: long_answer", "detector: Long answer"), '"Long answer" is no name of a'),
        (
            text.replace("-- rank: 500", "-- place: 500"),
            'long_answer.sql, line 3: "-- place: 500" is no header',
        ),
        (text.replace("-- rank: 500\n", ""), 'long_answer.sql: the header lacks "rank".'),
    ):
        example.write_text(wrong, encoding="utf-8")
        answer = finops("waste", "--list")
        assert (answer.code, answer.out) == (2, "")
        assert said in " ".join(answer.err.split())
    example.write_bytes(text.encode("utf-16"))
    assert "long_answer.sql: is not UTF-8 text." in finops("waste", "--list").err
    with pytest.raises(ConfigError) as unreadable:
        all_detectors([example.parent])
    assert ": the detector cannot be read: Is a directory." in unreadable.value.message
    example.unlink()
    assert 'detector "detectors/long_answer.sql": there is no such file.' in finops("waste", "--list").err
