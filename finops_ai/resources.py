"""Where the shipped data stands: in the installed package, else in the repository."""

from __future__ import annotations

from pathlib import Path

from finops_ai.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """The shipped folder `folder`: ``pricing`` or ``samples``. ConfigError when it is missing."""
    for candidate in (_PACKAGE / "_shipped" / folder, _PACKAGE.parent / folder):
        if candidate.is_dir():
            return candidate
    raise ConfigError(f'The shipped folder "{folder}" is missing.', hint="Reinstall finops-ai.")
