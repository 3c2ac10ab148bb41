"""What is remembered of payers, listed and forgotten again.

- `learn(w, movement_id, move, target)`, `unlearn(w, building_id, move)` — as a movement is posted or opened again
- `forget(w, rule_id)` — no longer proposed (`bank.write`)
- `vouch(w, rule_id, sole)` — whether this account is for that target only, so that it is certain (`bank.write`)
"""

from uuid import UUID

from koprogo_app.bank.model import MatchRule
from koprogo_app.bank.rules.matching import Movement, Target, is_account, may_learn, payer_of
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.law import accounts as law


async def learn(w: Work, movement_id: UUID, move: Movement, target: Target) -> None:
    """Remembers for the payer of a movement what it was for; a payment that came back teaches nothing."""
    payer = payer_of(move)
    if move.returned or not may_learn(payer, target):
        return
    if target.account.startswith((law.INTERNAL_TRANSFERS, law.SUSPENSE)):
        return
    await w.execute(
        """insert into match_rule (organization_id, building_id, payer, incoming, owner_id, supplier_id, account,
                                   created_by)
           select m.organization_id, m.building_id, %(payer)s, %(incoming)s, %(owner)s, %(supplier)s, %(account)s,
                  %(user)s
             from bank_movement m where m.id = %(m)s
           on conflict (building_id, payer, incoming) do update
              set owner_id = excluded.owner_id, supplier_id = excluded.supplier_id, account = excluded.account,
                  created_by = excluded.created_by,
                  sole = match_rule.sole and (match_rule.owner_id, match_rule.supplier_id, match_rule.account)
                         is not distinct from (excluded.owner_id, excluded.supplier_id, excluded.account)""",
        m=movement_id,
        payer=payer,
        incoming=move.cents > 0,
        owner=target.owner_id,
        supplier=target.supplier_id,
        account=target.account,
        user=w.principal.user_id,
    )


async def unlearn(w: Work, building_id: UUID, move: Movement) -> None:
    """Forgets what was learnt of the payer of a movement; the caller has authorised the building."""
    await w.execute(
        "delete from match_rule where building_id = %(b)s and payer = %(p)s and incoming = %(i)s",
        b=building_id, p=payer_of(move), i=move.cents > 0,
    )  # fmt: skip


async def forget(w: Work, rule_id: UUID) -> None:
    """Forgets one rule (`bank.write`); what was posted by it stays. Raises NotFound, Forbidden."""
    row = await _rule(w, rule_id)
    await w.execute("delete from match_rule where id = %(r)s", r=rule_id)
    await audit(
        w, "match_rule.forgotten", "match_rule", rule_id, organization_id=row.organization_id,
        building_id=row.building_id, before=_told(row),
    )  # fmt: skip


async def vouch(w: Work, rule_id: UUID, *, sole: bool) -> None:
    """Says whether an account is for one target only (`bank.write`): what comes from it is certain then.

    Raises Conflict for a payer who has no account: a name or words never make certain. NotFound, Forbidden.
    """
    row = await _rule(w, rule_id)
    if sole and not is_account(row.payer):
        raise Conflict(N_("Only an account number can stand for one alone: a name or words are looked at each time."))
    if sole == row.sole:
        return
    before = _told(row)
    row.sole = sole
    w.session.add(row)
    await w.flush()
    await audit(
        w, "match_rule.vouched", "match_rule", rule_id, organization_id=row.organization_id,
        building_id=row.building_id, before=before, after=_told(row),
    )  # fmt: skip


async def _rule(w: Work, rule_id: UUID) -> MatchRule:
    row = await w.get(MatchRule, rule_id)
    require(w, "bank.write", row.organization_id, row.building_id)
    return row


def _told(row: MatchRule) -> dict[str, object]:
    return {"incoming": row.incoming, "owner_id": row.owner_id, "supplier_id": row.supplier_id,
            "account": row.account, "sole": row.sole}  # fmt: skip
