"""Invoices: what was paid in advance, how the rest is paid, what a person decided before they were submitted.

A number may come again in another year; only what is paid by transfer goes into a payment order.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_VIEW = """create or replace view purchases.invoice with (security_invoker = true) as
  select id, organization_id, building_id, supplier_id, kind, number, dated, due_on, iban, net_cents, vat_cents, status,
         entry_id, document_id, prepaid_line_id from invoice"""
_VIEW_BEFORE = """create view purchases.invoice with (security_invoker = true) as
  select id, organization_id, building_id, supplier_id, kind, number, dated, due_on, iban, net_cents, vat_cents, status,
         entry_id, document_id from invoice"""
_GUARD = """
create or replace function koprogo_invoice_guard() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  steps constant text[] := array['status', 'reason', 'submitted_by', 'submitted_at', 'approved_by', 'approved_at',
                                 'rejected_by', 'rejected_at', 'entry_id', 'document_id', 'version'{steps}];
  ended constant text[] := array['status', 'reason', 'document_id', 'version'{ended}];
begin
  if tg_op = 'DELETE' then
    if old.status not in ('draft', 'rejected') then
      raise exception using errcode = 'KG002', hint = 'status', message = 'Only a draft can be removed.';
    end if;
    perform koprogo_see(tenant);
    return old;
  end if;
  if tg_op = 'INSERT' then
    if new.status <> 'draft' then
      raise exception using errcode = 'KG003', hint = 'status', message = 'An invoice begins as a draft.';
    end if;
    perform koprogo_see(tenant);
    return new;
  end if;
  if (new.id, new.organization_id, new.building_id, new.author_id, new.origin, new.created_at) is distinct from
     (old.id, old.organization_id, old.building_id, old.author_id, old.origin, old.created_at)
     or (old.status = 'submitted' and to_jsonb(new) - steps <> to_jsonb(old) - steps)
     or (old.status in ('approved', 'reversed') and to_jsonb(new) - ended <> to_jsonb(old) - ended) then
    raise exception using errcode = 'KG002', hint = 'status',
      message = 'A submitted or approved invoice does not change: reject it, or take it back.';
  end if;
  if new.status <> old.status then
    if (old.status, new.status) not in (('draft', 'submitted'), ('rejected', 'submitted'), ('submitted', 'draft'),
                                        ('submitted', 'rejected'), ('submitted', 'approved'),
                                        ('approved', 'reversed')) then
      raise exception using errcode = 'KG002', hint = 'status',
        message = 'This step does not follow from where the invoice stands.';
    end if;
    if new.status in ('submitted', 'approved') then perform koprogo_invoice_whole(new); end if;
    if new.status = 'approved' then perform koprogo_invoice_approval(new); end if;
    if new.status = 'reversed' and not exists (select from entry where reversal_of = new.entry_id) then
      raise exception using errcode = 'KG003', hint = 'status',
        message = 'An invoice is taken back by the reversal of its entry.';
    end if;
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
"""
_ORDER_LINE = """
create or replace function koprogo_payment_order_line_guard() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
begin
  if not exists (select from payment_order where id = new.order_id and status = 'made') or not new.live then
    raise exception using errcode = 'KG002', hint = 'order',
      message = 'A payment order does not change: cancel it and make another.';
  end if;
  if not exists (select from invoice where id = new.invoice_id and status = 'approved' and kind = 'invoice') then
    raise exception using errcode = 'KG003', hint = 'invoices', message = 'Only an approved invoice is paid.';
  end if;{transfer}
  perform koprogo_see(tenant);
  return new;
end $$;
"""
_TRANSFER = """
  if not exists (select from invoice where id = new.invoice_id and paid_by = 'transfer'
                    and new.cents <= total_cents - prepaid_cents) then
    raise exception using errcode = 'KG003', hint = 'invoices',
      message = 'An order pays what is paid by transfer, and no more than is left to pay.';
  end if;"""
_NUMBER = ["building_id", "supplier_id", "kind", sa.literal_column("lower(number)")]
_LIVE = sa.text("status <> 'reversed'")


def upgrade() -> None:
    op.add_column("invoice", sa.Column("prepaid_cents", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("invoice", sa.Column("prepaid_line_id", sa.Uuid(), nullable=True))
    op.add_column("invoice", sa.Column("paid_by", sa.String(), server_default="transfer", nullable=False))
    op.add_column("invoice", sa.Column("mandate", sa.String(), server_default="", nullable=False))
    for column in ("asked", "answered"):
        op.add_column(
            "invoice", sa.Column(column, postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False)
        )
    op.create_check_constraint(op.f("invoice_paid_by"), "invoice", "paid_by in ('transfer', 'debit', 'card', 'other')")
    op.create_check_constraint(
        op.f("invoice_prepaid"),
        "invoice",
        "prepaid_cents >= 0 and (status in ('draft', 'rejected') or prepaid_cents <= total_cents)",
    )
    op.create_foreign_key(
        "invoice_prepaid_line_fkey", "invoice", "entry_line",
        ["organization_id", "building_id", "prepaid_line_id"], ["organization_id", "building_id", "id"],
        ondelete="RESTRICT",
    )  # fmt: skip
    op.drop_index("invoice_number_once", table_name="invoice", postgresql_where=_LIVE)
    year = sa.literal_column("EXTRACT(year FROM dated)")
    op.create_index("invoice_number_once", "invoice", [*_NUMBER, year], unique=True, postgresql_where=_LIVE)
    op.execute(_GUARD.format(steps=", 'prepaid_line_id'", ended=", 'paid_by'"))
    op.execute(_ORDER_LINE.format(transfer=_TRANSFER))
    op.execute(_VIEW)


def downgrade() -> None:
    op.execute("drop view purchases.invoice")
    op.execute(_VIEW_BEFORE)
    op.execute("grant select on purchases.invoice to koprogo_app")
    op.execute(_ORDER_LINE.format(transfer=""))
    op.execute(_GUARD.format(steps="", ended=""))
    op.drop_index("invoice_number_once", table_name="invoice", postgresql_where=_LIVE)
    op.create_index("invoice_number_once", "invoice", _NUMBER, unique=True, postgresql_where=_LIVE)
    op.drop_constraint("invoice_prepaid_line_fkey", "invoice", type_="foreignkey")
    op.drop_constraint(op.f("invoice_prepaid"), "invoice", type_="check")
    op.drop_constraint(op.f("invoice_paid_by"), "invoice", type_="check")
    for column in ("answered", "asked", "mandate", "paid_by", "prepaid_line_id", "prepaid_cents"):
        op.drop_column("invoice", column)
