"""A rule from the command line, as if it stood in finops.yaml: to be tested before it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from finops_ai.config import Condition, Config, Rule, Workflow
from finops_ai.config_file import meant
from finops_ai.errors import ConfigError
from finops_ai.patterns import FIELDS, expression, is_tag, tag_paths


def with_rule(
    config: Config,
    workflow: str,
    when: Sequence[str],
    *,
    valid_from: str | None = None,
    until: str | None = None,
    at: int | None = None,
) -> tuple[Config, Rule]:
    """`config` with one more rule at place `at` (the last when None), and that rule.

    `when` holds texts such as ``service_name=GPU*``; a field that comes again may match either. A workflow
    that is not registered is added. Raises ConfigError for what finops.yaml would refuse.
    """
    start, end = _day("--from", valid_from), _day("--until", until)
    if start is not None and end is not None and end <= start:
        raise ConfigError(
            f"--until {end} is not after --from {start}.", hint="--until is the first day without the rule."
        )
    place = len(config.rules) + 1 if at is None else at
    if place > len(config.rules) + 1:
        raise ConfigError(
            f"--at {place}: the last place is {len(config.rules) + 1}.",
            hint="Leave --at out for the last place.",
        )
    rule = Rule(place, workflow, _conditions(when), start, end)
    moved = [replace(r, ordinal=r.ordinal + 1) if r.ordinal >= place else r for r in config.rules]
    rules = tuple(sorted([*moved, rule], key=lambda r: r.ordinal))
    known = {each.name for each in config.workflows}
    added = () if workflow in known else (Workflow(workflow),)
    return replace(config, rules=rules, workflows=(*config.workflows, *added)), rule


def _conditions(when: Sequence[str]) -> tuple[Condition, ...]:
    patterns: dict[str, list[str]] = {}
    for text in when:
        name, equals, pattern = _parted(text)
        if not equals or not pattern:
            raise ConfigError(
                f'--when "{text}" is no field with a pattern.',
                hint='Write it as in --when "service_name=GPU*".',
            )
        if not (name in FIELDS or tag_paths(name)):
            hint = meant(name, (*FIELDS, "tags.<key>"))
            what = "no path into tags" if is_tag(name) else "no field of usage or charges"
            raise ConfigError(
                f'--when: "{name}" is {what}.',
                hint=f"{hint} docs/configuration.md lists the fields.".strip(),
            )
        try:
            patterns.setdefault(name, []).append(expression(pattern))
        except re.error as error:
            raise ConfigError(
                f'--when: "{pattern}" is not a usable regular expression: {error}.',
                hint="Correct it (RE2 syntax is read), or write a glob such as team-*.",
            ) from error
    return tuple(
        Condition(name, found[0] if len(found) == 1 else f"(?:{'|'.join(found)})")
        for name, found in patterns.items()
    )


def _parted(text: str) -> tuple[str, str, str]:
    """Field, equals sign and pattern; a quoted key of a tag may hold an equals sign itself."""
    quoted = re.match(r"(tags\['(?:[^']|'')+'\][^=]*)(=)(.*)\Z", text, re.DOTALL)
    parts = quoted.groups() if quoted else text.partition("=")
    return parts[0].strip(), parts[1], parts[2].strip()


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if not re.match(r"\d{4}-\d\d(-\d\d)?\Z", text, re.ASCII):
            raise ValueError(text)
        return date.fromisoformat(text if len(text) > len("2026-01") else f"{text}-01")
    except ValueError:
        raise ConfigError(
            f'{option} "{text}" is not a date.', hint="Write it as YYYY-MM-DD, for example 2026-10-01."
        ) from None
