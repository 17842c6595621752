"""The YAML reader: what values mean, where they stand, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_ai.errors import ConfigError
from finops_ai.yaml_text import DEPTH_MAX, Lines, read_yaml


def _read(folder: Path, text: str) -> tuple[dict[str, Any], Lines]:
    path = folder / "some.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path)


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("no", "no"),
        ("Yes", "Yes"),
        ("on", "on"),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2.50", "2.50"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("2026-10-01", "2026-10-01"),
        ("123456789012345678901", "123456789012345678901"),
        ("٣", "٣"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("'12'", "12"),
        ('"true"', "true"),
        ("''", ""),
    ],
)
def test_a_plain_value_is_null_a_truth_a_whole_number_or_text(
    tmp_path: Path, plain: str, value: object
) -> None:
    read, _ = _read(tmp_path, f"key: {plain}\n")
    assert read == {"key": value}
    assert type(read["key"]) is type(value)


def test_every_key_and_item_has_its_line(tmp_path: Path) -> None:
    value, lines = _read(
        tmp_path,
        "# comment\n"
        "rules:\n"
        "  - when: {model: gpt-5}\n"
        "    workflow: triage\n"
        "  - when:\n"
        "      tags.app: x\n"
        "plain: [a,\n"
        "  b]\n",
    )
    assert value == {
        "rules": [{"when": {"model": "gpt-5"}, "workflow": "triage"}, {"when": {"tags.app": "x"}}],
        "plain": ["a", "b"],
    }
    assert lines == {
        (): 2,
        ("rules",): 2,
        ("rules", 0): 3,
        ("rules", 0, "when"): 3,
        ("rules", 0, "when", "model"): 3,
        ("rules", 0, "workflow"): 4,
        ("rules", 1): 5,
        ("rules", 1, "when"): 5,
        ("rules", 1, "when", "tags.app"): 6,
        ("plain",): 7,
        ("plain", 0): 7,
        ("plain", 1): 8,
    }
    assert lines.near(("rules", 1, "workflow", "x")) == 5
    assert lines.near(("nothing",)) == 2


def test_numbers_as_keys_stay_text(tmp_path: Path) -> None:
    assert _read(tmp_path, "2026: x\ntrue: y\n")[0] == {"2026": "x", "true": "y"}


def test_an_empty_file_is_an_empty_mapping(tmp_path: Path) -> None:
    assert _read(tmp_path, "# nothing\n") == ({}, {(): 1})


def test_a_byte_order_mark_is_no_key(tmp_path: Path) -> None:
    assert _read(tmp_path, "\ufeffkey: 1\n")[0] == {"key": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 'line 3: key "a" stands twice; the first is on line 1. Remove one of them.'),
        ("a: {b: 1, b: 2}\n", 'line 1: key "b" stands twice; the first is on line 1. Remove one of them.'),
        ("a: &x 1\nb: *x\n", 'line 1: "&x" is an anchor. Write the value out where it is needed.'),
        ("b:\n- *x\n", 'line 2: "*x" is an alias. Write the value out.'),
        (
            "a: !!python/object:os.system {}\n",
            (
                'line 1: "tag:yaml.org,2002:python/object:os.system" is a tag. '
                "Remove it: values are text, numbers, true, false or null."
            ),
        ),
        ("a: 1\n---\nb: 1\n", 'line 2: holds a second document ("---"). Keep one document a file.'),
        ("- a\n", 'line 1: is not a mapping. Start with a line such as "key: value".'),
        ("just text\n", 'line 1: is not a mapping. Start with a line such as "key: value".'),
        ("a: 1\n? [x]\n: 2\n", "line 2: has a key that is no text. Write keys as plain words."),
        ("a: " + "[" * 20 + "]" * 20 + "\n", "line 1: is nested deeper than 20 levels. Flatten it."),
        (
            "a: 1\nb: \x00\n",
            "line 2: has a character that YAML does not allow. Save the file as plain UTF-8 text.",
        ),
    ],
)
def test_what_is_refused_names_file_line_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _read(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / 'some.yaml'}, {message}"


@pytest.mark.parametrize(
    ("text", "line"), [("a: 1\n  b: 2\n", 2), ("a: 'x\n", 2), ("a: [1\nb: 2\n", 2), ("\ta: 1\n", 1)]
)
def test_broken_yaml_names_the_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(ConfigError, match=rf"some\.yaml, line {line}: is not valid YAML: "):
        _read(tmp_path, text)


def test_nesting_up_to_the_limit_is_read(tmp_path: Path) -> None:
    depth = DEPTH_MAX - 1
    assert _read(tmp_path, "a: " + "[" * depth + "]" * depth + "\n")[0] != {}


def test_a_large_file_a_missing_file_and_foreign_bytes(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ConfigError) as caught:
        read_yaml(large)
    assert str(caught.value) == f"{large}: has 1,000,001 bytes, more than 1 MB. Split the file."
    missing = tmp_path / "missing.yaml"
    with pytest.raises(ConfigError) as caught:
        read_yaml(missing)
    assert (
        str(caught.value)
        == f"{missing}: cannot be read: No such file or directory. Check the path and its rights."
    )
    foreign = tmp_path / "foreign.yaml"
    foreign.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(ConfigError) as caught:
        read_yaml(foreign)
    assert str(caught.value) == f"{foreign}, line 2: is not UTF-8 text. Save the file as UTF-8."


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_a_config_error(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "any.yaml"
    path.write_bytes(raw)
    try:
        value, lines = read_yaml(path)
    except ConfigError as error:
        assert str(path) in error.message
    else:
        assert isinstance(value, dict)
        assert lines[()] >= 1


@given(st.text("abc:-[]{}&*!#'\"\n \t?|>%", max_size=80))
def test_any_yaml_like_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("text") / "any.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        value, lines = read_yaml(path)
    except ConfigError as error:
        assert str(path) in error.message
    else:
        assert {path[0] for path in lines if len(path) == 1} == set(value)
