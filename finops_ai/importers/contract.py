"""What an importer says about itself: the header of its `.sql` file.

    -- importer: acme_gateway
    -- title: Acme gateway, request log    what people call it
    -- tested on: documentation            what its test data came from
    -- feeds: token_usage                  charge, token_usage or outcome
    -- reads: csv, jsonl                   csv, parquet, jsonl or json
    -- source: acme                        who issued the rows' ids (default: the importer's name)
    -- recognised by: ts | time, id        columns that only this format has, other spellings behind |
    -- optional: team, tags                columns that some files lack; they read as NULL
    -- identity: row                       row: each row has an id; period: a bill replaces its month;
                                           days: a bill replaces the days that it covers
    -- views: acme_calls > acme_days       reports of one bill: the first one counts where several cover a day
    -- on repeat: keep                     keep, latest (of two deliveries, or <column>), or largest <column>
    -- money: cost                         raw column (or SQL over some) with the billed cost, `... in cents`
    -- nulls: NULL, None                   words that mean nothing is there (an empty cell always does)
    -- records: data[].results[] | rows[]  where the records stand in a JSON document
    -- ordered: yes                        the SELECT looks at the records before: file_number, record_number
    -- json: metadata                      columns that hold JSON, which the SELECT takes apart
    -- quirks: one line for people

The SELECT below the header reads `raw`, whose columns are text named as in `recognised by` and
`optional` (by the first of several spellings), passes `row_number` through, and names its columns
like the table that it feeds. A column `ignored_because` that is not NULL marks a record that is no
row of this feed; such records are counted, not stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from finops_ai.errors import ConfigError
from finops_ai.ledger import sole_statement

_HEADER_LINE = re.compile(r"-- ?([a-z ]+?):\s*(.*)\Z")
_HEADER_KEYS = frozenset(
    {
        "importer",
        "title",
        "tested on",
        "feeds",
        "reads",
        "source",
        "recognised by",
        "optional",
        "identity",
        "views",
        "on repeat",
        "money",
        "nulls",
        "records",
        "ordered",
        "json",
        "quirks",
    }
)
_FEEDS = ("charge", "token_usage", "outcome")
_ON_REPEAT = {("keep", False), ("latest", False), ("latest", True), ("largest", True)}
_READS = ("csv", "parquet", "jsonl", "json")


class Identity(StrEnum):
    """How a record is known again when it is delivered a second time."""

    ROW = "row"
    PERIOD = "period"
    DAYS = "days"


@dataclass(frozen=True)
class RawColumn:
    """A column of the files: the name that the SELECT uses, and how else files spell it."""

    name: str
    also: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name to look for, the SELECT's own first."""
        return (self.name, *self.also)


@dataclass(frozen=True)
class Importer:
    """One format: its header, parsed, and the SELECT that types it."""

    name: str
    title: str
    tested_on: str
    feeds: str
    reads: tuple[str, ...]
    source: str
    recognised_by: tuple[RawColumn, ...]
    optional: tuple[RawColumn, ...]
    identity: Identity
    views: tuple[str, ...]
    on_repeat: str
    grows_by: str | None
    money: str | None
    nulls: tuple[str, ...]
    records: tuple[str, ...]
    ordered: bool
    json: tuple[str, ...]
    quirks: tuple[str, ...]
    select: str
    origin: str
    select_line: int = 1

    @property
    def columns(self) -> tuple[RawColumn, ...]:
        """Every raw column the SELECT may name."""
        return (*self.recognised_by, *self.optional)

    def is_finer_than(self, other: str) -> bool | None:
        """Whether this view of a bill counts before importer `other`; None when they are no views of one."""
        if self.name == other or self.name not in self.views or other not in self.views:
            return None
        return self.views.index(self.name) < self.views.index(other)

    @property
    def is_nested(self) -> bool:
        """True when a record stands below others in a document, so that documents are taken apart."""
        return any(path != "[]" for path in self.records)


