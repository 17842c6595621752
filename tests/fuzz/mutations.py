"""What may stand in a file that nobody meant to write: odd values, odd records, odd bytes."""

from __future__ import annotations

import copy
import gzip
import json
from random import Random
from typing import Any

ODD_TEXTS = [
    *[
        "",
        " ",
        "NULL",
        "null",
        "None",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "true",
        "false",
        "-",
        "N/A",
        "\ufeff",
    ],
    *[
        "0",
        "-0",
        "00",
        "-1",
        "+1",
        "1.5",
        "1.0",
        "12.0",
        ".5",
        "5.",
        "1e5",
        "1E-7",
        "1e99",
        "1e400",
        "1e-400",
    ],
    *["9" * 15, "9" * 18, "9" * 19, "9" * 22, "9" * 30, "9" * 400, "0." + "1" * 60, "-" + "9" * 22 + ".5"],
    *["9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616"],
    *["99999999.123456789012345678901234567890", "1,204.50", "1.204,50", "$5", "5 USD", "0x1F", "1_000"],
    *["9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999Z", "10000-01-01", "0001-01-01"],
    *["0000-00-00", "2026-02-30", "2026-13-01T00:00:00Z", "1969-12-31T23:59:59Z", "2026-10-01T24:00:00Z"],
    *["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-10-01T00:00:00+99:99", "infinity"],
    *["-infinity", "294247-01-10 04:00:54.775806", "12/31/9999", "13/45/99", "2/29/23", "99991231", "epoch"],
    *[
        "99999999999",
        "100000000",
        "999999999999",
        "1790812800123456789",
        "9999999999999999999",
        "1790812800.5",
    ],
    *[
        "{}",
        "[]",
        "[[]]",
        "[null]",
        "[1, 2]",
        '[{"a": 1}]',
        '{"a": null}',
        '{"a": {"b": [1]}}',
        '{"a":',
        "[1",
    ],
    *[
        '{"a": 1, "a": 2}',
        '{"": ""}',
        '"text"',
        '"',
        "'",
        "''",
        '""',
        'a"b',
        "a\nb",
        "a\r\nb",
        "a\rb",
        "a,b;c\td",
    ],
    *["\u2028", "\u00a0", "e\u0301", "\U0001f600", "\u202e", "\x1b[31m", "\x07", "\x7f", "\x01", "x" * 5_000],
    *[
        "=cmd|' /C calc'!A0",
        "<script>",
        "$",
        "$.",
        "%",
        "%s",
        "{0}",
        "\\",
        "\\n",
        "../..",
        "'; DROP TABLE charge",
    ],
    *["openai", "USD", "usd", "Usage", "Credit", "Tax", "success", "output", "gpt-5", "claude-sonnet-4-5"],
]
ODD_VALUES: list[Any] = [
    *[None, True, False, 0, -1, 1, 1.5, 1e-7, 1e15, float("nan"), float("inf"), 10**15, 10**18, 2**63, 2**64],
    *[-(2**63), 10**40, 253402300799, 253402300800, 99999999999, 1790812800123, 1790812800123456789, -1.5],
    *[
        [],
        {},
        [[]],
        [None],
        [{}],
        [1, "a"],
        ["a"],
        {"a": 1},
        {"a": None},
        {"": {}},
        {"value": "x"},
        [[[[[1]]]]],
    ],
    *[
        "\x00",
        "a\x00b",
        "\ud800",
        "\udc00\ud800",
        {"type": "text", "text": 1},
        {"sum": []},
        [{"key": "a"}],
    ],
]
ID_NAMES = ("id", "uuid", "key", "hash", "request")


def odd_text(chance: Random, known: str) -> str:
    """A text in the place of `known`: something odd, or `known` slightly changed."""
    roll = chance.random()
    if roll < 0.6 or not known:
        return chance.choice(ODD_TEXTS)
    place = chance.randrange(len(known))
    if roll < 0.7:
        return known[:place] + chance.choice("0123456789-.:,eE\"'{}[] \u00e9") + known[place:]
    if roll < 0.8:
        return known[:place] + known[place + 1 :]
    if roll < 0.87:
        return known[:place]
    if roll < 0.93 and known[:1] in "{[":
        try:
            return json.dumps(odd_json(chance, json.loads(known)))
        except ValueError:
            return known + known
    return known[:place] + known[place:].swapcase() if roll < 0.97 else known * 2


def odd_value(chance: Random, known: Any) -> Any:
    """A JSON value in the place of `known`."""
    roll = chance.random()
    if roll < 0.35:
        return copy.deepcopy(chance.choice(ODD_VALUES))
    if roll < 0.6:
        return odd_text(chance, known if isinstance(known, str) else json.dumps(known))
    if roll < 0.7:
        return [known]
    if roll < 0.78:
        return {"value": known}
    if roll < 0.86:
        return json.dumps(known)
    if isinstance(known, bool) or not isinstance(known, (int, float)):
        return chance.choice(ODD_TEXTS)
    return chance.choice([-known, known * 10**9, known + 0.5, str(known), known * 10**25])


