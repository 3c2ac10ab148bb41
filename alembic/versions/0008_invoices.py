"""Invoices of suppliers, and their payment orders."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


AFTER = """
call koprogo_tenant('invoice');
call koprogo_tenant('invoice_line');
call koprogo_tenant('payment_order');
call koprogo_tenant('payment_order_line');

-- An order and its lines stay as the file says; that an order is cancelled is all that may change.
revoke update, delete on payment_order, payment_order_line from koprogo_app;
grant update (status, cancelled_by, cancelled_at) on payment_order to koprogo_app;

-- Who wrote an invoice may not approve it where the building asks for four eyes.
create function koprogo_invoice_approval(inv invoice) returns void language plpgsql as $$
declare
  booked bigint;
begin
  if inv.approved_by is not null and inv.approved_by in (inv.author_id, inv.submitted_by) and exists (
    select from charge_settings where building_id = inv.building_id and four_eyes) then
    raise exception using errcode = 'KG002', hint = 'status',
      message = 'Four eyes: somebody other than whoever wrote or submitted this invoice approves it.';
  end if;
  select coalesce(sum(l.credit_cents - l.debit_cents), 0) into booked
    from entry_line l join entry e on e.id = l.entry_id
   where l.entry_id = inv.entry_id and l.supplier_id = inv.supplier_id and e.reversal_of is null;
  if booked <> (case inv.kind when 'invoice' then inv.total_cents else -inv.total_cents end) then
    raise exception using errcode = 'KG003', hint = 'entry_id',
      message = 'The entry of an invoice owes its supplier exactly its total.';
  end if;
end $$;

-- What leaves the draft is whole: it adds up to the cent, and each line says where it is charged.
create function koprogo_invoice_whole(inv invoice) returns void language plpgsql as $$
declare
  found record;
begin
  select count(*) as lines, coalesce(sum(l.net_cents), 0) as net, coalesce(sum(l.vat_cents), 0) as vat,
         count(*) filter (where l.account_id is null) as unplaced,
         count(*) filter (where (l.lot_id is not null) <> (left(a.code, 3) = '643')) as private
    into found from invoice_line l left join account a on a.id = l.account_id where l.invoice_id = inv.id;
  if found.lines = 0 then
    raise exception using errcode = 'KG003', hint = 'lines', message = 'An invoice has at least one line.';
  end if;
  if found.net <> inv.net_cents or found.vat <> inv.vat_cents then
    raise exception using errcode = 'KG003', hint = 'lines',
      message = 'The lines do not add up to the totals of the invoice.';
  end if;
  if inv.total_cents <= 0 then
    raise exception using errcode = 'KG003', hint = 'lines', message = 'The total of an invoice is above zero.';
  end if;
  if found.unplaced > 0 then
    raise exception using errcode = 'KG003', hint = 'lines', message = 'Choose an account on each line.';
  end if;
  if found.private > 0 then
    raise exception using errcode = 'KG003', hint = 'lines',
      message = 'A private cost is charged to one lot on account 643, and nothing else is.';
  end if;
end $$;

create function koprogo_invoice_guard() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  steps constant text[] := array['status', 'reason', 'submitted_by', 'submitted_at', 'approved_by', 'approved_at',
                                 'rejected_by', 'rejected_at', 'entry_id', 'document_id', 'version'];
  ended constant text[] := array['status', 'reason', 'document_id', 'version'];
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
create trigger invoice_guard before insert or update or delete on invoice
  for each row execute function koprogo_invoice_guard();

-- Lines are written in a draft only, and stay inside their building.
create function koprogo_invoice_line_guard() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  parent text;
begin
  if tg_op = 'UPDATE' and new.invoice_id <> old.invoice_id then
    raise exception using errcode = 'KG002', hint = 'invoice', message = 'A line stays on its invoice.';
  end if;
  select status into parent from invoice
   where id = case tg_op when 'DELETE' then old.invoice_id else new.invoice_id end for update;
  if parent not in ('draft', 'rejected') then
    raise exception using errcode = 'KG002', hint = 'status',
      message = 'A submitted or approved invoice does not change: reject it, or take it back.';
  end if;
  if tg_op = 'DELETE' then
    perform koprogo_see(tenant);
    return old;
  end if;
  if exists (select from allocation_key where id = new.key_id and building_id <> new.building_id)
     or exists (select from lot where id = new.lot_id and building_id <> new.building_id) then
    raise exception using errcode = 'KG003', hint = 'key', message = 'This key or lot is of another building.';
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger invoice_line_guard before insert or update or delete on invoice_line
  for each row execute function koprogo_invoice_line_guard();

