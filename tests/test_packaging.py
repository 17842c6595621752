"""The wheel holds everything that the program reads at run time."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
RUN_TIME = {"duckdb", "jinja2", "pandas", "pyyaml", "rich", "statsmodels", "typer"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built offline with the backend that is installed."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: use `make test`")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def tree(folder: str) -> set[str]:
    """Files of a folder that git would carry, as POSIX paths within the repository."""
    paths = (REPOSITORY / folder).rglob("*")
    return {
        path.relative_to(REPOSITORY).as_posix()
        for path in paths
        if path.is_file() and "__pycache__" not in path.parts and ".duckdb" not in path.name
    }


def test_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    missing = tree("finops_ai") - set(wheel.namelist())
    assert missing == set()
    assert any(name.endswith("migrations/0001_ledger.sql") for name in wheel.namelist())


@pytest.mark.parametrize("folder", ["pricing", "samples"])
def test_wheel_holds_prices_and_samples(wheel: zipfile.ZipFile, folder: str) -> None:
    expected = {f"finops_ai/_shipped/{name}" for name in tree(folder)}
    assert expected
    assert expected - set(wheel.namelist()) == set()


def test_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"finops_ai", next(top for top in tops if top.endswith(".dist-info"))}
    assert [name for name in wheel.namelist() if "__pycache__" in name or ".duckdb" in name] == []


def test_wheel_states_name_command_and_licence(wheel: zipfile.ZipFile) -> None:
    info = next(name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name)
    metadata = wheel.read(f"{info}/METADATA").decode()
    assert "\nName: finops-ai-ledger\n" in metadata
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    entry_points = wheel.read(f"{info}/entry_points.txt").decode()
    assert "finops-ai = finops_ai.__main__:command" in entry_points
    assert f"{info}/licenses/LICENSE" in wheel.namelist()


def test_seven_run_time_dependencies() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[a-z0-9-]+", text.lower())[0] for text in project["dependencies"]}  # type: ignore[index]
    assert names == RUN_TIME
    assert "duckdb~=2.0.0" in project["dependencies"]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hash_every_package_and_name_no_host(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    assert re.findall(r"://|file:|--(?:index|extra|find|trusted)|/(?:home|root|opt|Users)/", text) == []
    packages = re.split(r"\n(?=\S)", text.strip())
    assert len(packages) > len(RUN_TIME)
    for package in packages:
        assert re.match(r"[a-z0-9-]+==\S+ \\\n", package), package.splitlines()[0]
        assert "--hash=sha256:" in package, package.splitlines()[0]


def test_both_lock_files_agree() -> None:
    pins = [
        dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", (REPOSITORY / name).read_text(encoding="utf-8")))
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    run_time, development = pins
    assert set(run_time) >= RUN_TIME
    assert {name: development.get(name) for name in run_time} == run_time
