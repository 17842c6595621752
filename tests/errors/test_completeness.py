"""Every error that the package can raise has been seen by a test, or stands below with a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import finops_ai.errors
from tests.errors.conftest import HERE

REPOSITORY = HERE.parents[1]
PACKAGE = REPOSITORY / "finops_ai"

# Which argument of a call holds the message.
MESSAGE_AT = {
    **{
        name: 0
        for name, value in vars(finops_ai.errors).items()
        if isinstance(value, type) and issubclass(value, finops_ai.errors.FinopsError)
    },
    "fail": 1,
    "_problem": 1,
    "problem_at": 2,
}

_REFUSED_BEFORE = "finops.yaml or the command line refuses this first; this is for other callers"
_FAULT_OF_OURS = "guards an invariant that only a fault of this package could break"
NEVER_SEEN = {
    ': no usage row has the field "': _REFUSED_BEFORE,
    "months cannot be forecast.": _REFUSED_BEFORE,
    "Two scenarios have the same name (": _REFUSED_BEFORE,
    "are not multipliers in order.": _REFUSED_BEFORE,
    "is attributed, so there is no run rate to forecast from (": "commands attribute before they forecast",
    ": the importer cannot be read:": "needs a file that may not be read: the superuser reads all",
    "is larger than the archive says.": "zipfile stops at the stated size; a second lock behind it",
    ": holds no price files.": "the catalogue is part of the package",
    "usage rows were given": _FAULT_OF_OURS,
}


def spoken(node: ast.expr) -> Iterator[str]:
    """The pieces of constant text in a message; of a choice, every branch."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.Constant):
                yield str(part.value)
    elif isinstance(node, ast.IfExp):
        yield from spoken(node.body)
        yield from spoken(node.orelse)


def assigned(tree: ast.AST) -> dict[tuple[ast.AST, str], list[ast.expr]]:
    """What each call's function gives its plain names: a message may stand in one of them first."""
    found: dict[tuple[ast.AST, str], list[ast.expr]] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            inner = list(ast.walk(function))
            for each in inner:
                if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
                    for call in (node for node in inner if isinstance(node, ast.Call)):
                        found.setdefault((call, each.targets[0].id), []).append(each.value)
    return found


def raised() -> Iterator[tuple[str, str]]:
    """(place, the longest constant piece) of every message made in the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = assigned(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if len(node.args) <= MESSAGE_AT.get(name, len(node.args)):
                continue
            said = node.args[MESSAGE_AT[name]]
            for message in known.get((node, said.id), []) if isinstance(said, ast.Name) else [said]:
                piece = max((text.strip() for text in spoken(message)), key=len, default="")
                if len(piece.strip(" .,:()\"'")) > 3:
                    yield f"{path.relative_to(REPOSITORY)}:{node.lineno}", piece


def seen() -> str:
    """All text that tests expect: the catalogue's, and every string in the test modules."""
    texts = [path.read_text(encoding="utf-8") for path in HERE.rglob("stderr.txt")]
    for path in sorted((REPOSITORY / "tests").rglob("*.py")):
        if path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value.replace("\\", ""))  # regular expressions escape what they match
    return "\n".join(texts)


def test_every_message_has_been_seen_by_a_test() -> None:
    expected = seen()
    unseen = {piece: place for place, piece in raised() if piece not in expected}
    assert {piece: unseen[piece] for piece in unseen if piece not in NEVER_SEEN} == {}


def test_exemptions_are_still_needed() -> None:
    pieces = {piece for _, piece in raised()}
    expected = seen()
    assert [piece for piece in NEVER_SEEN if piece not in pieces or piece in expected] == []


def test_messages_are_found_in_the_package() -> None:
    assert len(list(raised())) > 100
