"""An owner's card: how to reach him, his consent, what he holds and held, his account."""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

import reflex as rx

from koprogo_app.estate.queries.owners import HeldLot, OwnerHistoryRow, owner_history
from koprogo_app.estate.service.owners import OWNER, link_owner_user, owner_card, unlink_owner_user
from koprogo_app.estate.words import RIGHTS
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_, number, share_text, tr
from koprogo_app.identity.model import User
from koprogo_app.identity.service.members import Place, invite
from koprogo_app.workspace.records.grid import typed_values
from koprogo_app.workspace.state.common import id_after, may, shown_day, workspace
from koprogo_app.workspace.state.page import PageState, Sent, Told, loads, opens, submits


@dataclass(frozen=True)
class HeldLine:
    """A lot he holds, or held during `period`."""

    lot: str = ""
    href: str = ""
    building: str = ""
    share: str = ""
    right: str = ""
    period: str = ""
    primary: bool = False
    draft: bool = False


class OwnerPage(PageState, rx.State):
    """One owner's card. `base` is the address of the first building he holds in, `at` his id."""

    at: str = ""
    name: str = ""
    building: str = ""
    values: dict[str, str] = {}
    version: int = 0
    shown: int = 0
    lots: list[HeldLine] = []
    history: list[HeldLine] = []
    account: str = ""
    account_state: str = ""
    write: bool = False
    users: bool = False

    load = loads("owners.read")
    ask = opens("owners.write", "delete")
    ask_account = opens("users.write", "invite", "unlink")

    async def _fill(self, w: Work, lang: str) -> None:
        owner_id = id_after(self, "owners")
        card = await owner_card(w, owner_id)
        past = await owner_history(w, owner_id)
        user = await w.session.get(User, card.owner.user_id) if card.owner.user_id else None
        row = card.owner
        buildings = [None, *{one.building_id for one in card.lots}]
        self.at, self.name, self.values, self.version = (
            str(owner_id),
            row.full_name,
            typed_values(OWNER, row, lang),
            row.version,
        )
        self.lots = [_held(one, lang) for one in card.lots]
        first = card.lots[0] if card.lots else None
        self.building, self.base = (first.building_name, workspace(first.building_id)) if first else ("", "")
        self.history = [_past(one, lang) for one in past]
        self.account, self.account_state = (user.email, user.status) if user else ("", "")
        self.write = any(may("owners.write", row.organization_id, one) for one in buildings)
        self.users = any(may("users.write", row.organization_id, one) for one in buildings)
        self.shown += 1

    @submits("owners.write", done=N_("The card is saved."))
    async def save(self, w: Work, sent: Sent) -> None:
        """Saves the card, unless somebody else changed it meanwhile."""
        await OWNER.change(w, id_after(self, "owners"), self.version, sent.typed(*OWNER.typed))

    @submits("users.write", dialog="invite")
    async def invite(self, w: Work, sent: Sent) -> Told:
        """Writes him the mail with which he chooses a password, and links his account to the card."""
        user = await _invite(w, sent.record_id)
        return Told(N_("The invitation is on its way to {email}."), params={"email": user.email})

    @submits("users.write", dialog="unlink", done=N_("The account no longer sees this owner's lots."))
    async def unlink(self, w: Work, sent: Sent) -> None:
        """Ends what his account sees through this card."""
        await unlink_owner_user(w, sent.record_id)

    @submits("owners.write", dialog="delete")
    async def delete(self, w: Work, sent: Sent) -> Told:
        """Deletes the card of who never held anything."""
        row = (await owner_card(w, sent.record_id)).owner
        await OWNER.remove(w, row.id)
        return Told(N_("The card of {name} is deleted."), params={"name": row.full_name}, go="/portfolio")


async def _invite(w: Work, owner_id: UUID) -> User:
    """An account with the role of owner on the first building he holds in, then the link, which gives all of them."""
    card = await owner_card(w, owner_id)
    row = card.owner
    if not row.email:
        raise Invalid("email", N_("Type his e-mail address in the card first."))
    if not card.lots:
        raise Invalid("", N_("He holds no lot: there is nothing he could see."))
    first = card.lots[0]
    there = Place(row.organization_id, first.building_id, first.building_name)
    user = await invite(w, email=row.email, name=row.full_name, role="owner", place=there, lang=row.lang)
    await link_owner_user(w, owner_id, user.id)
    return user


def _right(right: str, numerator: int, denominator: int, lang: str) -> str:
    return f"{tr(lang, RIGHTS[right])}, {share_text(Fraction(numerator, denominator), lang)}"


def _held(lot: HeldLot, lang: str) -> HeldLine:
    return HeldLine(
        lot.number,
        f"{workspace(lot.building_id)}/lots/{lot.unit_id}",
        lot.building_name,
        f"{number(lot.share, lang)} / {number(lot.deed_total, lang)}",
        _right(lot.right, lot.numerator, lot.denominator, lang),
        tr(lang, "since {start}", start=shown_day(lot.valid_from, lang)),
        lot.primary,
        lot.status == "draft",
    )


def _past(row: OwnerHistoryRow, lang: str) -> HeldLine:
    start, end = shown_day(row.valid_from, lang), shown_day(row.valid_to, lang)
    return HeldLine(
        row.number,
        f"{workspace(row.building_id)}/lots/{row.lot_id}",
        row.building_name,
        right=_right(row.right, row.numerator, row.denominator, lang),
        period=tr(lang, "from {start} to {end}", start=start, end=end)
        if end
        else tr(lang, "since {start}", start=start),
        primary=row.primary,
    )
