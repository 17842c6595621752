"""Writes docs/waste.md: every detector as the header of its `.sql` file tells of it, and how one is added.

Run it after changing detectors: make docs. The table of precision and recall stands between two marks and is
kept: `python benchmarks/detectors.py --write docs/waste.md` makes it.
"""

from __future__ import annotations

import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from finops_ai.attribution.waste import Detector, load_detectors  # noqa: E402 - the path comes first

PAGE = REPOSITORY / "docs" / "waste.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
HEAD = """\
# Waste

`finops-ai waste` looks through a month's calls for money at stake. Logs hold no prompts, so a detector works like a
careful analyst: from token counts, times, sessions, users, keys, models, tiers, status and latency, and from the bill,
the outcomes and `finops.yaml` beside them. It says nothing where chance or an ordinary workload would look the same.
This page is made from the headers of the detectors by `make docs`.

- **At stake** is what a finding claims by itself: the part of its calls' cost that a better way would not have cost.
  It is an estimate. Calls cost their contract rate, else their list price; where the provider's bill tells what it
  charges for logged calls, times that share (`estimated, as billed`), else as they are (`estimated, as priced`). Idle
  capacity alone is billed money.
- **Counted** is the part of it in the total. Money that two detectors claim is counted once: of each kind of cost of
  a call (input, cache read, cache write, output) the largest claim counts, and it is credited in the order of the
  table below, a later detector getting only what it claims above all before it. So the total is never more than
  the calls cost.
- A call without a price has no money: it is listed and counted as a call, never as 0.
- A detector whose data is not there is not run, and the answer says so: without outcomes nobody can tell that a
  workflow has none.
- Nothing is stored. All of it is computed when asked, by one SQL statement a detector.

## How often they are right

Labelled logs of 100,000 calls are made from seeds that were never used while the detectors were tuned, of two kinds: a
company (`benchmarks/waste_labelled.py`) with planted waste beside clean traffic that looks like it (retries that stop,
cached sessions that grow, templates whose sizes repeat, hard questions that deserve thought, routers and escalations, peaks
of real users, steady services with outcomes, prompts just below a price band), and workflows drawn at random
(`benchmarks/waste_mixed.py`) with waste planted among their own calls. It goes through `ingest` and `attribute` like any log. Precision is the
share of what was claimed that was planted, recall the share of what was planted that was claimed; first of calls,
then of instances (a session, job or workflow). `worst` is the worst of these figures in any single seed. The same
program made the log and knows what waste looks like, so a log of yours will be less kind: judge it with
`python benchmarks/detectors.py --folder FOLDER`.

"""
TAIL = """\
## Limits of your own

Every limit above can be set in `finops.yaml`; `off` turns a detector off. The models that a workflow may use are named
with the workflow.

```yaml
workflows:
  ticket-labels:
    models: [gpt-5-mini*, gpt-5-nano*]      # names or globs, of the log or of the price list
waste:
  retry_storm: {min_calls: 6}
  flat_line: off
```

## A detector of your own

A detector is one `.sql` file: a header of comments and one SELECT. Name it in `finops.yaml` below `detectors:`; it stands in the
folder of `finops.yaml` or below. Its findings stand among all others, and its money is counted in the place that `rank` gives it.

```sql
-- detector: long_answer
-- title: Answers longer than anyone reads
-- rank: 500
-- finds: Answers of a workflow with more than `max_answer_tokens` tokens.
-- money: What these answers cost.
-- needs: workflows
-- advice: Ask for shorter answers, and limit their tokens in the request.
-- confidence: medium: some long answers are wanted.
-- parameter: max_answer_tokens = 4000 | tokens of an answer, at most
SELECT
    'workflow' AS subject_kind,
    workflow AS subject,
    call_id,
    output_cost,
    'medium' AS confidence
FROM waste_call
WHERE workflow IS NOT NULL AND answer_tokens > $max_answer_tokens
```

```yaml
version: 1
workflows: {claims: {}}
rules:
  - {workflow: claims, when: {provider: openai}}
detectors: [detectors/long_answer.sql]
waste:
  long_answer: {max_answer_tokens: 1000}
```

```text
$ finops-ai waste --detector long_answer
2026-10: 1 finding. At stake (estimated): 0.02 USD of 0.05 that calls and
commitments cost.

By detector, USD
detector     findings  calls  at stake  counted
-----------------------------------------------
long_answer         1      1      0.02     0.02

Findings, USD
workflow  detector     what    calls  at stake  counted  sure
---------------------------------------------------------------
claims    long_answer  claims      1      0.02     0.02  medium
```

| header line | meaning |
|---|---|
| `detector` | its name: small letters and `_`, none that finops-ai has |
| `title`, `finds`, `money`, `advice` | what `waste` and `waste --list` print |
| `rank` | its place in line: of money that two detectors claim, the lower one is counted first (shipped: 10 to 150) |
| `needs` | `calls`, `sessions`, `outcomes`, `reasoning`, `workflows`, `policies` or `commitments`: without them it is not run, and the answer says so |
| `confidence` | when a finding is high, medium or low |
| `parameter` | a limit: `name = 4 \\| what it is for`, a whole number that stands as `$name` in the SELECT and that `waste:` in `finops.yaml` may set |

The SELECT gives one row a call: `subject_kind` (session, key, user, model or workflow), `subject`, `call_id`, `confidence` (high, medium or
low) and what of `input_cost`, `cache_read_cost`, `cache_write_cost` and `output_cost` is at stake; what it leaves out is 0. It can only read: of the
ledger, and no file. A call that is claimed twice, or for more than it cost, is refused with exit code 2, as is a statement that
the database does not take, with its file and line.

## A detector in this repository

One `.sql` file in `finops_ai/attribution/detectors/` and one folder in `tests/detectors/`, both with the detector's name.
The header above the statement is what this page and `finops-ai waste --list` show; `finops_ai/attribution/waste/contract.py`
lists its keys. Here the statement inserts into `waste_claim`, with `detector`, `subject_kind`, `subject`, `call_id`, `confidence`
and the part of `input_cost`, `cache_read_cost`, `cache_write_cost` and `output_cost` that is at stake, each call once at most;
a claim of 0 lists the call as evidence. It may read

| table | one row per |
|---|---|
| `waste_call` | call of the month that counts: workflow, thread (session or trace), actor, tokens, cost per kind, list prices (of its band, of short prompts, of the batch tier) |
| `waste_outcome` | outcome up to the end of the month, with its workflow |
| `waste_linked` | workflow that `finops.yaml` names an outcome of |
| `waste_policy` | workflow and pattern of a model that it may use |

and every table of the ledger. `waste_saved(cost, tokens, unit_price, level)` is what a cost is above another unit price,
`waste_scaled(amount, level)` an amount at what the provider charges of its list price.

The folder holds `calls.csv` with the waste and with calls that nearly are, `finops.yaml` (with smaller limits, so that the log stays
short), and `findings.csv`, worked out by hand. The tests of `tests/detectors/test_detectors.py` then hold for it without being
told: each call claimed once, for no more than it cost, money of several detectors counted once, every limit used, the same answer twice.
Plant it in `benchmarks/waste_labelled.py`, too.
"""


