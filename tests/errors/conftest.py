"""A case of the catalogue: its files, its command, and how it really ends."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from finops_ai.__main__ import main

HERE = Path(__file__).parent
DESCRIPTION = {"command.txt", "stderr.txt", "stdout.txt", "code.txt", "before.txt", "ledger.txt"}
REWRITE = os.environ.get("FINOPS_AI_REWRITE") == "1"


@dataclass(frozen=True)
class Ending:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Case:
    """One folder of the catalogue, laid out in the current folder `here`.

    `shown` turns what differs from run to run (a process id) into a name in braces.
    """

    name: str
    here: Path
    run: Callable[[str], Ending]
    shown: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the case stands in the catalogue."""
        return HERE / self.name

    def lay_out(self) -> None:
        """Copy the input files here."""
        for path in self.folder.rglob("*"):
            inner = path.relative_to(self.folder)
            if path.is_file() and inner.as_posix() not in DESCRIPTION:
                (self.here / inner).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, self.here / inner)

    def prepare(self) -> None:
        """Run the command lines of before.txt."""
        if (self.folder / "before.txt").exists():
            for line in self.text("before.txt").splitlines():
                ending = self.run(line)
                assert (line, ending.code, ending.err) == (line, 0, "")

    def text(self, name: str) -> str:
        """The text of a file of the case."""
        return (self.folder / name).read_text(encoding="utf-8")

    def compare(self, name: str, found: str) -> None:
        """Compare `found` with the file `name`, or write it there when asked to."""
        for value, shown in {str(self.here): "{folder}", **self.shown}.items():
            found = found.replace(value, shown)
        if REWRITE:
            (self.folder / name).write_text(found, encoding="utf-8")
        assert found == self.text(name)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], Ending]:
    """Runs a command line in an empty current folder, 80 columns wide, without colour."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def run(line: str) -> Ending:
        capsys.readouterr()
        command, *arguments = shlex.split(line, comments=False)
        assert command == "finops-ai"
        code = main(arguments)
        captured = capsys.readouterr()
        return Ending(code, captured.out, captured.err)

    return run
