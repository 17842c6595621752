"""The part of finops.yaml about outcomes: how each kind finds its calls, and how shared calls are divided."""

from __future__ import annotations

import difflib
import re
from typing import Any

from finops_ai.config import BRANCH, OUTCOME_SPLITS, LinkWindow, OutcomeLink
from finops_ai.config_reader import Reader
from finops_ai.patterns import tag_paths
from finops_ai.yaml_text import KeyPath

LINKS = ("session_id", "trace_id", "request_id", BRANCH)
SAME = ("user_id", "team_id", "project_id", "api_key_id", "session_id", "trace_id")
_KEYS = ("kind", "workflow", "link", "split", "half_life")
_SPAN = re.compile(r"(\d{1,4})([hd])\Z", re.ASCII)
_HOURS = {"h": 1, "d": 24}
_TO_MANY = ("linear", "position", "time_decay", "token_weighted")


def outcome_links(file: Reader, workflows: set[str]) -> tuple[OutcomeLink, ...]:
    """The section `outcomes`; the kinds of one workflow that share calls state the same way of doing so."""
    seen: set[str] = set()
    found: list[OutcomeLink] = []
    for at, fields in file.items("outcomes", _KEYS, _KEYS[:3]):
        kind = file.text((*at, "kind"), fields["kind"])
        workflow = file.workflow((*at, "workflow"), fields["workflow"], workflows)
        file.unseen(at, f'outcome "{kind}" of "{workflow}"', f"{kind}\n{workflow}", seen)
        split = _split(file, at, fields)
        links = _links(file, (*at, "link"), fields["link"], split)
        hours = _half_life(file, at, fields, split)
        link = OutcomeLink(kind, workflow, links[0], links[1:], split, hours)
        _refuse_two_ways(file, at, link, found)
        file.origin(f"outcomes.{kind}", at)
        found.append(link)
    return tuple(found)


def hours_of(file: Reader, at: KeyPath, value: Any) -> int:
    """A span of time written 24h or 7d, in hours."""
    found = _SPAN.match(value) if isinstance(value, str) else None
    if found is None or int(found[1]) == 0:
        file.fail(at, f'"{value}" is not a span of time.', "Write it as 24h or 7d.")
    return int(found[1]) * _HOURS[found[2]]


def _split(file: Reader, at: KeyPath, fields: dict[str, Any]) -> str | None:
    if fields.get("split") is None:
        return None
    split = file.text((*at, "split"), fields["split"])
    if split not in OUTCOME_SPLITS:
        file.fail(
            (*at, "split"), f'"{split}" is no way to split a call.', f"Known: {', '.join(OUTCOME_SPLITS)}."
        )
    return split


def _half_life(file: Reader, at: KeyPath, fields: dict[str, Any], split: str | None) -> int:
    if fields.get("half_life") is None:
        return OutcomeLink.half_life_hours
    if split != "time_decay":
        file.fail(
            (*at, "half_life"),
            "half_life without split: time_decay.",
            "Remove it, or state the split.",
        )
    return hours_of(file, (*at, "half_life"), fields["half_life"])


def _links(file: Reader, at: KeyPath, value: Any, split: str | None) -> tuple[str | LinkWindow, ...]:
    values = value if isinstance(value, list) else [value]
    if not values:
        file.fail(at, '"link" names no link.', f"Known: {', '.join(LINKS)}, tags.<key>, {{window: 24h}}.")
    found: list[str | LinkWindow] = []
    for number, item in enumerate(values):
        place = (*at, number) if isinstance(value, list) else at
        link = _window(file, place, item, split) if isinstance(item, dict) else _field(file, place, item)
        if link in found:
            file.fail(place, f'link "{link}" stands twice.', "Remove one of them.")
        if found and isinstance(found[-1], LinkWindow) and isinstance(link, str):
            file.fail(
                place,
                f'link "{link}" stands after a window.',
                "Put what names an outcome first: a window takes whatever call is near.",
            )
        found.append(link)
    return tuple(found)


def _field(file: Reader, at: KeyPath, value: Any) -> str:
    link = file.text(at, value)
    if link not in LINKS and not (link.startswith("tags") and tag_paths(link)):
        close = difflib.get_close_matches(link, LINKS, n=1)
        meant = f'Did you mean "{close[0]}"? ' if close else ""
        known = f"{meant}Known: {', '.join(sorted((*LINKS, 'tags.<key>')))}, window."
        file.fail(at, f'"{link}" links no outcome to calls.', known)
    return link


def _window(file: Reader, at: KeyPath, value: dict[str, Any], split: str | None) -> LinkWindow:
    file.keys(at, value, ("window", "same"), ("window",))
    hours = hours_of(file, (*at, "window"), value["window"])
    given = value.get("same")
    names = given if isinstance(given, list) else [] if given is None else [given]
    same = tuple(file.text((*at, "same"), name) for name in names)
    for name in same:
        if name not in SAME and not (name.startswith("tags") and tag_paths(name)):
            file.fail(
                (*at, "same"),
                f'"{name}" is no field that calls and outcomes share.',
                f"Known: {', '.join(SAME)}, tags.<key>.",
            )
    if split in _TO_MANY and not same:
        file.fail(
            at,
            f"split: {split} of a window without same is over every outcome of its hours.",
            "Add same: user_id or another field that both carry, or write split: first or last.",
        )
    return LinkWindow(hours, same)


def _refuse_two_ways(file: Reader, at: KeyPath, link: OutcomeLink, earlier: list[OutcomeLink]) -> None:
    for other in earlier:
        ways = [(one.split, one.half_life_hours) for one in (link, other)]
        if other.workflow == link.workflow and ways[0] != ways[1]:
            file.fail(
                at,
                f'outcomes "{other.kind}" and "{link.kind}" of "{link.workflow}" split calls in two ways.',
                "They share their calls: state the same split (and half_life) for both, or for neither.",
            )
