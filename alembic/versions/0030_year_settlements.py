"""The balances of a year's statements booked on the owners' accounts, the day a line is due, refunds to co-owners in
payment orders, and the first day of an allocation key."""

import sqlalchemy as sa

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

AFTER = """
call koprogo_tenant('line_term');
call koprogo_tenant('year_settlement');
call koprogo_tenant('year_settlement_line');
-- What was booked stays as it was booked; it is taken back by the reversal of its entry.
revoke update, delete on year_settlement, year_settlement_line from koprogo_app;

create function koprogo_year_settlement_once() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
begin
  if exists (select from year_settlement s where s.fiscal_year_id = new.fiscal_year_id
                and not exists (select from entry r where r.reversal_of = s.entry_id)) then
    raise exception using errcode = 'KG003', hint = 'year',
      message = 'The balances of this year are booked already.';
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger year_settlement_once before insert on year_settlement
  for each row execute function koprogo_year_settlement_once();

create view payments.line_term with (security_invoker = true) as
  select line_id, organization_id, building_id, due_on, set_aside from line_term;
grant select on payments.line_term to koprogo_app;
create or replace view ledger.fiscal_year with (security_invoker = true) as
  select id, organization_id, building_id, period, status, closed_at from fiscal_year;
create or replace view purchases.payment_order_line with (security_invoker = true) as
  select id, organization_id, building_id, order_id, invoice_id, position, iban, cents, live, credit_line_id
    from payment_order_line;
"""
BEFORE = """
drop view payments.line_term;
drop view ledger.fiscal_year;
create view ledger.fiscal_year with (security_invoker = true) as
  select id, organization_id, building_id, period from fiscal_year;
grant select on ledger.fiscal_year to koprogo_app;
drop view purchases.payment_order_line;
create view purchases.payment_order_line with (security_invoker = true) as
  select id, organization_id, building_id, order_id, invoice_id, position, iban, cents, live from payment_order_line;
grant select on purchases.payment_order_line to koprogo_app;
drop function koprogo_year_settlement_once cascade;
"""
INVOICE_ONLY = (
    "if not exists (select from invoice where id = new.invoice_id and status = 'approved' and kind = 'invoice') then"
)
OR_CREDIT = (
    "if new.credit_line_id is not null and not exists (select from entry_line l where l.id = new.credit_line_id\n"
    "      and l.owner_id is not null and l.credit_cents >= new.cents) then\n"
    "    raise exception using errcode = 'KG003', hint = 'refunds', message = 'Only a credit is refunded.';\n"
    "  end if;\n"
    "  if new.invoice_id is not null and not exists (\n"
    "    select from invoice where id = new.invoice_id and status = 'approved' and kind = 'invoice') then"
)


TRANSFER_ONLY = "if not exists (select from invoice where id = new.invoice_id and paid_by = 'transfer'"
TRANSFER_OR_CREDIT = (
    "if new.invoice_id is not null and not exists (\n"
    "    select from invoice where id = new.invoice_id and paid_by = 'transfer'"
)


def _replace(*pairs: tuple[str, str]) -> None:
    """What an order may pay, in the trigger's function as 0028 left it."""
    found = op.get_bind().scalar(sa.text("select pg_get_functiondef('koprogo_payment_order_line_guard'::regproc)"))
    for before, after in pairs:
        if before not in found:
            raise RuntimeError("koprogo_payment_order_line_guard is not what 0028 left.")
        found = found.replace(before, after)
    op.get_bind().exec_driver_sql(found)


def _tenant() -> list[sa.Column]:
    return [
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
    ]


def _id() -> sa.Column:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False)


def _inside(table: str, column: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id", "building_id", column],
        [f"{table}.organization_id", f"{table}.building_id", f"{table}.id"],
        name=name,
        ondelete="RESTRICT",
    )


def _owner(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id", "owner_id"], ["owner.organization_id", "owner.id"], name=name, ondelete="RESTRICT"
    )


