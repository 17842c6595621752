"""docs/configuration.md is read as it stands, and whatever replaces a value of it is read or refused."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml

from finops_ai.config import Config
from finops_ai.config_file import load_config
from finops_ai.errors import ConfigError
from tests.conftest import REPOSITORY

PAGE = REPOSITORY / "docs" / "configuration.md"
OTHER_FILES = {
    "provider",
    "rates",
}  # a price file and a file of rates: blocks of the page, but of other files
HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, float("nan"), float("inf"), 10**40, "", "a", "[", "*" * 50, "re:(", "tags.",
    "1e400", "1e-30", "NaN", "Infinity", "0x10", "-0", "99999999999999999999", "\N{ARABIC-INDIC DIGIT THREE}",
    "2026-13-01", "0001-01-01", "9999-12-31", "9999-12", [], {}, [None], [[]], {"": 1}, {"a": {}},
)  # fmt: skip
Place = tuple[str | int, ...]

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs are not installed with the package")


def sections() -> dict[str, Any]:
    """One finops.yaml of all blocks of the page; what two blocks name is listed once for each."""
    whole: dict[str, Any] = {}
    for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        said = yaml.safe_load(block)
        if OTHER_FILES & set(said):
            continue
        for key, value in said.items():
            if isinstance(value, dict) and isinstance(whole.get(key, {}), dict):
                whole[key] = {**whole.get(key, {}), **value}
            else:
                whole[key] = value
    return whole


def places(node: Any, at: Place = ()) -> Iterator[Place]:
    """Every key and item below `node`."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*at, key)
        yield from places(value, (*at, key))


def replaced(whole: dict[str, Any], at: Place, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(whole)
    node: Any = changed
    for key in at[:-1]:
        node = node[key]
    node[at[-1]] = value
    return changed


@pytest.fixture
def whole(folder: Path) -> dict[str, Any]:
    """The page's settings, with the files and workflows that they name."""
    for name, text in (("importers/acme.sql", "-- importer: acme\n"), ("rates/fx.csv", "date\n")):
        (folder / name).parent.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
    said = sections()
    teams = {"claims-intake": {"team": "claims"}, "code-assistant": {"team": "support"}}
    return {**said, "workflows": {**said["workflows"], **teams}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(folder: Path, said: dict[str, Any]) -> Config:
    text = yaml.safe_dump(said, sort_keys=False, allow_unicode=True)
    (folder / "finops.yaml").write_text(text, encoding="utf-8")
    return load_config(folder)


def test_every_block_of_the_page_is_read(folder: Path, whole: dict[str, Any]) -> None:
    config = load(folder, whole)
    assert [budget.period for budget in config.budgets] == ["month", "month", "quarter", "year"]
    assert [commitment.kind for commitment in config.commitments] == ["throughput", "seats", "credits"]
    assert [rate.name for rate in config.contract_rates] == ["openai-2026", "claude-on-bedrock"]
    assert config.plan is not None
    assert config.fx_rates is not None


@pytest.mark.parametrize("section", sections())
def test_whatever_replaces_a_value_is_read_or_refused_with_its_line(
    folder: Path, whole: dict[str, Any], section: str
) -> None:
    """Each place is given every eighth of the hostile values, each at another offset."""
    tried = 0
    for number, at in enumerate(places({section: whole[section]})):
        for value in islice(HOSTILE, number % 8, None, 8):
            tried += 1
            try:
                load(folder, replaced(whole, at, value))
            except ConfigError as error:
                assert re.match(r"finops\.yaml(, line \d+)?: ", str(error)), (at, value, str(error))
                assert error.hint, (at, value)
    assert tried >= len(HOSTILE) // 8


@pytest.mark.parametrize("price", ["1e400", "1e-400", "1e40", "-1e400"])
def test_a_price_of_hundreds_of_digits_is_refused(folder: Path, whole: dict[str, Any], price: str) -> None:
    at = ("contract_rates", 1, "per_1m", "input_uncached")
    with pytest.raises(ConfigError, match=r"line \d+: "):
        load(folder, replaced(whole, at, price))
