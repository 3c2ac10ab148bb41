"""Saying what bank movements are for, posting them, and taking that back.

- `statement_view(w, statement_id) -> StatementView` — the movements with what is proposed or was decided (`bank.read`)
- `choose(w, movement_id, shares)` — what a person says a movement is for; posted when it is confirmed
- `confirm(w, movement_id) -> Posted`, `confirm_certain(w, statement_id) -> int` — post one, post all that is certain
- `undo(w, movement_id, reason)` — takes the entry back; the movement is open again

Commands need `bank.write`. A movement is one entry in its account's journal, on its day, and settles what it pays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from koprogo_app.bank.facts import name_of
from koprogo_app.bank.model import BankMovement, MatchedBy
from koprogo_app.bank.queries.bank_statements import (
    MovementRow,
    StatementRow,
    movement_home,
    movements,
    movements_of,
    statement_home,
    statement_row,
)
from koprogo_app.bank.queries.matching import (
    Facts,
    PartRow,
    facts,
    parts_of,
)
from koprogo_app.bank.rules.matching import (
    Known,
    Learnt,
    OpenInvoice,
    Order,
    Proposal,
    Recorded,
    Sent,
    Share,
    Target,
    propose,
)
from koprogo_app.bank.service import learning, planning
from koprogo_app.bank.service.targets import Targets
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid, KoproError, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.law import accounts as law
from koprogo_app.law.values import Cents
from koprogo_app.ledger.queries.entries import check_parties
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.payments.service import returned, settling

_COSTS: Final = "650"
_MOST_PARTS: Final = 200


@dataclass(frozen=True, slots=True)
class MatchLine:
    """A movement with its details, and where it goes: decided (`shares`), else proposed, else nothing is known."""

    move: MovementRow
    details: tuple[MovementRow, ...]
    shares: tuple[Share, ...]
    proposal: Proposal | None

    @property
    def ready(self) -> tuple[Share, ...]:
        """What it would be posted as; nothing while nobody has said how it is split."""
        return self.shares or (self.proposal.shares if self.proposal else ())

    @property
    def recorded(self) -> UUID | None:
        """The entry that it is already, written by hand before, unless a person decided otherwise."""
        return self.proposal.entry_id if self.proposal and not self.shares else None

    @property
    def certain(self) -> bool:
        """Whether it can be posted without a look: a person said so, or the proposal is certain."""
        return bool(self.shares) or bool(self.proposal and self.proposal.certain)

    @property
    def alone(self) -> bool:
        """Whether the program recognised it by itself, posted or not."""
        return self.move.alone if self.move.posted else not self.shares and self.certain


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with its movements, and whoever they may concern by name."""

    row: StatementRow
    lines: tuple[MatchLine, ...]
    names: dict[UUID, str]

    @property
    def recognised(self) -> int:
        """Per cent of the movements that the program recognised alone; 100 without movements."""
        return 100 * sum(line.alone for line in self.lines) // len(self.lines) if self.lines else 100

    @property
    def waiting(self) -> int:
        """How many can be confirmed at once."""
        return sum(line.certain and not line.move.posted for line in self.lines)


async def statement_view(w: Work, statement_id: UUID) -> StatementView:
    """A statement as the matching page shows it (`bank.read`). Raises NotFound, Forbidden."""
    row = await statement_row(w, statement_id)
    found = await facts(w, row.building_id, statement_id)
    lines = await _lines(w, statement_id, _known(found, row))
    return StatementView(row, tuple(lines), {p.id: p.name for p in found.parties})


async def _lines(w: Work, statement_id: UUID, known: Known) -> list[MatchLine]:
    parts = await parts_of(w, statement_id)
    rows = await movements_of(w, statement_id)
    lines = []
    for move in rows:
        if move.parent_id is None:
            details = tuple(d for d in rows if d.parent_id == move.id)
            shares = tuple(_share(part) for part in parts.get(move.id, ()))
            found = None if shares or move.posted else propose(move, known, details)
            lines.append(MatchLine(move, details, shares, found))
    return lines


