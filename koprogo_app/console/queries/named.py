"""What the rows are called that an audited act names by their ids."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from koprogo_app.estate.queries.lots import FULL_NAME
from koprogo_app.foundation.database import Work

_NAMES: Final = f"""
select id, number as name from estate.lot union all
select id, name from estate.building union all select id, name from estate.organization union all
select id, name from ledger.supplier union all select id, name from estate.allocation_key union all select id, name
from identity.app_user
union all select id, code from ledger.account union all select id, code from ledger.journal
union all select id, number from purchases.invoice union all select id, title from documents.document
union all select e.id, j.code || ' ' || e.number from ledger.entry e join ledger.journal j on j.id = e.journal_id
union all select l.id, j.code || ' ' || e.number from ledger.entry_line l join ledger.entry e on e.id = l.entry_id
                 join ledger.journal j on j.id = e.journal_id
union all select id, iban from payments.bank_account union all select id, year::text from budget.budget
union all select id, extract(year from lower(period))::text from ledger.fiscal_year
union all select id, label from calls.fund_call union all select id, reference from purchases.payment_order
union all select id, year || '/' || number from bank.bank_statement
union all select p.id, {FULL_NAME} from estate.owner p where %(owners)s"""


async def names_of(w: Work, ids: Collection[UUID], *, owners: bool) -> dict[UUID, str]:
    """The names, as they are today, of those rows that this principal sees; co-owners only when asked for."""
    if not ids:
        return {}
    found: dict[str, str] | None = await w.value(
        f"select jsonb_object_agg(id, name) from ({_NAMES}) as named where id = any(%(ids)s) and name <> ''",
        ids=list(ids), owners=owners,
    )  # fmt: skip
    return {UUID(one): name for one, name in (found or {}).items()}
