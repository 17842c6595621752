"""`finops-ai prices unpriced`: what still needs a model or a price, most money at stake first."""

from __future__ import annotations

from finops_ai.cli.context import Settings, require_ledger
from finops_ai.cli.document import Document, Table, columns
from finops_ai.cli.refresh import outdated, outdated_text
from finops_ai.cli.text import counted
from finops_ai.prices import UnpricedName, price_provider, worklist

_COLUMNS = columns(
    *("seen_in:seen in", "provider:provider", "name:name", "model:model id:hidden", "reason:reason"),
    *("tiers:tiers:hidden", "calls:calls:count", "tokens:tokens:count", "cost:money at stake:money"),
    *("currency:currency", "label:label"),
)
_METHOD = (
    "Estimated: tokens x the usage-weighted median cost per token of the provider's priced calls (of all "
    "priced calls, where the provider has none). No figure of a report contains it."
)


def list_unpriced(settings: Settings) -> Document:
    """The worklist of names, and what to do about the first of them."""
    config = settings.load()
    require_ledger(config, None)
    with settings.open(config, read_only=True) as ledger:
        names = worklist(ledger)
        old = outdated(ledger, config)
        unpriced_months = ledger.value(
            "SELECT count(*) FROM month_input ANTI JOIN month_attributed USING (month)"
        )
    rows = tuple(
        (
            *(name.seen_in, name.provider, name.model_name, name.model_id, name.reason, name.service_tiers),
            *(name.calls, name.tokens, name.cost, name.currency, name.label),
        )
        for name in names
    )
    title = f"{counted(len(rows), 'name')} without model or price"
    empty = "Every name in the ledger has a model and a price."
    blocks: list[Table | str] = [Table("unpriced", title, _COLUMNS, rows, empty=empty)]
    if any(name.label == "estimated" for name in names):
        blocks.append(_METHOD)
    blocks += _next_steps(names)
    if old:
        blocks.append(outdated_text(old))
    if unpriced_months:
        months = counted(unpriced_months, "month")
        blocks.append(f"{months} of the ledger not priced yet: `finops-ai attribute` prices them.")
    return Document("prices unpriced", tuple(blocks), {"names": len(rows)})


def _next_steps(names: list[UnpricedName]) -> list[str]:
    """One line for each kind of lack, with the first name of it as the example."""
    steps = []
    unknown = next((name for name in names if name.reason == "unknown_model" and name.model_name), None)
    if unknown is not None:
        owner = price_provider(unknown.provider)
        steps.append(
            f"A deployment or fine-tune of yours: map it in finops.yaml, model_names: {{{owner}: "
            f"{{{unknown.model_name}: MODEL-ID}}}}. `finops-ai prices resolve {unknown.model_name} "
            f"--provider {owner}` says how it was read."
        )
    lacking = next((name for name in names if name.reason.startswith("no_price:")), None)
    if lacking is not None:
        steps.append(
            "A known model without a price of that meter, tier or day: `finops-ai prices show "
            f"{lacking.model_id} --provider {price_provider(lacking.provider)} --all` lists what there is."
        )
    return steps
