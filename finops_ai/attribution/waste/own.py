"""Users' own detectors: one SELECT in a file of theirs, which claims nothing that it may not.

The statement is run as a relation (so that it can only read) on a connection that
reaches no file, and what it gives is held against the calls before it counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from finops_ai.attribution.waste.contract import Detector, load_detectors, parse_detector
from finops_ai.errors import ConfigError
from finops_ai.ledger import DatabaseError, Ledger, sole_statement

_ROOM = "attribution.waste"
_NAME = re.compile(r"[a-z][a-z_]*\Z")
_GUIDE = "docs/waste.md says what a detector of your own may use."
_NEEDED = ("subject_kind", "subject", "call_id", "confidence")
_COSTS = ("input_cost", "cache_read_cost", "cache_write_cost", "output_cost")
_LINE = re.compile(r"\nLINE (\d+):")


def all_detectors(own: Sequence[Path]) -> tuple[Detector, ...]:
    """Every shipped detector and those in the files `own`, by rank; ConfigError for one that is none."""
    found = list(load_detectors())
    origins = {each.name: "finops-ai" for each in found}
    for path in own:
        detector = _read(path)
        if detector.name in origins:
            raise ConfigError(
                f'{path.name}: the detector name "{detector.name}" is taken by {origins[detector.name]}.',
                hint='Change "-- detector:" in your file.',
            )
        origins[detector.name] = path.name
        found.append(detector)
    return tuple(sorted(found, key=lambda each: (each.rank, each.name)))


def claim(ledger: Ledger, detector: Detector, parameters: dict[str, object]) -> None:
    """Run a detector of the user's own and add what it claims to waste_claim.

    ConfigError names the file, and the line where the statement is refused.
    """
    try:
        ledger.execute(
            f"CREATE OR REPLACE TEMP TABLE waste_own AS SELECT * FROM (\n{detector.statement}\n) AS own",
            parameters,
        )
    except DatabaseError as error:
        raise _refused(detector, str(error)) from error
    _check_columns(ledger, detector)
    ledger.run(_ROOM, "own_claim.sql", {"detector": detector.name})
    wrong = ledger.run(_ROOM, "own_wrong.sql", {"detector": detector.name}).fetchall()
    if wrong:
        call, reason = wrong[0]
        raise ConfigError(f"{detector.origin}: call {call} {reason}.", hint=_GUIDE)
    ledger.execute("DROP TABLE waste_own")


def _read(path: Path) -> Detector:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path}: the detector cannot be read: {error.strerror}.",
            hint="Correct `detectors:` in finops.yaml.",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name}: is not UTF-8 text.", hint="Save the file as UTF-8.") from error
    found = parse_detector(text, path.name)
    statement = sole_statement(found.statement)
    if statement is None:
        raise ConfigError(f"{path.name}: holds more than one statement.", hint="Keep the SELECT alone.")
    if not _NAME.match(found.name):
        raise ConfigError(
            f'{path.name}: "{found.name}" is no name of a detector.', hint="Write small letters and _."
        )
    if not statement:
        raise ConfigError(f"{path.name}: there is no SELECT below the header.", hint=_GUIDE)
    unused = [each.name for each in found.parameters if not re.search(rf"\${each.name}\b", statement)]
    if unused:
        raise ConfigError(
            f"{path.name}: the SELECT does not use the parameter {unused[0]}.",
            hint=f"Write ${unused[0]} where it counts, or remove its header.",
        )
    return replace(found, statement=statement, is_own=True)


def _refused(detector: Detector, text: str) -> ConfigError:
    """The error for a SELECT that the database refuses, at the line of its own file."""
    reason = " ".join(text.strip().split("\n\n")[0].splitlines()).partition("Error: ")[2] or text
    found = _LINE.search(text)
    # The SELECT begins on the second line of what is run.
    place = "" if found is None else f", line {max(int(found[1]) - 2, 0) + detector.statement_line}"
    return ConfigError(f"{detector.origin}{place}: the SELECT is refused: {reason}", hint=_GUIDE)


def _check_columns(ledger: Ledger, detector: Detector) -> None:
    names = [row[0] for row in ledger.rows("DESCRIBE waste_own")]
    strange = [name for name in names if name not in (*_NEEDED, *_COSTS)]
    if strange:
        raise ConfigError(
            f'{detector.origin}: the SELECT names a column "{strange[0]}", which a claim does not have.',
            hint=f"Columns: {', '.join((*_NEEDED, *_COSTS))}.",
        )
    lacking = [name for name in _NEEDED if name not in names]
    if lacking:
        raise ConfigError(f"{detector.origin}: the SELECT lacks {', '.join(lacking)}.", hint=_GUIDE)
    for name in _COSTS:
        if name not in names:
            ledger.execute(f"ALTER TABLE waste_own ADD COLUMN {name} DECIMAL(38,15) DEFAULT 0")
