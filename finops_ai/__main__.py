"""The command `finops-ai`: an early --version, a private umask, Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from finops_ai import __version__

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it (128 + SIGINT)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` (default: the process's own) and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--version"]:
        sys.stdout.write(f"finops-ai {__version__}\n")
        return 0
    # Bills and prompts are confidential: whatever is written is the user's alone.
    os.umask(0o077)
    try:
        from finops_ai.cli.run import run

        return run(given, __version__)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what was committed before stays, nothing is half in the ledger\n")
        return INTERRUPTED


def command() -> int:
    """Run the process's own command line; once that is done and said, Ctrl-C changes nothing."""
    code = main()
    # While Python closes, Ctrl-C would end the process without a word, as if the work were not done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return code


if __name__ == "__main__":
    sys.exit(command())