async def movement_line(w: Work, movement_id: UUID) -> MatchLine:
    """One movement, with what is proposed or was decided for it (`bank.read`). Raises NotFound, Forbidden."""
    statement = await statement_row(w, (await movement_home(w, movement_id)).id)
    found = await movements(w, [movement_id])
    move = next((row for row in found if row.id == movement_id and row.parent_id is None), None)
    if move is None:
        raise NotFound
    return await _judged(w, statement, move, tuple(row for row in found if row.parent_id == movement_id))


async def _judged(w: Work, statement: StatementRow, move: MovementRow, details: tuple[MovementRow, ...]) -> MatchLine:
    shares = tuple(_share(part) for part in (await parts_of(w, move.statement_id)).get(move.id, ()))
    if shares or move.posted:
        return MatchLine(move, details, shares, None)
    known = _known(await facts(w, statement.building_id, statement.id), statement)
    return MatchLine(move, details, (), propose(move, known, details))


def _share(part: PartRow) -> Share:
    return Share(Target(part.owner_id, part.supplier_id, part.account, part.line_id), part.cents)


def _known(found: Facts, statement: StatementRow) -> Known:
    """The facts in the form the rules read, for movements of this statement."""
    orders: dict[UUID, Order] = {}
    for line in found.order_lines:
        before = orders.get(line.order_id) or Order(line.order_id, line.reference, ())
        share = Share(Target(line.owner_id, line.supplier_id, line_id=found.open_line(line)), -line.cents)
        payees = {**before.payees, line.iban: share} if line.owner_id else before.payees
        orders[line.order_id] = Order(before.id, before.reference, (*before.shares, share), payees)
    return Known(
        messages=found.messages,
        seen=found.seen,
        supplier_accounts=found.supplier_accounts,
        invoices=[OpenInvoice(i.supplier_id, i.line_id, i.cents, i.number, i.iban, i.ogm) for i in found.invoices],
        # An order whose invoices were paid otherwise in part is no longer one sum.
        orders=[o for o in orders.values() if all(s.target.line_id for s in o.shares)],
        refunds=[(iban, s) for o in orders.values() for iban, s in o.payees.items() if s.target.line_id],
        learnt={
            (r.payer, r.incoming): Learnt(Target(r.owner_id, r.supplier_id, r.account), r.sole) for r in found.learnt
        },
        owners={p.id: p.name for p in found.parties if p.kind == "owner"},
        suppliers={p.id: p.name for p in found.parties if p.kind == "supplier"},
        own_accounts=found.own_accounts - {statement.iban},
        costs=_first(found.postable, _COSTS),
        transfers=_first(found.postable, law.INTERNAL_TRANSFERS),
        recorded=[
            Recorded(r.entry_id, r.entry, r.on, r.cents, frozenset(r.people))
            for r in found.recorded
            if r.account == statement.account
        ],
        sent=[Sent(r.payment_id, r.line_id, r.cents, r.on, r.owner_id, r.supplier_id, r.iban) for r in found.sent],
    )


def _first(codes: Sequence[str], heading: str) -> str:
    """The account itself, or the first below it that is posted on."""
    return next((code for code in codes if code.startswith(heading)), heading)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says one movement is for."""

    movement_id: UUID
    shares: tuple[Share, ...]


async def choose(w: Work, movement_id: UUID, shares: Sequence[Share], version: int | None = None) -> MovementRow:
    """Notes what a person says a movement is for; no share at all: what is proposed counts again.

    Raises Invalid on `parts` unless the shares add up to the movement, Conflict when it is posted or was changed since,
    NotFound for an owner of another building.
    """
    opened = await _opened(w, [movement_id])
    row = _check(opened.rows[movement_id], version)
    if shares and sum(s.cents for s in shares) != row.cents:
        raise Invalid("parts", N_("The parts must add up to {amount}."), amount=Cents(row.cents))
    if len(shares) > _MOST_PARTS or any(not s.cents for s in shares):
        raise Invalid("parts", N_("Type an amount in each part."))
    await check_parties(w, opened.building_id, [s.target.owner_id for s in shares])
    await _choose(w, opened, [Choice(movement_id, tuple(shares))])
    return replace(row, version=row.version + 1)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed as the target of one movement, seen at this version."""

    movement_id: UUID
    version: int
    text: str


