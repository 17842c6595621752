"""Which files are in the ledger already, told by their digests and, at once, by their sizes."""

from __future__ import annotations

from collections.abc import Sequence

from finops_ai.importers.sources import (
    BackgroundDigest,
    Digest,
    SourceFile,
    digest,
    digest_in_background,
    own_name,
)
from finops_ai.ledger import Ledger

BACKGROUND_MIN_BYTES = 32 << 20


class KnownFiles:
    """The files of the ledger and those that this run has opened.

    `names` are those of all files, known or of this run, without their folders.
    """

    def __init__(self, ledger: Ledger, sources: Sequence[SourceFile], *, retry: bool = False) -> None:
        """`retry`: a file of which some record was rejected counts as not known."""
        paths = ledger.rows("SELECT DISTINCT path FROM imported_file")
        self.names = {own_name(path) for (path,) in paths} | {own_name(each.display) for each in sources}
        rows = ledger.rows(
            "SELECT sha256, importer, bytes, "
            "EXISTS (FROM reject WHERE reject.file_id = imported_file.file_id) FROM imported_file"
        )
        # A file that was tried again is recorded again, and only its newest reading holds its refusals.
        self._rejected = {sha256 for sha256, _, _, rejected in rows if rejected}
        self._importers: dict[str, str | None] = {
            sha256: importer for sha256, importer, *_ in rows if not (retry and sha256 in self._rejected)
        }
        self._sizes: set[int] = {size for _, _, size, _ in rows}
        self._being_hashed: list[BackgroundDigest] = []
        self.asked = 0

    def digest(self, source: SourceFile) -> Digest | BackgroundDigest:
        """The digest of `source`; of a large one whose size no known file has, taken in the background.

        Each call counts in `asked`, which so is a number of the file's own within this run.
        """
        self.asked += 1
        is_large = source.size_bytes >= BACKGROUND_MIN_BYTES
        if is_large and source.size_bytes not in self._sizes and not source.gzipped:
            return digest_in_background(source)
        return digest(source)

    def note(self, found: Digest | BackgroundDigest) -> tuple[str | None, str] | None:
        """(importer, what to say) when the bytes are known; None when they are new."""
        if isinstance(found, BackgroundDigest):
            return None  # no known file has its size
        for each in self._being_hashed:
            self._importers[each.sha256] = None
        self._being_hashed.clear()
        if found.sha256 not in self._importers:
            return None
        importer = self._importers[found.sha256]
        if importer is None:
            return None, "the same bytes as another file of this run"
        if found.sha256 in self._rejected:
            return importer, "the same bytes were imported before; `finops-ai rejects` lists what was refused"
        return importer, "the same bytes were imported before"

    def add(self, source: SourceFile, found: Digest | BackgroundDigest) -> None:
        """Remember a file that is about to be loaded."""
        self._sizes.add(source.size_bytes)
        if isinstance(found, BackgroundDigest):
            self._being_hashed.append(found)
        else:
            self._importers[found.sha256] = None
