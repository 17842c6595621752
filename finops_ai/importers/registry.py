"""Which importers there are, and which one of them recognises a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path

from finops_ai.errors import ConfigError, InputError
from finops_ai.importers.contract import Importer, parse_importer, read_importer
from finops_ai.importers.heads import Head

ENTRY_POINT_GROUP = "finops_ai.importers"


@dataclass(frozen=True)
class Registry:
    """The importers in force: shipped ones, installed ones, and those named in finops.yaml."""

    importers: tuple[Importer, ...]

    def recognise(self, head: Head) -> Importer:
        """The one importer whose columns the file has; InputError when there is none or several."""
        fitting = _most_specific([importer for importer in self.importers if head.fits(importer)])
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            names = ", ".join(f"{importer.name} ({importer.origin})" for importer in fitting)
            raise InputError(
                f"{head.display}: more than one importer recognises it: {names}.",
                hint='Give your importer a column in "recognised by" that the other format lacks.',
            )
        raise InputError(
            f"{head.display}: no importer knows this format. {head.summary()}{self._nearest(head)}",
            hint="`finops-ai importers` lists the formats. For your own columns write an importer: "
            "docs/importers.md.",
        )

    def _nearest(self, head: Head) -> str:
        """What the file lacks to be the format that it resembles most, if it resembles any."""
        lacks = {
            importer.name: head.lacks(importer) for importer in self.importers if head.kind in importer.reads
        }
        known = {importer.name: len(importer.recognised_by) for importer in self.importers}
        near = [name for name, missing in lacks.items() if 2 * len(missing) < known[name]]
        if not near:
            return ""
        name = min(near, key=lambda name: (len(lacks[name]), name))
        return f" It resembles {name}, but lacks: {', '.join(lacks[name])}."


def load_registry(config_importers: Sequence[Path] = ()) -> Registry:
    """Every `.sql` file of this package, of installed plug-ins, and of `config_importers`."""
    found = [
        parse_importer(entry.read_text(encoding="utf-8"), entry.name)
        for package in (*_shipped_folders(), *_plugin_folders())
        for entry in sorted(package.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".sql")
    ]
    found += [read_importer(path) for path in config_importers]
    origins: dict[str, str] = {}
    for importer in found:
        other = origins.get(importer.name)
        if other is not None:
            raise ConfigError(
                f'{importer.origin}: the importer name "{importer.name}" is taken by {other}.',
                hint='Change "-- importer:" in your file.',
            )
        origins[importer.name] = importer.origin
    return Registry(tuple(found))


def _most_specific(fitting: list[Importer]) -> list[Importer]:
    """Of formats where one is known by all columns of another and more, the one that is known by more."""

    def spelled(importer: Importer) -> set[str]:
        return {spelling for column in importer.recognised_by for spelling in column.spellings}

    return [
        importer for importer in fitting if not any(spelled(importer) < spelled(other) for other in fitting)
    ]


def _shipped_folders() -> list[resources.abc.Traversable]:
    room = resources.files("finops_ai.importers")
    return [room / folder for folder in ("bills", "logs", "outcomes")]


def _plugin_folders() -> list[resources.abc.Traversable]:
    points = metadata.entry_points(group=ENTRY_POINT_GROUP)
    return [resources.files(point.value) for point in sorted(points, key=lambda point: point.name)]
