"""Runs one command line and turns every way it can end into text on stderr and an exit code."""

from __future__ import annotations

import re
import sys
import textwrap
import traceback

from typer.exceptions import TyperException

from finops_ai.cli.app import GLOBAL_OPTIONS, app
from finops_ai.cli.text import one_line
from finops_ai.errors import ExitCode, FinopsError

WIDTH = 80
_INTERRUPTED = 130
# What the database says of Ctrl-C when it comes while a query runs.
_INTERRUPTED_QUERY = ("Query interrupted", "INTERRUPT Error")
_TOO_LITTLE_MEMORY = (
    "the work does not fit into the memory that the database may use.",
    (
        "Allow more with `--memory-limit 4GB` before the command, or give it fewer files at a time. "
        "The ledger is as it was before the file that did not fit."
    ),
)
_HARD_SPACE = "\N{NO-BREAK SPACE}"


def run(arguments: list[str], version: str) -> int:
    """Run `arguments` and return the exit code; nothing but Ctrl-C is raised."""
    debug = "--debug" in arguments
    try:
        answer = app(arguments, prog_name="finops-ai", standalone_mode=False, obj=version)
    except FinopsError as error:
        _trace(debug)
        tell(error.message, error.hint)
        return int(error.exit_code)
    except TyperException as error:
        tell(*_usage(error))
        return int(ExitCode.USAGE)
    except Exception as error:
        if str(error).startswith(_INTERRUPTED_QUERY):
            raise KeyboardInterrupt from error
        _trace(debug)
        if type(error).__name__ == "OutOfMemoryException":  # the database's; its type would be a heavy import
            tell(*_TOO_LITTLE_MEMORY)
            return int(ExitCode.USAGE)
        tell(
            f"internal error: {type(error).__name__}: {error}; run with --debug for the traceback",
            "This is a fault of finops-ai. The ledger is as it was before: writes are all or nothing.",
        )
        return int(ExitCode.INTERNAL)
    if answer == _INTERRUPTED:
        raise KeyboardInterrupt
    return answer if isinstance(answer, int) else 0


def tell(message: str, hint: str) -> None:
    """Print ``error: message`` and, below it, the hint wrapped for 80 columns, on stderr."""
    sys.stderr.write(f"error: {one_line(message)}\n")
    # A command in backquotes is to be copied: it stays on one line.
    whole = re.sub("`[^`]*`", lambda quoted: quoted[0].replace(" ", _HARD_SPACE), one_line(hint))
    for line in textwrap.wrap(whole, WIDTH - 2, break_long_words=False, break_on_hyphens=False):
        sys.stderr.write(f"  {line.replace(_HARD_SPACE, ' ')}\n")


def _trace(debug: bool) -> None:
    if debug:
        traceback.print_exc()


def _usage(error: TyperException) -> tuple[str, str]:
    """The message and hint for a command line that the parser refuses."""
    if type(error).__name__ == "NoArgsIsHelpError":  # its message is the whole help, on one line
        return _without_command(error)
    message = error.format_message().replace("Value error, ", "")
    option = getattr(error, "option_name", None)
    if option in GLOBAL_OPTIONS:
        return message, f"{option} goes before the command: finops-ai {option} ... COMMAND."
    context = getattr(error, "ctx", None)
    path = "finops-ai" if context is None else context.command_path
    return message, f"See `{path} --help`."


def _without_command(error: TyperException) -> tuple[str, str]:
    """A group of commands that was called without one of them."""
    context = getattr(error, "ctx", None)
    path = "finops-ai" if context is None else context.command_path
    names = [] if context is None else list(context.command.list_commands(context))
    return f"{path}: names no command.", f"Choose one of {', '.join(names)}. See `{path} --help`."