def page(figures: str) -> str:
    """The whole page, with the table of figures as it stands."""
    rows = "\n".join(
        f"| [`{each.name}`](#{each.name}) | {each.title} | {each.needs} |" for each in load_detectors()
    )
    table = f"## The detectors\n\n| detector | what it finds | needs |\n|---|---|---|\n{rows}\n"
    sections = "\n".join(_section(each) for each in load_detectors())
    return f"{HEAD}{BEGIN}{figures}{END}\n\n{table}\n{sections}\n{TAIL}"


def _section(each: Detector) -> str:
    lines = [f"### {each.name}", "", f"{each.title}. {each.finds}", "", f"- At stake: {each.money}"]
    lines += [f"- Confidence: {each.confidence}", f"- What to do: {each.advice}"]
    if each.parameters:
        lines += ["", "| limit | default | what it is for |", "|---|---:|---|"]
        lines += [f"| `{limit.name}` | {limit.default:,} | {limit.text} |" for limit in each.parameters]
    return "\n".join([*lines, ""])


def figures_in(text: str) -> str:
    """The table of a page that stands already."""
    return text.partition(BEGIN)[2].partition(END)[0] or "\n"


if __name__ == "__main__":
    PAGE.write_text(
        page(figures_in(PAGE.read_text(encoding="utf-8") if PAGE.exists() else "")), encoding="utf-8"
    )
