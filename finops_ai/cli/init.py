"""`finops-ai init`: looks at what is there and writes a commented finops.yaml to start from."""

from __future__ import annotations

import shlex
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from finops_ai.cli import screen
from finops_ai.cli.text import counted, visible
from finops_ai.config import CONFIG_NAME
from finops_ai.errors import ConfigError, DeliveryError, InputError
from finops_ai.importers import find_sources, load_registry, read_head

_SKIPPED = {"node_modules", "venv", "site-packages", "__pycache__"}
_EXAMPLES_MAX = 3

_TEMPLATE = """\
# What finops-ai cannot know by itself. Every setting: docs/configuration.md.
version: 1
ledger: finops.duckdb
reporting_currency: USD
{found}
# Who owns each AI workflow, and where finance books it.
workflows: {{}}
#  support-triage:
#    owner: maria.lopez
#    team: support
#    department: Customer Care
#    cost_centre: CC-110
#    gl_code: "6420"
#    product: Help Desk       # workflows of one product are listed together
#    models: [gpt-5-mini*]    # what it may use: `finops-ai waste` names calls of other models

# From calls and charges to workflows: the first rule whose fields all match wins. What no rule
# matches is never spread over the others: it is reported as a gap.
# A pattern is exact text, a glob (team-*) or a regular expression (re:team-[0-9]+).
rules: []
#  - workflow: support-triage
#    when: {{tags.workflow: support-triage}}
#  - workflow: support-triage
#    when: {{api_key_id: key-support-*}}
#    from: 2026-01-01        # inclusive
#    until: 2027-01-01       # exclusive

# What the work achieved, and how an outcome finds its calls: by session_id, trace_id, request_id
# or tags.<key> (compared with the outcome's own tag of that name, else with its id).
outcomes: []
#  - {{kind: ticket_resolved, workflow: support-triage, link: tags.ticket_id}}

# Charges that several workflows share, split by tokens, calls, direct_cost, even or weights.
pools: []
#  - name: vector-search
#    when: {{service_name: VectorHub*}}
#    split: {{by: direct_cost, receivers: [support-triage]}}

# What may be spent in a month. `finops-ai budget check` raises an alert at 70, 90 and 100% of it.
budgets: []
#  - {{total: true, cost: "2500"}}
#  - {{workflow: support-triage, cost: "900", tokens: 80000000}}

# What outcomes are worth, where their files do not say: `finops-ai roi` sets it beside the cost.
value: {{}}
#  hourly_cost: "52.00"
#  outcomes:
#    ticket_resolved: {{human_minutes: 12, review_minutes: "1.5"}}

# Your own file formats, one .sql file each: docs/importers.md.
importers: []
"""


def write_config(folder: Path, *, force: bool) -> None:
    """Write finops.yaml into `folder` and print what was found and what to do next.

    ConfigError when there is one already and `force` is not given, or no such folder.
    """
    if not folder.is_dir():
        raise ConfigError(
            f"{folder}: there is no such folder.", hint="Name the folder that holds your files."
        )
    target = folder / CONFIG_NAME
    if target.exists() and not force:
        raise ConfigError(f"{target}: is there already.", hint="Edit it, or overwrite it with --force.")
    found, unknown = _recognised(folder)
    _write(target, _TEMPLATE.format(found=_comments(found, folder)))
    screen.write(_next_steps(target, found, unknown, folder))


def _recognised(folder: Path) -> tuple[dict[str, list[Path]], int]:
    """The files of each known format below `folder`, and how many files no importer knows."""
    registry = load_registry(())
    found: dict[str, list[Path]] = defaultdict(list)
    unknown = 0
    with tempfile.TemporaryDirectory(prefix="finops-ai-") as workdir:
        try:
            sources = find_sources([folder], workdir=Path(workdir))
        except InputError:
            return {}, 0
        for source in sources:
            path = Path(source.display.split("!")[0])
            below = path.relative_to(folder).parts
            if any(part in _SKIPPED or part.startswith(".") for part in below):
                continue
            try:
                importer = registry.recognise(read_head(source))
            except InputError:
                unknown += 1
                continue
            found[f"{importer.name} ({importer.feeds})"].append(path)
    return dict(sorted(found.items())), unknown


def _comments(found: Mapping[str, Sequence[Path]], folder: Path) -> str:
    lines = [
        f"#   {name}: {counted(len(paths), 'file')}, for example {_below(paths[0], folder)}"
        for name, paths in found.items()
    ]
    return "\n".join(["", "# Found here:", *lines, ""]) if lines else ""


def _below(path: Path, folder: Path) -> str:
    return visible(str(path.relative_to(folder)))


def _next_steps(target: Path, found: Mapping[str, Sequence[Path]], unknown: int, folder: Path) -> str:
    lines = [f"wrote {visible(str(target))}"]
    for name, paths in found.items():
        examples = ", ".join(_below(path, folder) for path in paths[:_EXAMPLES_MAX])
        more = f" and {len(paths) - _EXAMPLES_MAX} more" if len(paths) > _EXAMPLES_MAX else ""
        lines.append(f"  {name}: {examples}{more}")
    if unknown:
        lines.append(f"  {counted(unknown, 'file')} in no known format (see `finops-ai importers`)")
    if not found:
        lines.append("  no bill, token log or outcome file found here (see `finops-ai importers`)")
    tops = sorted({path.relative_to(folder).parts[0] for paths in found.values() for path in paths})
    named = " ".join(visible(shlex.quote(f"./{top}" if top.startswith("-") else top)) for top in tops)
    # The ledger and the names of the files are those of the folder, so the commands are to be run there.
    there = "" if folder.resolve() == Path.cwd() else f"cd {visible(shlex.quote(str(folder)))} && "
    lines += [
        "Next:",
        f"  1. {there}finops-ai ingest {named or 'PATH...'}",
        f"  2. register your workflows and rules in {CONFIG_NAME}",
        "  3. finops-ai attribute",
        "  4. finops-ai report --out out",
    ]
    return "\n".join(lines) + "\n"


def _write(target: Path, text: str) -> None:
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DeliveryError(
            f"{target}: cannot be written: {error.strerror}.", hint="Choose a folder that you may write to."
        ) from error