async def choose_typed(w: Work, statement_id: UUID, typed: Sequence[Typed]) -> dict[UUID, MatchLine | KoproError]:
    """Notes what was typed as the whole target of movements of a statement, all in few statements.

    For each movement: how it stands now, or why it was refused; the others are noted all the same. Raises NotFound,
    Forbidden when none of them can be reached.
    """
    opened = await _opened(w, [one.movement_id for one in typed], statement_id)
    known = Targets(w, opened.building_id, [one.text for one in typed])
    answers: dict[UUID, MatchLine | KoproError] = {}
    chosen: list[Choice] = []
    for one in typed:
        try:
            row = opened.rows.get(one.movement_id)
            if row is None:
                raise NotFound
            _check(row, one.version)
            choice = Choice(row.id, (Share(await known.read(one.text, incoming=row.cents > 0), row.cents),))
        except KoproError as error:
            answers[one.movement_id] = error
            continue
        chosen.append(choice)
        answers[row.id] = MatchLine(replace(row, version=row.version + 1), opened.details(row.id), choice.shares, None)
    await _choose(w, opened, chosen)
    return answers


@dataclass(frozen=True, slots=True)
class _Opened:
    """Movements of one statement to work on, alone until the transaction ends."""

    organization_id: UUID
    building_id: UUID
    statement: str
    rows: dict[UUID, MovementRow]
    all: tuple[MovementRow, ...]

    def details(self, movement_id: UUID) -> tuple[MovementRow, ...]:
        """What a movement is broken down into."""
        return tuple(row for row in self.all if row.parent_id == movement_id)


async def _opened(w: Work, ids: Sequence[UUID], statement_id: UUID | None = None) -> _Opened:
    """The movements that may be worked on (`bank.write`), of one statement. Raises NotFound, Forbidden."""
    home = await movement_home(w, ids[0]) if statement_id is None else await statement_home(w, statement_id)
    require(w, "bank.write", home.organization_id, home.building_id)
    await entries.alone(w, home.building_id)
    found = await movements(w, ids)
    rows = {row.id: row for row in found if row.parent_id is None and row.statement_id == home.id}
    if statement_id is None and ids[0] not in rows:
        raise NotFound
    return _Opened(home.organization_id, home.building_id, name_of(home), rows, tuple(found))


def _check(row: MovementRow, version: int | None) -> MovementRow:
    """The movement, when it is open and as the person saw it. Raises Conflict."""
    if row.posted:
        raise Conflict(N_("This movement is posted already."))
    if version not in (None, row.version):
        raise Conflict(N_("Somebody else changed this in the meantime. Look at it again."))
    return row


async def _choose(w: Work, opened: _Opened, chosen: Sequence[Choice]) -> None:
    await _write_parts(w, opened.organization_id, opened.building_id, {one.movement_id: one.shares for one in chosen})
    for one in chosen:
        await audit(
            w, "bank_movement.assigned", "bank_movement", one.movement_id, organization_id=opened.organization_id,
            building_id=opened.building_id, after={"parts": len(one.shares), "statement": opened.statement},
        )  # fmt: skip