def odd_json(chance: Random, document: Any) -> Any:
    """`document` with one value at a random place changed, dropped, or with one put beside it."""
    mutated = copy.deepcopy(document)
    node = mutated
    while True:
        if isinstance(node, dict) and node:
            key: Any = chance.choice(list(node))
        elif isinstance(node, list) and node:
            key = chance.randrange(len(node))
        else:
            return mutated if node is not mutated else odd_value(chance, mutated)
        if isinstance(node[key], (dict, list)) and node[key] and chance.random() < 0.75:
            node = node[key]
            continue
        roll = chance.random()
        if roll < 0.12:
            del node[key]
        elif roll < 0.18 and isinstance(node, dict):
            node[chance.choice(ODD_TEXTS)] = node[key]
        elif roll < 0.22 and isinstance(node, list):
            node.append(copy.deepcopy(node[key]))
        else:
            node[key] = odd_value(chance, node[key])
        return mutated


def odd_row(chance: Random, row: list[str], other: list[str]) -> list[str]:
    """A CSV row with some cells changed, taken from another row or from another column."""
    mutated = list(row)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        place = chance.randrange(len(mutated))
        roll = chance.random()
        if roll < 0.1 and place < len(other):
            mutated[place] = other[place]
        elif roll < 0.18:
            mutated[place] = chance.choice(mutated)
        else:
            mutated[place] = odd_text(chance, mutated[place])
    return mutated


def with_own_id(record: Any, number: int) -> Any:
    """`record` with `-number` behind the ids in it, so that it is a record of its own."""
    if isinstance(record, dict):
        return {
            key: f"{value}-{number}"
            if isinstance(value, str) and value and any(name in key.lower() for name in ID_NAMES)
            else with_own_id(value, number)
            for key, value in record.items()
        }
    if isinstance(record, list):
        return [with_own_id(item, number) for item in record]
    return record


def odd_file(chance: Random, content: bytes) -> bytes:
    """The bytes of a file after an accident."""
    for _ in range(chance.choice([1, 1, 2, 4])):
        content = chance.choice(ACCIDENTS)(chance, content)
    return content


def _cut(chance: Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _headless(chance: Random, content: bytes) -> bytes:
    return content[chance.randrange(len(content) + 1) :]


def _flipped(chance: Random, content: bytes) -> bytes:
    flipped = bytearray(content or b" ")
    for _ in range(chance.choice([1, 3, 20])):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _put_in(chance: Random, content: bytes) -> bytes:
    pieces = (
        b'" "" , ; \t \n \r \r\n \0 \x1a \xff \xfe \xef\xbb\xbf { } [ ] {} [] null PAR1 PK\x03\x04'.split(
            b" "
        )
    )
    place = chance.randrange(len(content) + 1)
    return content[:place] + chance.choice(pieces) * chance.choice([1, 1, 2, 500]) + content[place:]


def _without_some(chance: Random, content: bytes) -> bytes:
    piece = chance.choice([b'"', b",", b"\n", b"}", b"{", b"]", b"[", b":"])
    return content.replace(piece, b"", chance.choice([1, 2, -1]))


def _doubled(chance: Random, content: bytes) -> bytes:
    piece = chance.choice([b'"', b",", b"\n", b"}", b"{", b":", content[: len(content) // 2]]) or b" "
    return content.replace(piece, piece * 2, chance.choice([1, 2, 50]))


def _line_ends(chance: Random, content: bytes) -> bytes:
    return content.replace(
        b"\n", chance.choice([b"\r\n", b"\r", b"\n\n", b"\n \n", b"\n\r", b"\r\r\n", b"\x0b"])
    )


def _lines_mixed(chance: Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    roll = chance.random()
    if roll < 0.3:
        chance.shuffle(lines)
    elif roll < 0.6:
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    else:
        del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def _columns_mixed(chance: Random, content: bytes) -> bytes:
    rows = [line.split(b",") for line in content.split(b"\n")]
    width = len(rows[0])
    order = list(range(width))
    roll = chance.random()
    if roll < 0.3:
        chance.shuffle(order)
    elif roll < 0.6:
        del order[chance.randrange(width)]
    else:
        order.insert(chance.randrange(width + 1), chance.randrange(width))
    return b"\n".join(b",".join(row[place] for place in order if place < len(row)) for row in rows)


def _in_other_encoding(chance: Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(
        chance.choice(["utf-16", "utf-16-be", "utf-32", "latin-1", "utf-7", "cp037"]), "replace"
    )


def _with_mark(chance: Random, content: bytes) -> bytes:
    return (
        chance.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf\xef\xbb\xbf", b"\n\n "])
        + content
    )


def _packed(chance: Random, content: bytes) -> bytes:
    packed = gzip.compress(content)
    return chance.choice([packed, packed[:-5], packed + packed, packed + b"x", gzip.compress(packed)])


def _deep(chance: Random, content: bytes) -> bytes:
    place = chance.randrange(len(content) + 1)
    depth = chance.choice([100, 2_000, 100_000])
    return content[:place] + b"[" * depth + b"]" * depth + content[place:]


ACCIDENTS = [
    *[_cut, _headless, _flipped, _flipped, _put_in, _put_in, _without_some, _doubled, _line_ends],
    *[_lines_mixed, _columns_mixed, _in_other_encoding, _with_mark, _packed, _deep],
]
