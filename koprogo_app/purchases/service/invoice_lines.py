"""The lines of a draft: each cell is read and checked as it is left; the totals follow.

- `add_line(w, invoice_id, values) -> InvoiceLine`, `change_line(w, line_id, version, changes) -> InvoiceLine`
- `remove_line(w, line_id)`

`divided_by` is "" for the shares, `key:<id>` for a key, `lot:<id>` for the one lot that bears a private cost.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from koprogo_app.documents.service.describing import read_id
from koprogo_app.estate.model import AllocationKey, Lot
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.model import span
from koprogo_app.foundation.numbers import parse_cents
from koprogo_app.law.accounts import PRIVATE_COSTS
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.rules.posting import MAX_CENTS
from koprogo_app.purchases.model import VAT_RATES, Invoice, InvoiceLine
from koprogo_app.purchases.rules.invoices import vat_of
from koprogo_app.purchases.service.invoices import draft_of
from koprogo_app.purchases.service.suppliers import account_code
from koprogo_app.workspace import fields

_MOST_LINES: Final = 500


def read_amount(value: Any, field: str, lang: str) -> int:
    """Cents: a whole number is taken as cents, a text as euros in the person's language."""
    cents = (
        value if isinstance(value, int) and not isinstance(value, bool) else parse_cents(str(value or ""), lang, field)
    )
    if abs(cents) > MAX_CENTS:
        raise Invalid(field, N_("This amount is too large."))
    return cents


def _rate(value: Any, field: str, lang: str) -> int:
    text = str(value).replace("%", "").strip()
    if text not in map(str, VAT_RATES):
        raise Invalid(field, N_("The rates of VAT are 0, 6, 12 and 21 %."))
    return int(text)


FIELDS: Final[dict[str, fields.Read]] = {
    "account": account_code,
    "label": fields.text(),
    "net": read_amount,
    "vat_rate": _rate,
    "vat": read_amount,
    "divided_by": fields.text(),
    "start": fields.day(),
    "end": fields.day(),
}
"""What can be written on a line."""


async def add_line(w: Work, invoice_id: UUID, values: Mapping[str, Any]) -> InvoiceLine:
    """A new line at the end of a draft. VAT follows from net and rate unless it is given."""
    invoice = await draft_of(w, invoice_id)
    last, count = await _end(w, invoice_id)
    if count >= _MOST_LINES:
        raise Conflict(N_("An invoice has at most {max} lines."), max=_MOST_LINES)
    row = InvoiceLine(
        organization_id=invoice.organization_id, building_id=invoice.building_id, invoice_id=invoice_id,
        position=last + 1,
    )  # fmt: skip
    await _write(w, row, values)
    await w.add(row)
    await _follow(w, invoice, row, "invoice.line_added", after=snapshot(row))
    return row


async def _end(w: Work, invoice_id: UUID) -> tuple[int, int]:
    last = await w.value("select coalesce(max(position), 0) from invoice_line where invoice_id = %(i)s", i=invoice_id)
    count = await w.value("select count(*) from invoice_line where invoice_id = %(i)s", i=invoice_id)
    return last, count


async def change_line(w: Work, line_id: UUID, version: int, changes: Mapping[str, Any]) -> InvoiceLine:
    """Changes cells of a line. Raises Conflict when somebody else was faster."""
    row = await w.get(InvoiceLine, line_id)
    invoice = await draft_of(w, row.invoice_id)
    await w.session.refresh(row)
    if row.version != version:
        raise Conflict(N_("Somebody else changed this in the meantime. Look at it again."))
    before = snapshot(row)
    await _write(w, row, changes)
    if snapshot(row) != before:
        row.version += 1
        await w.add(row)
        await _follow(w, invoice, row, "invoice.line_changed", before=before, after=snapshot(row))
    return row


async def remove_line(w: Work, line_id: UUID) -> None:
    """Takes a line off a draft."""
    row = await w.get(InvoiceLine, line_id)
    invoice = await draft_of(w, row.invoice_id)
    if not await w.execute("delete from invoice_line where id = %(l)s", l=line_id):
        raise NotFound
    w.session.expunge(row)
    await _follow(w, invoice, row, "invoice.line_removed", before={"label": row.label, "net_cents": row.net_cents})