-- Whoever takes back the entry of an invoice takes back the invoice.
create function koprogo_entry_takes_back_invoice() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
begin
  update invoice set status = 'reversed', reason = new.reason, version = version + 1
   where entry_id = new.reversal_of and status = 'approved';
  perform koprogo_see(tenant);
  return null;
end $$;
create trigger entry_takes_back_invoice after insert on entry for each row
  when (new.reversal_of is not null) execute function koprogo_entry_takes_back_invoice();

-- An order begins standing, pays approved invoices, adds up, and is cancelled once.
create function koprogo_payment_order_guard() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  steps constant text[] := array['status', 'cancelled_by', 'cancelled_at'];
begin
  if tg_op = 'INSERT' then
    if new.status <> 'made' then
      raise exception using errcode = 'KG003', hint = 'status', message = 'A payment order begins as made.';
    end if;
  elsif old.status = 'cancelled' or to_jsonb(new) - steps <> to_jsonb(old) - steps then
    raise exception using errcode = 'KG002', hint = 'status',
      message = 'A payment order does not change: cancel it and make another.';
  elsif new.status = 'cancelled' then
    update payment_order_line set live = false where order_id = new.id;
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger payment_order_guard before insert or update on payment_order
  for each row execute function koprogo_payment_order_guard();

create function koprogo_payment_order_line_guard() returns trigger language plpgsql security definer
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
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger payment_order_line_guard before insert on payment_order_line
  for each row execute function koprogo_payment_order_line_guard();

create function koprogo_payment_order_sum() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  wanted uuid := case tg_table_name when 'payment_order' then new.id
                 else (to_jsonb(new) ->> 'order_id')::uuid end;
begin
  if exists (select from payment_order o where o.id = wanted and (o.total_cents, o.count::bigint) <> (
      select coalesce(sum(l.cents), 0)::bigint, count(*) from payment_order_line l where l.order_id = o.id)) then
    raise exception using errcode = 'KG003', hint = 'total', message = 'A payment order adds up its transfers.';
  end if;
  perform koprogo_see(tenant);
  return null;
end $$;
create constraint trigger payment_order_sum after insert on payment_order
  deferrable initially deferred for each row execute function koprogo_payment_order_sum();
create constraint trigger payment_order_line_sum after insert on payment_order_line
  deferrable initially deferred for each row execute function koprogo_payment_order_sum();
