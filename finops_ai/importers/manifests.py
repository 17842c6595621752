"""Manifests that cloud exports lay beside their parts: they tell whether a delivery is whole.

AWS names the parts of a legacy report in `reportKeys` and those of a data export in `dataFiles`,
Azure in `blobs[].blobName`. A manifest holds no charges; its parts are imported like any file.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import PurePosixPath

from finops_ai.errors import InputError
from finops_ai.importers.heads import Head
from finops_ai.importers.sources import SourceFile, open_text_bytes

MANIFEST_MAX_BYTES = 16 << 20
_KEYS = ("reportKeys", "dataFiles", "blobs")
_LISTED_MAX = 5


def named_parts(source: SourceFile, head: Head) -> tuple[str, ...] | None:
    """The names of the files that a manifest lists, without folders; None when `source` is none."""
    is_json = head.kind in ("json", "jsonl") and source.size_bytes <= MANIFEST_MAX_BYTES
    if not is_json or not any(f'"{key}"' in head.start for key in _KEYS):
        return None
    try:
        document = json.loads(b"".join(open_text_bytes(source)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    listed = next((document[key] for key in _KEYS if key in document), None)
    if not isinstance(listed, list):
        return None
    names = [part.get("blobName") if isinstance(part, dict) else part for part in listed]
    return tuple(PurePosixPath(name).name for name in names if isinstance(name, str) and name)


def require_parts(source: SourceFile, named: Collection[str], present: Collection[str]) -> str:
    """What to say of a manifest whose parts are all here; InputError names those that are not."""
    missing = sorted(set(named) - set(present))
    if not missing:
        return f"a manifest: all of its {len(named)} parts are here"
    listed = ", ".join(missing[:_LISTED_MAX]) + (" and more" if len(missing) > _LISTED_MAX else "")
    raise InputError(
        f"{source.display}: names {len(named)} parts of a delivery, and {len(missing)} of them are not here: "
        f"{listed}.",
        hint="The parts that are here were imported. Fetch the others and ingest the folder again.",
    )