async def _write(w: Work, row: InvoiceLine, values: Mapping[str, Any]) -> None:
    clean = fields.read(values, FIELDS, w.principal.lang)
    if "label" in clean:
        row.label = clean["label"]
    row.net_cents = clean.get("net", row.net_cents)
    row.vat_rate = clean.get("vat_rate", row.vat_rate)
    if "vat" in clean:
        row.vat_cents = clean["vat"]
    elif "net" in clean or "vat_rate" in clean:
        row.vat_cents = vat_of(row.net_cents, row.vat_rate)
    if "account" in clean:
        row.account_id = await _account(w, row.building_id, clean["account"])
    if "divided_by" in clean:
        await _divide(w, row, clean["divided_by"])
    if "start" in clean or "end" in clean:
        _use(row, clean)


async def _account(w: Work, building_id: UUID, code: str) -> UUID | None:
    """An account that costs can be charged to: not a person's, not a heading. Raises Invalid."""
    if not code:
        return None
    account = (await books.posting_accounts(w, building_id)).get(code)
    if account is None:
        raise Invalid("account", N_("There is no account {code}."), code=code)
    if not account.postable:
        raise Invalid("account", N_("{code} is a heading: post on an account below it."), code=code)
    if account.archived:
        raise Invalid("account", N_("Account {code} is no longer used."), code=code)
    if account.party != "none" or code.startswith(("5", "7")):
        raise Invalid("account", N_("Choose an account of costs, such as 61: {code} is none."), code=code)
    return account.id


async def _divide(w: Work, row: InvoiceLine, text: str) -> None:
    """By a key, the shares, or to one lot, which makes it a private cost on 643."""
    kind, _, value = text.partition(":")
    chosen = read_id(value, "divided_by")
    private = row.lot_id is not None
    row.key_id = row.lot_id = None
    if kind == "key" and chosen:
        key = await w.session.get(AllocationKey, chosen)
        if key is None or key.building_id != row.building_id:
            raise Invalid("divided_by", N_("Choose one."))
        row.key_id = chosen
    elif kind == "lot" and chosen:
        lot = await w.session.get(Lot, chosen)
        if lot is None or lot.building_id != row.building_id:
            raise Invalid("divided_by", N_("Choose one."))
        row.lot_id = chosen
        row.account_id = await _account(w, row.building_id, PRIVATE_COSTS)
    elif text:
        raise Invalid("divided_by", N_("Choose one."))
    if private and row.lot_id is None:
        row.account_id = None


def _use(row: InvoiceLine, clean: Mapping[str, Any]) -> None:
    """The days that were used; one day given alone stands for both until the other is typed."""
    period = row.period
    start = clean.get("start", period.lower if period else None)
    end = clean.get("end", _last(row))
    if (start is None and end is None) or ("start" in clean and clean["start"] is None and "end" not in clean):
        row.period = None
        return
    first, last = start or end, end or start
    if "start" in clean and "end" not in clean and last < first:
        last = first
    if last < first:
        raise Invalid("end", N_("The period ends before it begins."))
    row.period = span(first, last.fromordinal(last.toordinal() + 1))


def _last(row: InvoiceLine) -> Any:
    upper = row.period.upper if row.period else None
    return upper.fromordinal(upper.toordinal() - 1) if upper else None


async def _follow(
    w: Work, invoice: Invoice, row: InvoiceLine, action: str, *, before: Any = None, after: Any = None
) -> None:
    """The totals of what is typed by hand follow its lines; those of an electronic invoice are the document's."""
    if invoice.origin == "manual":
        await w.execute(
            """update invoice i set net_cents = t.net, vat_cents = t.vat, total_cents = t.net + t.vat
                 from (select coalesce(sum(net_cents), 0) as net, coalesce(sum(vat_cents), 0) as vat
                         from invoice_line where invoice_id = %(i)s) t where i.id = %(i)s""",
            i=invoice.id,
        )
        await w.session.refresh(invoice)
    await audit(
        w, action, "invoice", invoice.id, organization_id=row.organization_id, building_id=row.building_id,
        before=before, after=after,
    )  # fmt: skip