_PARTS: Final = """
with kept as (
  insert into movement_part (organization_id, building_id, movement_id, position, owner_id, supplier_id, account,
                             line_id, cents)
  select %(o)s, %(b)s, t.* from unnest(%(m)s::uuid[], %(n)s::int[], %(owner)s::uuid[], %(supplier)s::uuid[],
         %(account)s::text[], %(line)s::uuid[], %(cents)s::bigint[]) t
  on conflict (movement_id, position) do update
     set owner_id = excluded.owner_id, supplier_id = excluded.supplier_id, account = excluded.account,
         line_id = excluded.line_id, cents = excluded.cents, label = ''),
gone as (
  delete from movement_part p using unnest(%(ids)s::uuid[], %(counts)s::int[]) t(id, count)
   where p.movement_id = t.id and p.position > t.count)
update bank_movement set version = version + 1 where id = any(%(ids)s)"""


async def _write_parts(
    w: Work, organization_id: UUID, building_id: UUID, parts: Mapping[UUID, Sequence[Share]]
) -> None:
    """What each movement is for, instead of what was said before."""
    if not parts:
        return
    rows = [(movement, n, share) for movement, shares in parts.items() for n, share in enumerate(shares, 1)]
    await w.execute(
        _PARTS,
        o=organization_id,
        b=building_id,
        ids=list(parts),
        counts=[len(shares) for shares in parts.values()],
        m=[movement for movement, _, _ in rows],
        n=[n for _, n, _ in rows],
        owner=[s.target.owner_id for _, _, s in rows],
        supplier=[s.target.supplier_id for _, _, s in rows],
        account=[s.target.account for _, _, s in rows],
        line=[s.target.line_id for _, _, s in rows],
        cents=[s.cents for _, _, s in rows],
    )


async def confirm(w: Work, movement_id: UUID, version: int | None = None) -> entries.Posted:
    """Posts a movement as it was decided or, failing that, proposed; remembers this payer. Raises Invalid, Conflict."""
    opened = await _opened(w, [movement_id])
    move = _check(opened.rows[movement_id], version)
    statement = await statement_row(w, move.statement_id)
    line = await _judged(w, statement, move, opened.details(movement_id))
    row = await w.get(BankMovement, movement_id)
    if line.recorded:
        return await _link(w, row, line, line.recorded)
    if not line.ready:
        raise Invalid("target", N_("Say first what this movement is for."))
    posted = await _post(w, row, statement, line)
    await _learn(w, row.id, line)
    return posted


async def confirm_certain(w: Work, statement_id: UUID) -> int:
    """Posts every movement of a statement that is certain; returns how many."""
    statement = await statement_row(w, statement_id)
    require(w, "bank.write", statement.organization_id, statement.building_id)
    await entries.alone(w, statement.building_id)
    known = _known(await facts(w, statement.building_id, statement_id), statement)
    done = 0
    for seen in await _lines(w, statement_id, known):
        # Judged again: a movement before it may have paid the invoice that this one seemed to pay.
        again = seen if seen.shares or seen.move.posted else _again(seen, known)
        if again.certain and not again.move.posted:
            row = await w.get(BankMovement, again.move.id)
            if again.recorded:
                await _link(w, row, again, again.recorded)
                known.linked(again.recorded)
            else:
                await _post(w, row, statement, again)
                known.paid(again.ready)
            if again.shares:
                await _learn(w, row.id, again)
            done += 1
    return done


def _again(line: MatchLine, known: Known) -> MatchLine:
    return MatchLine(line.move, line.details, (), propose(line.move, known, line.details))


async def _post(w: Work, row: BankMovement, statement: StatementRow, line: MatchLine) -> entries.Posted:
    """One entry: the bank's account against what the movement pays; what it settles; what was decided."""
    label = " · ".join(part for part in (row.name, row.text) if part)[:200]
    planned: list[settling.Part] = []
    lines = [DraftLine(statement.account, row.cents, label=label)]
    for share, aims in planning.merged(line.ready):
        if share.target.person is None:
            lines.append(DraftLine(share.target.account, -share.cents, label=label))
            continue
        planned += (parts := await planning.planned(w, statement, share, aims, row.booked_on))
        lines += [part.line(label) for part in parts]
    draft = Draft(
        statement.journal, row.booked_on, f"{statement.iban[-4:]} {statement.name}", lines,
        document_date=statement.new_on, label=label, document_id=statement.document_id,
    )  # fmt: skip
    posted = await entries.post(w, row.building_id, draft)
    await settling.settle(w, row.building_id, posted.id, planned)
    await _write_parts(w, row.organization_id, row.building_id, {row.id: line.ready})
    return await _pointed(w, row, line, posted)


