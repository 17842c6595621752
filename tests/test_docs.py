"""Documentation is a tested artefact: its commands run, its links lead somewhere, nothing is left out.

A fenced ```console block is run line by line (`$ finops-ai ...`) in a folder that holds the samples. What it
shows below a command must be in the output, in this order; a line `...` stands for what is left out.
All blocks of one file run in order in one folder, so that a page may build on what it did before.
`<!-- not run: reason -->` on the line above a block skips it, visibly. A command that ends with another code
than 0 says so: `$ finops-ai reconcile  # exit code 4`.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main

from finops_ai.__main__ import main
from finops_ai.cli.app import app
from finops_ai.cli.doors import Door

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
BLOCK = re.compile(r"(?:<!-- not run: (?P<reason>[^\n]+?) -->\n)?```console\n(?P<body>.*?)```", re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?!https?://|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
Printed = Callable[[str], str]


@dataclass(frozen=True)
class Block:
    """One fenced block: its commands with the output shown, and the reason when they are not run."""

    line: int
    commands: tuple[tuple[str, tuple[str, ...]], ...]
    reason: str | None


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            text[: match.start()].count("\n") + 1,
            commands(match["body"]),
            match["reason"],
        )
        for match in BLOCK.finditer(text)
    ]


def commands(body: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    parts = [part.splitlines() for part in re.split(r"(?m)^\$ ", body)[1:]]
    return tuple((part[0], tuple(line.rstrip() for line in part[1:] if line.strip())) for part in parts)


def first_absent(shown: tuple[str, ...], output: str) -> str | None:
    """The first line of `shown` that does not follow in `output`; None when all do."""
    lines = iter(line.rstrip() for line in output.splitlines())
    return next((line for line in shown if line != "..." and line not in lines), None)


def page_name(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Printed:
    """Runs a command of a page in a copy of the samples and gives what it prints, once its code is right."""
    folder = tmp_path / "samples"
    shutil.copytree(REPOSITORY / "samples", folder)
    monkeypatch.chdir(folder)
    for name, value in (("PATH", ""), ("HOME", str(folder)), ("COLUMNS", "80")):
        monkeypatch.setenv(name, value)

    def run(command: str) -> str:
        command, _, code = command.partition("  # exit code ")
        words = shlex.split(command)
        assert words[0] == "finops-ai", f"only finops-ai is run here, not: {command}"
        # A page may use a shell's glob; the folder is ours, so expanding it here is the same.
        ended = main([name for word in words[1:] for name in expanded(word, folder)])
        said = capsys.readouterr()
        assert ended == int(code or 0), f"$ {command}\n{said.out}{said.err}"
        return said.out

    return run


def expanded(word: str, folder: Path) -> Iterator[str]:
    if "*" in word and not word.startswith("-"):
        yield from sorted(str(path.relative_to(folder)) for path in folder.glob(word))
    else:
        yield word


def test_output_is_compared_in_order() -> None:
    assert commands("$ finops-ai status\na\n...\n\nc\n$ finops-ai check\n") == (
        ("finops-ai status", ("a", "...", "c")),
        ("finops-ai check", ()),
    )
    assert first_absent(("a", "...", "c"), "a \nb\nc\n") is None
    assert first_absent(("c", "a"), "a\nb\nc\n") == "a"


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=page_name)
def test_commands_of_a_page_run(page: Path, printed: Printed) -> None:
    found = blocks(page)
    for command, shown in (each for block in found if block.reason is None for each in block.commands):
        output = printed(command)
        absent = first_absent(shown, output)
        assert absent is None, f"$ {command}\ndoes not print: {absent}\nbut: {output}"
    left_out = [f"line {block.line}: {block.reason}" for block in found if block.reason is not None]
    if left_out:
        pytest.skip(f"{page_name(page)}, the rest ran; not run: {'; '.join(left_out)}")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_lead_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page_name(page)}: {path}"
        assert target.is_relative_to(REPOSITORY), f"{page_name(page)}: {path}"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{page_name(page)}: {path}#{anchor}"


def test_every_command_and_option_has_help_and_a_place_in_the_documents() -> None:
    documents = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    commands = list(walk(typer.main.get_command(app), ()))
    assert commands
    for path, command in commands:
        assert command.help, path
        assert " ".join(("finops-ai", *path)) in documents, f"{path} is in no document"
        for parameter in command.params:
            if not getattr(parameter, "hidden", False):
                assert getattr(parameter, "help", None), f"{path}: {parameter.name} has no help"


def walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command below `command`, with the words that name it."""
    command = command.opened() if isinstance(command, Door) else command
    subcommands = getattr(command, "commands", None)
    if subcommands is None:
        yield path, command
        return
    for name, found in sorted(subcommands.items()):
        yield from walk(found, (*path, name))


def test_one_page_of_architecture() -> None:
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    rooms = ("cli", "reports", "forecast", "attribution", "prices", "reconciliation", "importers", "ledger")
    for room in rooms:
        assert f"`{room}/`" in text
        assert (REPOSITORY / "finops_ai" / room).is_dir()
    for name in re.findall(r"`(finops_ai/[\w/.]+)`", text):
        assert (REPOSITORY / name).exists(), name


def test_licence_is_apache_2() -> None:
    text = (REPOSITORY / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
