"""Puts a report's files into a folder: each one whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from finops_ai.errors import DeliveryError

_HINT = "Nothing else was changed there. Free space or choose another folder with --out, then run it again."


def write_report(files: Mapping[str, str], out_dir: Path) -> list[Path]:
    """Write every file (name -> text) into `out_dir`, made when it is absent; mode 0600.

    All texts are first written beside their targets and fsynced, then renamed, so that a full disk
    leaves the last report as it was. Raises DeliveryError naming the path and the reason.
    """
    _make_folder(out_dir)
    staged: list[tuple[Path, Path]] = []
    try:
        for name in sorted(files):
            target = out_dir / name
            temporary = out_dir / f".{name}.{os.getpid()}.new"
            staged.append((temporary, target))
            _write_whole(temporary, files[name])
        for temporary, target in staged:
            temporary.replace(target)
        _sync_folder(out_dir)
    except OSError as error:
        # The temporary names are ours: what stands in the way is a target, or the folder itself.
        raise _failed(Path(error.filename2 or out_dir), error) from error
    finally:
        for temporary, _ in staged:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    return [target for _, target in staged]


def _make_folder(out_dir: Path) -> None:
    if out_dir.exists() and not out_dir.is_dir():
        raise DeliveryError(f"{out_dir}: is a file, not a folder.", hint="Choose another folder with --out.")
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _failed(out_dir, error) from error


def _write_whole(path: Path, text: str) -> None:
    # O_EXCL: a link that somebody left under the temporary name is never followed.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(path: Path, error: OSError) -> DeliveryError:
    reason = error.strerror or str(error)
    return DeliveryError(f"{path}: the report cannot be written: {reason}.", hint=_HINT)