"""

FUNCTIONS = (
    "koprogo_entry_takes_back_invoice",
    "koprogo_invoice_approval",
    "koprogo_invoice_whole",
    "koprogo_invoice_guard",
    "koprogo_invoice_line_guard",
    "koprogo_payment_order_guard",
    "koprogo_payment_order_line_guard",
    "koprogo_payment_order_sum",
)


def upgrade() -> None:
    op.create_table(
        "invoice",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("communication", sa.String(), server_default="", nullable=False),
        sa.Column("message", sa.String(), server_default="", nullable=False),
        sa.Column("iban", sa.String(), server_default="", nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_cents", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_by", sa.Uuid(), nullable=True),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(status in ('approved', 'reversed')) = (entry_id is not null and approved_at is not null)",
            name=op.f("invoice_approved"),
        ),
        sa.CheckConstraint("communication ~ '^([0-9]{12})?$'", name=op.f("invoice_communication")),
        sa.CheckConstraint("kind in ('invoice', 'credit_note')", name=op.f("invoice_kind")),
        sa.CheckConstraint("number <> ''", name=op.f("invoice_number")),
        sa.CheckConstraint("origin in ('manual', 'ubl')", name=op.f("invoice_origin")),
        sa.CheckConstraint("status = 'draft' or submitted_at is not null", name=op.f("invoice_submitted")),
        sa.CheckConstraint(
            "status in ('draft', 'submitted', 'approved', 'rejected', 'reversed')", name=op.f("invoice_status")
        ),
        sa.CheckConstraint("status not in ('rejected', 'reversed') or reason <> ''", name=op.f("invoice_reason")),
        sa.CheckConstraint("net_cents + vat_cents = total_cents", name=op.f("invoice_total")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "entry_id"],
            ["entry.organization_id", "entry.building_id", "entry.id"],
            name="invoice_entry_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="invoice_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="invoice_document_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "supplier_id"],
            ["supplier.organization_id", "supplier.id"],
            name="invoice_supplier_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("invoice_pkey")),
        sa.UniqueConstraint("entry_id", name="invoice_entry_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="invoice_tenant"),
    )
    op.create_index("invoice_list", "invoice", ["organization_id", "building_id", "dated"], unique=False)
    op.create_index(
        "invoice_number_once",
        "invoice",
        ["building_id", "supplier_id", "kind", sa.literal_column("lower(number)")],
        unique=True,
        postgresql_where=sa.text("status <> 'reversed'"),
    )
    op.create_index("invoice_supplier", "invoice", ["organization_id", "supplier_id"], unique=False)
    op.create_table(
        "payment_order",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("bank_account_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("execute_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'cancelled') = (cancelled_at is not null)", name=op.f("payment_order_cancelled")),
        sa.CheckConstraint("status in ('made', 'cancelled')", name=op.f("payment_order_status")),
        sa.CheckConstraint("total_cents > 0 and count > 0", name=op.f("payment_order_total")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "bank_account_id"],
            ["bank_account.organization_id", "bank_account.building_id", "bank_account.id"],
            name="payment_order_bank_account_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_order_pkey")),
        sa.UniqueConstraint("building_id", "reference", name="payment_order_reference_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="payment_order_tenant"),
    )
    op.create_index(
        "payment_order_list", "payment_order", ["organization_id", "building_id", "created_at"], unique=False
    )
    op.create_table(
        "invoice_line",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.String(), server_default="", nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("vat_cents", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("period", postgresql.DATERANGE(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("lot_id is null or key_id is null", name=op.f("invoice_line_key")),
        sa.CheckConstraint(
            "not isempty(period) and not lower_inf(period) and not upper_inf(period)", name=op.f("invoice_line_period")
        ),
        sa.CheckConstraint("vat_rate in (0, 6, 12, 21)", name=op.f("invoice_line_vat_rate")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "account_id"],
            ["account.organization_id", "account.building_id", "account.id"],
            name="invoice_line_account_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "invoice_id"],
            ["invoice.organization_id", "invoice.building_id", "invoice.id"],
            name="invoice_line_invoice_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "key_id"],
            ["allocation_key.organization_id", "allocation_key.id"],
            name="invoice_line_key_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "lot_id"],
            ["lot.organization_id", "lot.id"],
            name="invoice_line_lot_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("invoice_line_pkey")),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="invoice_line_tenant"),
    )
    op.create_index("invoice_line_invoice", "invoice_line", ["organization_id", "invoice_id", "position"], unique=False)
    op.create_table(
        "payment_order_line",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.String(), server_default="", nullable=False),
        sa.Column("live", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("iban <> '' and name <> ''", name=op.f("payment_order_line_payee")),
        sa.CheckConstraint("cents > 0", name=op.f("payment_order_line_cents")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "invoice_id"],
            ["invoice.organization_id", "invoice.building_id", "invoice.id"],
            name="payment_order_line_invoice_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "order_id"],
            ["payment_order.organization_id", "payment_order.building_id", "payment_order.id"],
            name="payment_order_line_order_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_order_line_pkey")),
        sa.UniqueConstraint("order_id", "position", name="payment_order_line_position"),
    )
    op.create_index(
        "payment_order_line_once", "payment_order_line", ["invoice_id"], unique=True, postgresql_where=sa.text("live")
    )
    op.create_index("payment_order_line_order", "payment_order_line", ["organization_id", "order_id"], unique=False)
    op.add_column("supplier", sa.Column("email", sa.String(), server_default="", nullable=False))
    op.add_column("supplier", sa.Column("street", sa.String(), server_default="", nullable=False))
    op.add_column("supplier", sa.Column("postal_code", sa.String(), server_default="", nullable=False))
    op.add_column("supplier", sa.Column("city", sa.String(), server_default="", nullable=False))
    op.add_column("supplier", sa.Column("country", sa.String(), server_default="BE", nullable=False))
    op.add_column("supplier", sa.Column("default_account", sa.String(), server_default="", nullable=False))
    op.add_column("supplier", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))

    op.execute(AFTER)


def downgrade() -> None:
    for name in FUNCTIONS:
        op.execute(f"drop function {name} cascade")

    op.drop_column("supplier", "version")
    op.drop_column("supplier", "default_account")
    op.drop_column("supplier", "country")
    op.drop_column("supplier", "city")
    op.drop_column("supplier", "postal_code")
    op.drop_column("supplier", "street")
    op.drop_column("supplier", "email")
    op.drop_index("payment_order_line_order", table_name="payment_order_line")
    op.drop_index("payment_order_line_once", table_name="payment_order_line", postgresql_where=sa.text("live"))
    op.drop_table("payment_order_line")
    op.drop_index("invoice_line_invoice", table_name="invoice_line")
    op.drop_table("invoice_line")
    op.drop_index("payment_order_list", table_name="payment_order")
    op.drop_table("payment_order")
    op.drop_index("invoice_supplier", table_name="invoice")
    op.drop_index("invoice_number_once", table_name="invoice", postgresql_where=sa.text("status <> 'reversed'"))
    op.drop_index("invoice_list", table_name="invoice")
    op.drop_table("invoice")