def parse_importer(text: str, origin: str) -> Importer:
    """The importer in `text`; ConfigError names `origin`, the line and what is wrong there."""
    fields: dict[str, str] = {}
    quirks: list[str] = []
    lines = text.splitlines() or [""]
    end = 0
    for end, line in enumerate(lines):
        if not line.startswith("--"):
            break
        match = _HEADER_LINE.match(line)
        if match is None:
            continue
        key, value = match[1].strip(), match[2].strip()
        if key not in _HEADER_KEYS:
            raise ConfigError(
                f'{origin}, line {end + 1}: "{key}" is not a header of an importer.',
                hint=f"Known headers: {', '.join(sorted(_HEADER_KEYS))}.",
            )
        if key == "quirks":
            quirks.append(value)
        else:
            fields[key] = value
    blank = next((number for number, line in enumerate(lines[end:]) if line.strip()), 0)
    select = _one_select("\n".join(lines[end:]).strip(), origin)
    return replace(_build(fields, tuple(quirks), select, origin), select_line=end + blank + 1)


def _one_select(text: str, origin: str) -> str:
    select = sole_statement(text)
    if select is None:
        raise ConfigError(f"{origin}: holds more than one statement.", hint="Keep the SELECT alone.")
    if not select:
        raise ConfigError(
            f"{origin}: there is no SELECT below the header.",
            hint="Write one that reads FROM raw: docs/importers.md.",
        )
    return select


def read_importer(path: Path) -> Importer:
    """The importer in the `.sql` file at `path`."""
    try:
        return parse_importer(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise ConfigError(
            f"{path}: the importer cannot be read: {error.strerror}.",
            hint="Correct `importers:` in finops.yaml.",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name}: is not UTF-8 text.", hint="Save the file as UTF-8.") from error


def _build(fields: dict[str, str], quirks: tuple[str, ...], select: str, origin: str) -> Importer:
    for key in ("importer", "feeds", "reads", "recognised by", "identity"):
        if not fields.get(key):
            raise ConfigError(f'{origin}: the header "{key}" is missing.', hint="See docs/importers.md.")
    feeds = fields["feeds"]
    reads = _words(fields["reads"])
    if feeds not in _FEEDS or not set(reads) <= set(_READS):
        raise ConfigError(
            f'{origin}: "feeds: {feeds}" with "reads: {fields["reads"]}" is not known.',
            hint=f"feeds is one of {', '.join(_FEEDS)}; reads are some of {', '.join(_READS)}.",
        )
    on_repeat, _, grows_by = fields.get("on repeat", "keep").partition(" ")
    if (on_repeat, bool(grows_by)) not in _ON_REPEAT:
        raise ConfigError(
            f'{origin}: "on repeat: {fields["on repeat"]}" is not known.',
            hint="Write keep, latest, latest <column> or largest <column>.",
        )
    if fields["identity"] not in set(Identity) or (fields["identity"] != "row") != (feeds == "charge"):
        raise ConfigError(
            f'{origin}: "identity: {fields["identity"]}" does not fit "feeds: {feeds}".',
            hint="Bills (charge) have identity period or days, usage and outcomes have identity row.",
        )
    return Importer(
        name=fields["importer"],
        title=fields.get("title", fields["importer"]),
        tested_on=fields.get("tested on", ""),
        feeds=feeds,
        reads=reads,
        source=fields.get("source", fields["importer"]),
        recognised_by=_raw_columns(fields["recognised by"]),
        optional=_raw_columns(fields.get("optional", "")),
        identity=Identity(fields["identity"]),
        views=_words(fields.get("views", ""), ">"),
        on_repeat=on_repeat,
        grows_by=grows_by or None,
        money=fields.get("money"),
        nulls=_words(fields.get("nulls", "")),
        records=_words(fields.get("records", ""), "|"),
        ordered=fields.get("ordered") == "yes",
        json=_words(fields.get("json", "")),
        quirks=quirks,
        select=select,
        origin=origin,
    )


def _raw_columns(text: str) -> tuple[RawColumn, ...]:
    spelled = [_words(word, "|") for word in _words(text)]
    return tuple(RawColumn(name, tuple(also)) for name, *also in spelled)


def _words(text: str, separator: str = ",") -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(separator) if word.strip())
