"""Reads finops.yaml strictly: every mistake is a ConfigError that names file and line.

`load_config` finds the nearest file upwards and returns a `Config`; what the file leaves out has a
default. Patterns are translated by `finops_ai.patterns` to RE2 expressions for the whole value.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from finops_ai.config import (
    CONFIG_NAME,
    Condition,
    Config,
    Rule,
    Scenario,
    Workflow,
)
from finops_ai.config_budgets import budgets
from finops_ai.config_money import commitments, freshness, fx_rates
from finops_ai.config_outcomes import outcome_links
from finops_ai.config_plan import check_parts, plan, scenario_parts
from finops_ai.config_pools import shared_pools, team_splits
from finops_ai.config_prices import PRICE_KEYS, contract_rates, model_names, prices_folder
from finops_ai.config_value import outcome_values
from finops_ai.config_waste import limits, models
from finops_ai.errors import ConfigError
from finops_ai.money import decimal_from_text, plain
from finops_ai.patterns import FIELDS, expression, is_tag, tag_paths
from finops_ai.yaml_text import KeyPath, Lines, problem_at, read_yaml

DEFAULT_LEDGER = "finops.duckdb"
PRESETS = ("conservative", "expected", "aggressive")
_LISTS = ("rules", "outcomes", "pools", "importers", "detectors")
_MONEY = ("fx_rates", "freshness", "commitments", "value", "waste")
_PLANS = ("budgets", "plan")
_TOP = (
    "version",
    "ledger",
    "reporting_currency",
    "workflows",
    "teams",
    *_LISTS,
    "scenarios",
    *PRICE_KEYS,
    *_MONEY,
    *_PLANS,
)
_WORKFLOW = ("owner", "team", "department", "cost_centre", "gl_code", "product", "models")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_MISSING: Any = object()


def load_config(start: Path, *, config_path: Path | None = None, ledger_path: Path | None = None) -> Config:
    """The configuration in force for a command run in folder `start`.

    `config_path` names the file. Otherwise the nearest finops.yaml upwards is read: from the
    folder of `ledger_path` when that is given, then from `start`. Without any file: defaults,
    and the ledger beside `start`. ConfigError (exit 2) names file and line of the first mistake.
    """
    found = config_path
    if found is None and ledger_path is not None:
        # A ledger named from elsewhere is read with the rules that stand beside it.
        found = _nearest(ledger_path.parent)
    if found is None:
        found = _nearest(start)
    if found is None:
        origins: tuple[tuple[str, str], ...] = (("ledger", "default"), ("reporting_currency", "default"))
        config = Config(None, start / DEFAULT_LEDGER, origins=origins)
    else:
        data, lines = read_yaml(shown_path(found))
        config = _File(found.resolve(), shown_path(found), data, lines).config()
    if ledger_path is None:
        return config
    renamed = tuple(
        (name, "flag --ledger" if name == "ledger" else origin) for name, origin in config.origins
    )
    return replace(config, ledger_path=Path.cwd() / ledger_path, origins=renamed)


def _nearest(start: Path) -> Path | None:
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / CONFIG_NAME).is_file():
            return candidate / CONFIG_NAME
    return None


def shown_path(path: Path) -> Path:
    """`path` as messages show it: relative when it stands under the current folder."""
    absolute, here = path.absolute(), Path.cwd()
    return absolute.relative_to(here) if absolute.is_relative_to(here) else path


def meant(wrong: str, known: Iterable[str]) -> str:
    """A hint for a name that is not known: the closest one, and all of them when they are few."""
    names = sorted(known)
    close = difflib.get_close_matches(wrong, names, n=1)
    hint = f'Did you mean "{close[0]}"? ' if close else ""
    if not names:
        return "There are none."
    return (hint + (f"Known: {', '.join(names)}." if len(names) <= 12 else "")).strip()


class _File:
    """One finops.yaml being read: its values, and the lines they stand on."""

    def __init__(self, path: Path, shown: Path, data: dict[str, Any], lines: Lines) -> None:
        self.path = path
        self.shown = shown
        self.data = data
        self.lines = lines
        self.origins: list[tuple[str, str]] = []

    def config(self) -> Config:
        """Every section, each checked against the others."""
        self.keys((), self.data, _TOP)
        if self.data.get("version", _MISSING) != 1 or isinstance(self.data["version"], bool):
            self.fail(("version",), "version is not 1.", 'Start the file with "version: 1".')
        ledger = self.text(("ledger",), self.data.get("ledger", DEFAULT_LEDGER))
        currency = self.text(("reporting_currency",), self.data.get("reporting_currency", "USD"))
        if not _CURRENCY.match(currency):
            self.fail(
                ("reporting_currency",),
                f'"{currency}" is not a currency.',
                "Write three capitals such as USD.",
            )
        for name in ("ledger", "reporting_currency"):
            self.origin(name, (name,), given=name in self.data)
        workflows = tuple(self.workflows())
        names = {workflow.name for workflow in workflows}
        teams, pools = team_splits(self, workflows), shared_pools(self, workflows)
        waste, outcomes = tuple(limits(self)), outcome_links(self, names)
        return Config(
            path=self.path,
            ledger_path=self.path.parent / ledger,
            reporting_currency=currency,
            workflows=workflows,
            rules=tuple(self.rules(names)),
            pools=pools,
            teams=teams,
            outcomes=outcomes,
            importers=tuple(self.sql_files("importers", "importer")),
            detectors=tuple(self.sql_files("detectors", "detector")),
            scenarios=tuple(self.scenarios()),
            model_names=tuple(model_names(self)),
            contract_rates=contract_rates(self),
            prices_folder=prices_folder(self),
            fx_rates=fx_rates(self),
            freshness=tuple(freshness(self)),
            commitments=tuple(commitments(self, {pool.name for pool in pools}, currency)),
            budgets=tuple(budgets(self, workflows)),
            waste_limits=tuple((owner, name, value) for owner, name, value in waste if value is not None),
            waste_off=tuple(owner for owner, _, value in waste if value is None),
            value=outcome_values(self, {link.kind for link in outcomes}),
            plan=plan(self),
            origins=tuple(self.origins),
        )

    # Sections -------------------------------------------------------------------------------

    def workflows(self) -> Iterator[Workflow]:
        """The registered workflows; repeated names are refused by the YAML reader."""
        for name, value in self.mapping(("workflows",), self.data.get("workflows")).items():
            at = ("workflows", name)
            if not name.strip():
                self.fail(at, "a workflow has no name.", "Name it in a word or two.")
            fields = self.mapping(at, value)
            self.keys(at, fields, _WORKFLOW)
            self.origin(f"workflows.{name}", at)
            allowed = models(self, (*at, "models"), fields.get("models"))
            texts = {key: item for key, item in fields.items() if key != "models" and item is not None}
            stated = {key: self.text((*at, key), item) for key, item in texts.items()}
            yield Workflow(name, **stated, models=allowed)

    def rules(self, names: set[str]) -> Iterator[Rule]:
        """The rules in the order in which they are tried."""
        for at, fields in self.items("rules", ("workflow", "when", "from", "until"), ("workflow", "when")):
            number = int(at[-1]) + 1
            start, end = self.span(at, fields)
            self.origin(f"rules.{number}", at)
            yield Rule(
                number,
                self.workflow((*at, "workflow"), fields["workflow"], names),
                self.conditions((*at, "when"), fields["when"]),
                start,
                end,
                self.lines.near(at),
            )

    def hint(self, wrong: str, known: Iterable[str]) -> str:
        """What may have been meant by a name that is not known."""
        return meant(wrong, known)

    def sql_files(self, section: str, noun: str) -> Iterator[Path]:
        """The user's own importers or detectors, absolute; they stand under the folder of finops.yaml."""
        for number, value in enumerate(self.sequence((section,), self.data.get(section))):
            at = (section, number)
            text = self.text(at, value)
            path = (self.path.parent / text).resolve()
            if not path.is_relative_to(self.path.parent.resolve()):
                self.fail(
                    at,
                    f'{noun} "{text}" stands outside the folder of {CONFIG_NAME}.',
                    "Copy it below that folder.",
                )
            if not path.is_file():
                self.fail(
                    at,
                    f'{noun} "{text}": there is no such file.',
                    f"Write its path as seen from {CONFIG_NAME}.",
                )
            if path.suffix != ".sql":
                self.fail(at, f'{noun} "{text}" is not a .sql file.', "Rename it.")
            self.origin(f"{section}.{number + 1}", at)
            yield path

    def scenarios(self) -> Iterator[Scenario]:
        """Budget presets: when any is given, they take the place of the shipped ones."""
        given = self.mapping(("scenarios",), self.data.get("scenarios"))
        seen: set[str] = set()
        for name, value in given.items():
            at = ("scenarios", name)
            fields = self.mapping(at, value)
            required = ("low", "mid", "high", "source")
            self.keys(at, fields, (*required, "parts"), required)
            low, mid, high = (self.positive((*at, key), fields[key]) for key in ("low", "mid", "high"))
            if not low <= mid <= high:
                self.fail(
                    at, f'scenario "{name}" is not ordered low <= mid <= high.', "Put the smallest first."
                )
            self.origin(f"scenarios.{name}", at)
            shown = name.capitalize() if name in PRESETS else name
            self.unseen(at, f'scenario "{shown}"', shown, seen)
            source = self.text((*at, "source"), fields["source"])
            parts = scenario_parts(self, (*at, "parts"), fields.get("parts"))
            found = Scenario(shown, low, mid, high, source, parts)
            check_parts(self, at, found)
            yield found

    # Values ---------------------------------------------------------------------------------

    def conditions(self, at: KeyPath, value: Any) -> tuple[Condition, ...]:
        """The fields and patterns of one `when`; all of them must match."""
        fields = self.mapping(at, value)
        if not fields:
            self.fail(
                at, '"when" names no field, so it would match everything.', "Add a field and its pattern."
            )
        return tuple(self.condition((*at, name), name, pattern) for name, pattern in fields.items())

    def condition(self, at: KeyPath, name: str, value: Any) -> Condition:
        """One field with one pattern, or with a list of which any may match."""
        if is_tag(name) and not tag_paths(name):
            self.fail(at, f'"{name}" is no path into tags.', "Write tags.team, or tags['a key'].inner[0].")
        if name not in FIELDS and not is_tag(name):
            hint = meant(name, (*FIELDS, "tags.<key>"))
            self.fail(
                at,
                f'"{name}" is no field of usage or charges.',
                f"{hint} docs/configuration.md lists the fields.".strip(),
            )
        texts = value if isinstance(value, list) else [value]
        if not texts:
            self.fail(at, f'"{name}" has no pattern.', "Write a text, a glob such as team-*, or re:...")
        expressions = []
        for number, item in enumerate(texts):
            place = (*at, number) if isinstance(value, list) else at
            try:
                expressions.append(expression(self.text(place, item)))
            except re.error as error:
                self.fail(
                    place,
                    f'"{item}" is not a usable regular expression: {error}.',
                    "Correct it (RE2 syntax is read), or write a glob such as team-*.",
                )
        return Condition(name, expressions[0] if len(expressions) == 1 else f"(?:{'|'.join(expressions)})")

    def workflow(self, at: KeyPath, value: Any, names: set[str]) -> str:
        """The name of a registered workflow."""
        name = self.text(at, value)
        if name not in names:
            self.fail(at, f'workflow "{name}" is not registered under workflows.', meant(name, names))
        return name

    def day(self, at: KeyPath, fields: dict[str, Any], key: str) -> date | None:
        """A date written YYYY-MM-DD, or a month YYYY-MM meaning its first day; None when absent."""
        value = fields.get(key)
        if value is None:
            return None
        text = str(value)
        try:
            if not re.match(r"\d{4}-\d\d(-\d\d)?\Z", text, re.ASCII):
                raise ValueError(text)
            return date.fromisoformat(text if len(text) > len("2026-01") else f"{text}-01")
        except ValueError:
            self.fail(
                (*at, key), f'"{text}" is not a date.', "Write it as YYYY-MM-DD, for example 2026-10-01."
            )

    def span(self, at: KeyPath, fields: dict[str, Any]) -> tuple[date | None, date | None]:
        """The dates `from` and `until`, the first day without; None when absent, never reversed."""
        start, end = self.day(at, fields, "from"), self.day(at, fields, "until")
        if start is not None and end is not None and end <= start:
            what = f'until "{end}" is not after from "{start}".'
            self.fail((*at, "until"), what, "until is the first day without.")
        return start, end

    def positive(self, at: KeyPath, value: Any) -> Decimal:
        """A number over zero; fractions are quoted text, so that no digit is lost on the way."""
        try:
            number = decimal_from_text(self.text(at, value))
        except ValueError:
            self.fail(at, f'"{value}" is not a plain number.', 'Write it as text, for example "1.8".')
        if number <= 0:
            self.fail(at, f"{plain(number)} is not more than zero.", 'Write a factor such as "1.3".')
        return number

    def text(self, at: KeyPath, value: Any) -> str:
        """Text that is not empty; whole numbers count as text, so 6420 is an account code."""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not value.strip():
            is_empty = value is None or not str(value).strip()
            what = "empty" if is_empty else "not text"
            self.fail(
                at,
                f'"{at[-1]}" is {what}.' if isinstance(at[-1], str) else f"this item is {what}.",
                "Give it a value, or remove it." if is_empty else "Quote it.",
            )
        return value

    def mapping(self, at: KeyPath, value: Any) -> dict[str, Any]:
        """A mapping; nothing at all counts as an empty one."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.fail(at, f'"{_last_word(at)}" is not a mapping.', 'Write "key: value" lines below it.')
        return value

    def sequence(self, at: KeyPath, value: Any) -> list[Any]:
        """A list; nothing at all counts as an empty one."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.fail(at, f'"{_last_word(at)}" is not a list.', 'Start each item with "- ".')
        return value

    def items(
        self, section: str, allowed: tuple[str, ...], required: tuple[str, ...]
    ) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
        """Each item of a list of mappings, with its place."""
        for number, value in enumerate(self.sequence((section,), self.data.get(section))):
            at: KeyPath = (section, number)
            fields = self.mapping(at, value)
            self.keys(at, fields, allowed, required)
            yield at, fields

    def keys(
        self, at: KeyPath, fields: dict[str, Any], allowed: tuple[str, ...], required: tuple[str, ...] = ()
    ) -> None:
        """Refuse keys that are not `allowed`, and the lack of `required` ones."""
        for key in fields:
            if key not in allowed:
                self.fail((*at, key), f'unknown key "{key}".', meant(key, allowed))
        for key in required:
            if fields.get(key) is None:
                self.fail(at, f'"{_last_word(at)}" lacks "{key}".', f'Add "{key}: ...".')

    def unseen(self, at: KeyPath, what: str, key: str, seen: set[str]) -> None:
        """Refuse what stands twice."""
        if key in seen:
            self.fail(at, f"{what} stands twice.", "Remove one of them.")
        seen.add(key)

    def origin(self, setting: str, at: KeyPath, *, given: bool = True) -> None:
        """Note where a setting comes from, for `finops-ai config show`."""
        self.origins.append((setting, f"{self.shown}:{self.lines.near(at)}" if given else "default"))

    def fail(self, at: KeyPath, what: str, hint: str = "") -> NoReturn:
        """Raise the ConfigError for the line of `at`."""
        raise problem_at(self.shown, self.lines.near(at), what, hint=hint)


def _last_word(at: KeyPath) -> str:
    """The last name in a path, with the item's number: ``rules item 2``."""
    words = [str(step) if isinstance(step, str) else f"item {step + 1}" for step in at[-2:]]
    return " ".join(words) if at and isinstance(at[-1], int) else words[-1]


__all__ = ["ConfigError", "load_config", "meant"]
