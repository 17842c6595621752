"""What a foreign price list would change: proposals for a person to accept, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext

from finops_ai.prices.book import PriceBook, holds
from finops_ai.prices.foreign import Offer
from finops_ai.prices.model import Price
from finops_ai.prices.names import DEFAULT_SCOPE

DECIMALS_PER_MILLION_MAX = 9
"""Digits beyond these are the noise of a float, not a price on a sheet."""

_JUMP = 10


@dataclass(frozen=True)
class Proposal:
    """One row that a foreign list implies. `verdict` is agrees, new model, new price, changed or refused.

    `listed` is our row in force; `reason` says why something is refused.
    """

    verdict: str
    provider: str
    model_id: str
    meter: str
    endpoint_scope: str | None
    service_tier: str
    min_prompt_tokens: int
    unit_price: Decimal
    listed: Price | None
    reason: str = ""


def propose(book: PriceBook, offers: Iterable[Offer], on: date) -> list[Proposal]:
    """Every offer of a provider with a price list, compared with what holds on day `on`."""
    lists = set(book.providers)
    listed = {
        (*_key(price), price.meter, price.service_tier, price.min_prompt_tokens): price
        for price in sorted(book.catalogue.prices, key=lambda price: price.valid_from_utc)
        if price.hours_utc is None and holds(price, on)
    }
    by_hour = {_key(price) for price in book.catalogue.prices if price.hours_utc and holds(price, on)}
    known = {(price.provider, price.model_id) for price in book.catalogue.prices}
    found: dict[tuple[object, ...], Proposal] = {}
    for offer in offers:
        if offer.provider not in lists:
            continue
        model_id, scope = _model(book, offer, on)
        thing = (offer.provider, model_id, scope or "global")
        if thing in by_hour:
            continue
        key = (*thing, offer.meter, offer.service_tier, offer.min_prompt_tokens)
        is_known = (offer.provider, model_id) in known
        proposal = _judged(offer, (model_id, scope), listed.get(key), on, is_known=is_known)
        found.setdefault((*key, offer.unit_price), proposal)
    return list(_contradictions_refused(found))


def removed(book: PriceBook, proposals: Iterable[Proposal], on: date) -> list[Price]:
    """Our rows in force of models in the file that the file lacks: they stay, removal is refused."""
    seen = {
        (item.provider, item.model_id, item.meter, item.endpoint_scope or "global", item.service_tier,
         item.min_prompt_tokens)
        for item in proposals
    }  # fmt: skip
    models = {key[:2] for key in seen}
    return [
        price
        for price in book.catalogue.prices
        if (price.provider, price.model_id) in models
        and holds(price, on)
        and (price.provider, price.model_id, price.meter, price.endpoint_scope or "global",
             price.service_tier, price.min_prompt_tokens) not in seen
    ]  # fmt: skip


def _key(price: Price) -> tuple[str, str, str]:
    return price.provider, price.model_id, price.endpoint_scope or "global"


def _model(book: PriceBook, offer: Offer, on: date) -> tuple[str, str | None]:
    """Our id and scope for a foreign name; the name without prefixes when it is not known."""
    meaning = book.meanings(offer.provider, offer.model_name, on)[-1]
    if meaning.model_id is not None:
        return meaning.model_id, None if meaning.endpoint_scope == "global" else meaning.endpoint_scope
    # An id of its own is found as it is written, and then in the scope that a plain name implies.
    return offer.model_name.removeprefix(f"{offer.provider}/"), DEFAULT_SCOPE.get(offer.provider)


def _judged(
    offer: Offer, model: tuple[str, str | None], listed: Price | None, on: date, *, is_known: bool
) -> Proposal:
    model_id, scope = model
    verdict = "new price" if is_known else "new model"
    reason = ""
    if listed is not None:
        verdict = "agrees" if listed.unit_price == offer.unit_price else "changed"
    if verdict != "agrees":
        reason = _refusal(offer, listed, on)
    return Proposal(
        "refused" if reason else verdict,
        *(offer.provider, model_id, offer.meter, scope, offer.service_tier, offer.min_prompt_tokens),
        offer.unit_price,
        listed,
        reason,
    )


def _refusal(offer: Offer, listed: Price | None, on: date) -> str:
    """Why an offer cannot be a row; empty when it can."""
    if offer.unit_price <= 0:
        return "a price of zero or less: leave the meter out, no price is not zero"
    with localcontext(prec=60):
        per_million = offer.unit_price * 1_000_000
        if per_million != round(per_million, DECIMALS_PER_MILLION_MAX):
            return "more than 9 decimals per million: the noise of a float, look at the sheet"
    if offer.unit_price >= 1000:
        return "1,000 or more a token or call: a wrong unit"
    if listed is None:
        return ""
    if not listed.unit_price < offer.unit_price * _JUMP or not offer.unit_price < listed.unit_price * _JUMP:
        return "ten times the price in force or more, or a tenth of it or less: look at the sheet"
    if listed.valid_from_utc >= datetime(on.year, on.month, on.day):
        began = f"{listed.valid_from_utc:%Y-%m-%d}"
        return f"the row in force begins on {began}: name a later day with --on, no row is edited in place"
    return ""


def _contradictions_refused(found: dict[tuple[object, ...], Proposal]) -> Iterator[Proposal]:
    """The proposals; where several names of the file mean one row at different prices, none of them.

    One that agrees with our row is enough: the others are about something else.
    """
    groups: dict[tuple[object, ...], list[Proposal]] = {}
    for key, proposal in found.items():
        groups.setdefault(key[:-1], []).append(proposal)
    for group in groups.values():
        agreed = [item for item in group if item.verdict == "agrees"]
        if agreed or len(group) == 1:
            yield (agreed or group)[0]
            continue
        prices = ", ".join(sorted(str(item.unit_price.normalize()) for item in group))
        first = group[0]
        yield Proposal(
            "refused",
            *(first.provider, first.model_id, first.meter, first.endpoint_scope, first.service_tier),
            *(first.min_prompt_tokens, first.unit_price, first.listed),
            f"several names of the file mean this row, at {prices} a unit",
        )
