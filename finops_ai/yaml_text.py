"""Reading YAML without its surprises, keeping the line of every key and item.

A plain value is one of four things: null, true or false, a whole number, or text. So `no`
is text, `010` is text, `1:30` is text, and money keeps every digit because it never becomes a
float. Anchors, aliases, tags and repeated keys are refused: each lets a file mean something
else than it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from finops_ai.errors import ConfigError

SIZE_MAX_BYTES = 1_000_000
DEPTH_MAX = 20

KeyPath = tuple[str | int, ...]

# Longer digit runs stay text: an account number is no quantity, and int() refuses very long ones.
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})\Z", re.ASCII)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Lines(dict[KeyPath, int]):
    """The 1-based line of each mapping key and sequence item, keyed by its path.

    ``lines[("rules", 0, "when")]`` is the line of that key; ``lines[()]`` is where the file starts.
    """

    def near(self, path: KeyPath) -> int:
        """The line of `path`, else of its nearest parent: where a missing key belongs."""
        while path and path not in self:
            path = path[:-1]
        return self.get(path, 1)


def read_yaml(path: Path) -> tuple[dict[str, Any], Lines]:
    """The mapping in file `path`, and where each part of it stands; an empty file is ``{}``.

    Raises ConfigError (``file, line N: what. hint``) for anything but plain YAML of at most
    1 MB and 20 levels.
    """
    text = _text_of(path)
    builder = _Builder(path)
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        what = f"is not valid YAML: {error.problem or error.context}."
        line = 1 if mark is None else mark.line + 1
        raise problem_at(path, line, what, hint="Check the indentation and quotes.") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise problem_at(
            path, line, "has a character that YAML does not allow.", hint="Save the file as plain UTF-8 text."
        ) from error
    value = {} if builder.value is None else builder.value
    if not isinstance(value, dict):
        raise problem_at(path, 1, "is not a mapping.", hint='Start with a line such as "key: value".')
    return value, builder.lines


def written_yaml(value: object) -> str:
    """`value` as lines of YAML, as they go into a file by hand."""
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10**6).strip()


def problem_at(path: Path, line: int, what: str, *, hint: str = "") -> ConfigError:
    """The error ``path, line N: what`` with its hint, ready to be raised."""
    return ConfigError(f"{path}, line {line}: {what}", hint=hint)


def _text_of(path: Path) -> str:
    try:
        size_bytes = path.stat().st_size
        raw = path.read_bytes() if size_bytes <= SIZE_MAX_BYTES else b""
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}.", hint="Check the path and its rights."
        ) from error
    if size_bytes > SIZE_MAX_BYTES:
        raise ConfigError(f"{path}: has {size_bytes:,} bytes, more than 1 MB.", hint="Split the file.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise problem_at(path, line, "is not UTF-8 text.", hint="Save the file as UTF-8.") from error


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)


class _Builder:
    """Builds the value from parse events without recursion, noting lines on the way."""

    def __init__(self, path: Path) -> None:
        self.value: Any = None
        self.lines = Lines({(): 1})
        self._path = path
        self._open: list[dict[str, Any] | list[Any]] = []
        self._at: list[str | int] = []
        self._key: str | None = None
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Use the next parse event; ConfigError when it is something this reader refuses."""
        mark: Any = event.start_mark
        line = mark.line + 1
        self._refuse_extras(event, line)
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._start({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)

    def _refuse_extras(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._problem(line, 'holds a second document ("---").', "Keep one document a file.")
        if isinstance(event, yaml.AliasEvent):
            raise self._problem(line, f'"*{event.anchor}" is an alias.', "Write the value out.")
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise self._problem(
                line, f'"&{event.anchor}" is an anchor.', "Write the value out where it is needed."
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise self._problem(
                line, f'"{tag}" is a tag.', "Remove it: values are text, numbers, true, false or null."
            )

    def _start(self, container: dict[str, Any] | list[Any], line: int) -> None:
        if len(self._open) == DEPTH_MAX:
            raise self._problem(line, f"is nested deeper than {DEPTH_MAX} levels.", "Flatten it.")
        parent = self._open[-1] if self._open else None
        if isinstance(parent, dict) and self._key is None:
            raise self._problem(line, "has a key that is no text.", "Write keys as plain words.")
        step = self._step(line)
        self._put(container)
        self._open.append(container)
        if step is not None:
            self._at.append(step)

    def _end(self) -> None:
        self._open.pop()
        if self._at:
            self._at.pop()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        parent = self._open[-1] if self._open else None
        if isinstance(parent, dict) and self._key is None:
            self._take_key(parent, event.value, line)
            return
        self._step(line)
        self._put(_resolved(event))

    def _take_key(self, parent: dict[str, Any], key: str, line: int) -> None:
        path = (*self._at, key)
        if key in parent:
            raise self._problem(
                line,
                f'key "{key}" stands twice; the first is on line {self.lines[path]}.',
                "Remove one of them.",
            )
        self._key = key
        self.lines[path] = line

    def _step(self, line: int) -> str | int | None:
        """The last step of the path of the value that comes now; items get their line here."""
        if not self._open:
            self.lines[()] = line
            return None
        parent = self._open[-1]
        if isinstance(parent, list):
            self.lines[(*self._at, len(parent))] = line
            return len(parent)
        return self._key

    def _put(self, value: Any) -> None:
        if not self._open:
            self.value = value
            return
        parent = self._open[-1]
        if isinstance(parent, list):
            parent.append(value)
        else:
            assert self._key is not None
            parent[self._key] = value
            self._key = None

    def _problem(self, line: int, what: str, hint: str) -> ConfigError:
        return problem_at(self._path, line, what, hint=hint)


def _resolved(event: yaml.ScalarEvent) -> str | int | bool | None:
    text: str = event.value
    if not event.implicit[0]:
        return text  # quoted, or a block of text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE_NUMBER.match(text) else text