async def _link(w: Work, row: BankMovement, line: MatchLine, entry_id: UUID) -> entries.Posted:
    """The movement is an entry that was written by hand: it points at it, and nothing is posted."""
    return await _pointed(w, row, line, await _entry(w, entry_id))


async def _entry(w: Work, entry_id: UUID) -> entries.Posted:
    return await w.one(
        "select e.id, j.code as journal, e.number, e.date as on from ledger.entry e "
        "join ledger.journal j on j.id = e.journal_id "
        "where e.id = %(e)s",
        entries.Posted,
        e=entry_id,
    )


async def _pointed(w: Work, row: BankMovement, line: MatchLine, posted: entries.Posted) -> entries.Posted:
    by = MatchedBy.PERSON if line.shares or line.proposal is None else line.proposal.by
    await w.execute(
        "update bank_movement set entry_id = %(e)s, matched_by = %(by)s, alone = %(alone)s, version = version + 1 "
        "where id = %(m)s",
        e=posted.id, by=by.value, alone=not line.shares and line.certain, m=row.id,
    )  # fmt: skip
    await audit(
        w, "bank_movement.posted", "bank_movement", row.id, organization_id=row.organization_id,
        building_id=row.building_id, after={"journal": posted.journal, "number": posted.number, "by": by.value},
    )  # fmt: skip
    return posted


async def _learn(w: Work, movement_id: UUID, line: MatchLine) -> None:
    """Remembers for this payer what a person confirmed, unless the program was certain by itself."""
    if not line.alone and len(line.ready) == 1:
        await learning.learn(w, movement_id, line.move, line.ready[0].target)


async def undo(w: Work, movement_id: UUID, reason: str) -> entries.Posted:
    """Takes back the entry of a movement, with a reason, and forgets what was learnt of its payer. An entry that was
    written by hand stays: the movement only lets it go.

    Raises Conflict when it is not posted, Invalid without a reason.
    """
    opened = await _opened(w, [movement_id])
    move = opened.rows[movement_id]
    if not move.posted or move.entry_id is None:
        raise Conflict(N_("This movement is not posted."))
    by_hand = move.matched_by == MatchedBy.ENTRY
    met = [] if by_hand else await returned.met_by(w, move.entry_id)
    back = await _entry(w, move.entry_id) if by_hand else await entries.reverse(w, move.entry_id, reason)
    if met and (debts := await _reopened(w, move)):
        await returned.meet_again(w, opened.building_id, list(planning.paired(debts, met)))
    await w.execute(
        """update bank_movement set entry_id = null, matched_by = '', alone = false, version = version + 1
            where id = %(m)s""",
        m=movement_id,
    )
    await w.execute("delete from movement_part where movement_id = %(m)s", m=movement_id)
    await learning.unlearn(w, opened.building_id, move)
    await audit(
        w, "bank_movement.undone", "bank_movement", movement_id, organization_id=opened.organization_id,
        building_id=opened.building_id, after={"journal": back.journal, "number": back.number, "reason": reason},
    )  # fmt: skip
    return back


async def _reopened(w: Work, move: MovementRow) -> list[Share]:
    """What a payment that came back had opened again."""
    shares = [_share(part) for part in (await parts_of(w, move.statement_id)).get(move.id, ())]
    return [s for s in shares if s.target.line_id and (s.cents > 0) == (s.target.supplier_id is not None)]
