"""The two files people open first: the samples' configuration and their README."""

from collections.abc import Mapping
from decimal import Decimal

CONFIG = """\
# Brightwater Insurance: which usage belongs to which workflow, and what it achieved.
version: 1
ledger: finops.duckdb
reporting_currency: USD

# Who owns each workflow and where finance books it.
workflows:
  support-triage:
    owner: maria.lopez
    team: support
    department: Customer Care
    cost_centre: CC-110
    gl_code: "6420"
  refund-agent:
    owner: jonas.weber
    team: support
    department: Customer Care
    cost_centre: CC-110
    gl_code: "6420"
  claims-intake:
    owner: priya.nair
    team: claims
    department: Claims
    cost_centre: CC-230
    gl_code: "6420"
  code-assistant:
    owner: tom.okafor
    team: engineering
    department: Technology
    cost_centre: CC-410
    gl_code: "6425"
    models: [claude-sonnet-*]     # what it may use: `finops-ai waste` names other models
  contract-review:
    owner: elena.rossi
    team: legal
    department: Legal
    cost_centre: CC-320
    gl_code: "6420"

# From usage to workflow: the first rule that matches wins. What no rule matches is not
# spread over the others; it is reported as a gap.
rules:
  - workflow: support-triage
    when: {tags.workflow: support-triage}
  - workflow: refund-agent
    when: {tags.workflow: refund-agent}
  - workflow: claims-intake
    when: {tags.workflow: claims-intake}
  - workflow: contract-review
    when: {api_key_id: key-contract-review}
  - workflow: code-assistant
    when: {source: claude_code}

# How a model call finds the outcome it worked for. `tags.ticket_id` is compared with the
# outcome's id, `session_id` with the outcome's session_id.
outcomes:
  - {kind: ticket_resolved, workflow: support-triage, link: tags.ticket_id}
  - {kind: refund_decided, workflow: refund-agent, link: tags.ticket_id}
  - {kind: claim_processed, workflow: claims-intake, link: session_id}
  - {kind: change_merged, workflow: code-assistant, link: session_id}
  - {kind: contract_reviewed, workflow: contract-review, link: tags.ticket_id}

# Shared charges that are no tokens: who pays, and in what proportion.
pools:
  - name: gateway            # the hosts of the LiteLLM gateway
    when: {service_name: AmazonEC2}
    split: {by: tokens}
  - name: vector-search      # vector database usage and its support seats
    when: {service_provider_name: VectorHub}
    split: {by: direct_cost, receivers: [support-triage, claims-intake]}
"""
VALUE = """\

# What the work would cost without AI, and what people still do: `finops-ai roi`. What an outcome is worth
# stands in the outcome files.
value:
  hourly_cost: "48.00"
  outcomes:
    ticket_resolved: {review_minutes: "0.5"}
    refund_decided: {review_minutes: "1"}
    claim_processed: {review_minutes: "2"}
    change_merged: {review_minutes: "20"}
    contract_reviewed: {review_minutes: "10"}
"""

_README = """\
# A company to try `finops-ai` on

Brightwater Insurance does not exist. These are its bills, token logs and business outcomes
from September 2025 to October 2026, in the providers' own formats, written by
`scripts/make_samples.py`. The same numbers come out on every machine.

```
cd samples
finops-ai ingest bills/ logs/ outcomes/
finops-ai attribute --month 2026-10
finops-ai report --month 2026-10 --out out/
```

| folder | what it is |
|---|---|
| `bills/openai` | OpenAI costs API pages, one per month |
| `bills/anthropic` | Anthropic cost reports, amounts in cents |
| `bills/aws` | AWS CUR 2.0: Bedrock tokens, the gateway's hosts, credits, tax |
| `bills/vectorhub` | FOCUS 1.2 from the vector database: usage, support seats, tax |
| `logs/litellm` | the LLM gateway's log, one record per call |
| `logs/claude_code` | session files of the coding assistant |
| `outcomes` | tickets, refunds, claims, changes and contracts, and how each ended |
| `finops.yaml` | the rules that tie the three together |

## The workflows

| workflow | runs on | its outcome |
|---|---|---|
| support-triage | Claude Sonnet 4.5 at Anthropic | a resolved ticket |
| refund-agent | GPT-5 mini at OpenAI, GPT-5.6 Luna from 15 July 2026 | a decided refund |
| claims-intake | Claude Haiku 4.5 on AWS Bedrock, from November 2025 | a processed claim |
| code-assistant | Claude Code on Sonnet and Haiku | a merged change |
| contract-review | Claude Haiku 4.5 at Anthropic, a pilot from June 2026 | a reviewed contract |

## What there is to find

- **March 2026**: the refund agent called three times as often as it should. The failed calls
  cost nothing, the repeated ones did.
- **July 2026**: the refund agent moved to a dearer model, whose price fell on 30 July.
- **A key nobody registered**: `key-hackday` on the OpenAI project `proj_lab`, from April 2026.
- **A project that logs nothing**: `proj_marketing` is billed by OpenAI from February 2026 on.
- **A bill delivered twice**: OpenAI restated May 2026; the later file is right.
- **A pilot**: contract-review did eight times as much in October as in June 2026.
- **Tax each month, credits in some**, and shared costs: the gateway and the vector database.
- **Broken rows**: an amount `12,50` (VectorHub, April 2026), a cut record and a negative token
  count (gateway, June and July 2026), a cut session file (February 2026), a 30 February and a
  value of `1,204.50` (outcomes, February and August 2026). They are refused and counted; none of
  them carries money or an outcome that another row does not.

## What was billed

| month | billed, USD | of which not in any workflow | the largest gap |
|---|---:|---:|---|
"""


def readme(months: Mapping[str, Mapping[str, object]]) -> str:
    """Return the README, with what was billed in each month and what no workflow carries."""
    rows = []
    for month, truth in months.items():
        billed, gaps = _amounts(truth, "billed"), _amounts(truth, "gaps")
        largest = max(gaps, key=lambda cause: abs(gaps[cause]))
        outside = sum(gaps.values(), Decimal(0))
        rows.append(f"| {month} | {billed['USD']:,.2f} | {outside:,.2f} | {largest} |\n")
    return _README + "".join(rows)


def _amounts(truth: Mapping[str, object], name: str) -> dict[str, Decimal]:
    """Return one block of the truth as numbers."""
    block = truth[name]
    if not isinstance(block, dict):
        raise TypeError(f"{name} is not a block of amounts")
    return {key: Decimal(text) for key, text in block.items()}