def upgrade() -> None:
    op.create_table(
        "line_term",
        sa.Column("line_id", sa.Uuid(), nullable=False),
        *_tenant(),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("set_aside", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _inside("entry_line", "line_id", "line_term_line_fkey"),
        sa.PrimaryKeyConstraint("line_id", name=op.f("line_term_pkey")),
    )
    op.create_index("line_term_building", "line_term", ["organization_id", "building_id"], unique=False)
    op.create_table(
        "year_settlement",
        _id(),
        *_tenant(),
        sa.Column("fiscal_year_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("credit", sa.String(), nullable=False),
        sa.Column("works_credit", sa.String(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("credit in ('carry', 'refund')", name=op.f("year_settlement_credit")),
        sa.CheckConstraint("works_credit in ('carry', 'refund')", name=op.f("year_settlement_works_credit")),
        sa.CheckConstraint("due_on >= booked_on", name=op.f("year_settlement_due_on")),
        _inside("fiscal_year", "fiscal_year_id", "year_settlement_year_fkey"),
        _inside("entry", "entry_id", "year_settlement_entry_fkey"),
        _inside("payment_order", "order_id", "year_settlement_order_fkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("year_settlement_pkey")),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="year_settlement_tenant"),
        sa.UniqueConstraint("entry_id", name="year_settlement_entry_once"),
    )
    op.create_index("year_settlement_year", "year_settlement", ["organization_id", "fiscal_year_id"], unique=False)
    op.create_table(
        "year_settlement_line",
        _id(),
        *_tenant(),
        sa.Column("settlement_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("called_cents", sa.BigInteger(), nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("entry_line_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("fund in ('working', 'works')", name=op.f("year_settlement_line_fund")),
        sa.CheckConstraint("cents = cost_cents - called_cents", name=op.f("year_settlement_line_cents")),
        sa.CheckConstraint("(entry_line_id is null) = (cents = 0)", name=op.f("year_settlement_line_entry_line")),
        _inside("year_settlement", "settlement_id", "year_settlement_line_settlement_fkey"),
        _inside("entry_line", "entry_line_id", "year_settlement_line_entry_line_fkey"),
        _owner("year_settlement_line_owner_fkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("year_settlement_line_pkey")),
        sa.UniqueConstraint("settlement_id", "owner_id", "fund", name="year_settlement_line_once"),
    )
    op.create_index("year_settlement_line_owner", "year_settlement_line", ["organization_id", "owner_id"], unique=False)
    op.add_column("sent_statement", sa.Column("settlement_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "sent_statement_settlement_fkey", "sent_statement", "year_settlement",
        ["organization_id", "building_id", "settlement_id"], ["organization_id", "building_id", "id"],
        ondelete="RESTRICT",
    )  # fmt: skip
    op.drop_constraint("sent_statement_once", "sent_statement")
    op.create_unique_constraint(
        "sent_statement_once", "sent_statement", ["fiscal_year_id", "owner_id", "closed_at", "settlement_id"],
        postgresql_nulls_not_distinct=True,
    )  # fmt: skip
    op.alter_column("payment_order_line", "invoice_id", nullable=True)
    op.add_column("payment_order_line", sa.Column("credit_line_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "payment_order_line_credit_fkey", "payment_order_line", "entry_line",
        ["organization_id", "building_id", "credit_line_id"], ["organization_id", "building_id", "id"],
        ondelete="RESTRICT",
    )  # fmt: skip
    op.create_check_constraint(
        op.f("payment_order_line_pays"), "payment_order_line", "(invoice_id is null) <> (credit_line_id is null)"
    )
    op.create_index(
        "payment_order_line_credit_once", "payment_order_line", ["credit_line_id"], unique=True,
        postgresql_where=sa.text("live"),
    )  # fmt: skip
    _replace((INVOICE_ONLY, OR_CREDIT), (TRANSFER_ONLY, TRANSFER_OR_CREDIT))
    op.add_column("allocation_key", sa.Column("starts_on", sa.Date(), nullable=True))
    op.execute(
        "update allocation_key k set starts_on = (select min(lower(v.period)) from key_weight v where v.key_id = k.id)"
    )
    op.execute(AFTER)


def downgrade() -> None:
    op.execute(BEFORE)
    op.drop_column("allocation_key", "starts_on")
    _replace((OR_CREDIT, INVOICE_ONLY), (TRANSFER_OR_CREDIT, TRANSFER_ONLY))
    op.drop_index("payment_order_line_credit_once", "payment_order_line")
    op.drop_column("payment_order_line", "credit_line_id")
    op.alter_column("payment_order_line", "invoice_id", nullable=False)
    op.drop_constraint("sent_statement_once", "sent_statement")
    op.drop_column("sent_statement", "settlement_id")
    op.create_unique_constraint("sent_statement_once", "sent_statement", ["fiscal_year_id", "owner_id", "closed_at"])
    op.drop_table("year_settlement_line")
    op.drop_table("year_settlement")
    op.drop_table("line_term")
