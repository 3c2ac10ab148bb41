"""The books: ledger, chart, journals, years, entries, seals, matching."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


AFTER = """
call koprogo_tenant('ledger');
call koprogo_tenant('account');
call koprogo_tenant('journal');
call koprogo_tenant('fiscal_year');
call koprogo_tenant('supplier');
call koprogo_tenant('entry');
call koprogo_tenant('entry_line');
call koprogo_tenant('entry_seal');
call koprogo_tenant('matching');
call koprogo_tenant('matching_line');
call koprogo_tenant('closing_run');

-- What is posted stays as it is; the seal, the version and the head of the chain are the database's own.
revoke update, delete on ledger, entry, entry_line, entry_seal from koprogo_app;
revoke insert on entry_seal from koprogo_app;
grant update (simplified) on ledger to koprogo_app;
revoke update on matching, matching_line, journal from koprogo_app;
grant update (name, code) on journal to koprogo_app;
revoke delete on account, supplier from koprogo_app;

create trigger entry_append_only before update or delete on entry
  for each row execute function koprogo_append_only();
create trigger entry_not_emptied before truncate on entry
  for each statement execute function koprogo_append_only();
create trigger entry_line_append_only before update or delete on entry_line
  for each row execute function koprogo_append_only();
create trigger entry_line_not_emptied before truncate on entry_line
  for each statement execute function koprogo_append_only();
create trigger entry_seal_append_only before update or delete on entry_seal
  for each row execute function koprogo_append_only();
create trigger entry_seal_not_emptied before truncate on entry_seal
  for each statement execute function koprogo_append_only();

-- The checks below judge all rows, whatever tenant is set, and give the setting back.
create function koprogo_see_all() returns text language plpgsql as $$
declare
  tenant text := coalesce(current_setting('koprogo.organizations', true), '');
begin
  perform set_config('koprogo.organizations', '*', true);
  return tenant;
end $$;
create function koprogo_see(tenant text) returns void language sql as
$$ select set_config('koprogo.organizations', tenant, true) $$;

create function koprogo_ledger_new() returns trigger language plpgsql as $$
begin
  new.version := 0;
  new.head := null;
  return new;
end $$;
create trigger ledger_new before insert on ledger for each row execute function koprogo_ledger_new();

-- An account of one's own stands below a heading; a heading with accounts below it is no longer posted on.
create function koprogo_account_guard() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
begin
  if tg_op = 'INSERT' then
    if new.origin = 'own' and not exists (
      select from account where building_id = new.building_id and length(code) > 1
         and code in (select left(new.code, n) from generate_series(1, length(new.code) - 1) n)) then
      raise exception using errcode = 'KG003', hint = 'code',
        message = 'Your own accounts stand below an account of the chart.';
    end if;
    new.postable := not exists (
      select from account where building_id = new.building_id and left(code, length(new.code)) = new.code);
    update account set postable = false where building_id = new.building_id and postable
       and code in (select left(new.code, n) from generate_series(1, length(new.code) - 1) n);
    perform koprogo_see(tenant);
    return new;
  end if;
  if (new.organization_id, new.building_id, new.code, new.origin) is distinct from
     (old.organization_id, old.building_id, old.code, old.origin) then
    raise exception using errcode = 'KG002', hint = 'code', message = 'The number of an account does not change.';
  end if;
  if (new.kind, new.party) is distinct from (old.kind, old.party)
     and exists (select from entry_line where account_id = old.id) then
    raise exception using errcode = 'KG002', hint = 'kind', message = 'This account has entries: its kind stays.';
  end if;
  if old.origin <> 'own' and (new.label_fr, new.label_nl, new.label_de, new.label_en, new.kind, new.party)
     is distinct from (old.label_fr, old.label_nl, old.label_de, old.label_en, old.kind, old.party) then
    raise exception using errcode = 'KG001', hint = 'label', detail = 'RD 2012-07-12',
      message = 'The accounts of the chart stay as they are; add your own below them.';
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger account_guard before insert or update on account
  for each row execute function koprogo_account_guard();

-- One writer at a time in a ledger: numbers without gaps, one chain, and no entry while a year is being closed.
create function koprogo_ledger_lock(wanted uuid) returns void language sql as
$$ select from ledger where building_id = wanted for update $$;

create function koprogo_entry_number() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  y fiscal_year;
begin
  perform koprogo_ledger_lock(new.building_id);
  select * into y from fiscal_year where building_id = new.building_id
     and (id = new.fiscal_year_id or (new.fiscal_year_id is null and period @> new.date));
  if not found then
    raise exception using errcode = 'KG003', hint = 'date', message = 'No financial year holds this date.';
  end if;
  if not y.period @> new.date then
    raise exception using errcode = 'KG003', hint = 'date', message = 'This date is outside the financial year.';
  end if;
  if y.status <> 'open' then
    raise exception using errcode = 'KG002', hint = 'date', message = 'This financial year is closed.';
  end if;
  new.fiscal_year_id := y.id;
  select coalesce(max(number), 0) + 1 into new.number from entry
   where journal_id = new.journal_id and fiscal_year_id = new.fiscal_year_id;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger entry_number before insert on entry for each row execute function koprogo_entry_number();

create function koprogo_line_check() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  a account;
  e entry;
begin
  if exists (select from entry_seal where entry_id = new.entry_id) then
    raise exception using errcode = 'KG002', hint = 'lines',
      message = 'A posted entry never changes: reverse it and post another.';
  end if;
  select * into e from entry where id = new.entry_id;
  select * into a from account where id = new.account_id and building_id = new.building_id;
  if not found then
    perform koprogo_see(tenant);
    return new;  -- the foreign key refuses it
  end if;
  if e.nature = 'entry' and e.reversal_of is null then
    if not a.postable then
      raise exception using errcode = 'KG003', hint = 'account',
        message = 'This account is a heading: post on an account below it.';
    end if;
    if a.archived_at is not null then
      raise exception using errcode = 'KG003', hint = 'account', message = 'This account is no longer used.';
    end if;
  end if;
  if a.party = 'owner' and new.owner_id is null then
    raise exception using errcode = 'KG003', hint = 'party', message = 'This account needs a co-owner on each line.';
  end if;
  if a.party = 'supplier' and new.supplier_id is null then
    raise exception using errcode = 'KG003', hint = 'party', message = 'This account needs a supplier on each line.';
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger entry_line_check before insert on entry_line for each row execute function koprogo_line_check();

create function koprogo_entry_hash(prev bytea, wanted uuid) returns bytea language sql stable as $$
  select sha256(prev || convert_to(jsonb_build_array(
      e.id, e.organization_id, e.building_id, e.journal_id, e.fiscal_year_id, e.number, e.date, e.label,
      e.document_ref, e.document_date, e.document_id, e.nature, e.reversal_of, e.reason, e.user_id,
      extract(epoch from e.created_at)::text,
      (select jsonb_agg(jsonb_build_array(l.id, l.position, l.account_id, l.debit_cents, l.credit_cents, l.party_kind,
                                          l.owner_id, l.supplier_id, l.lot_id, l.label) order by l.position)
         from entry_line l where l.entry_id = e.id))::text, 'UTF8'))
    from entry e where e.id = wanted
$$;

-- When the transaction ends an entry must balance; then it gets its place in the chain.
create function koprogo_entry_seal() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  total record;
  book ledger;
  original entry;
begin
  select count(*) as lines, coalesce(sum(debit_cents), 0) as debit, coalesce(sum(credit_cents), 0) as credit
    into total from entry_line where entry_id = new.id;
  if total.lines < 2 then
    raise exception using errcode = 'KG003', hint = 'lines', message = 'An entry has at least two lines.';
  end if;
  if total.debit <> total.credit then
    raise exception using errcode = 'KG003', hint = 'lines', message = 'Debits and credits are not equal.';
  end if;
  if new.reversal_of is not null then
    select * into original from entry where id = new.reversal_of;
    if original.reversal_of is not null or original.nature <> new.nature or exists (
      select from entry_line where entry_id in (new.id, new.reversal_of)
       group by account_id, party_kind, owner_id, supplier_id, lot_id
      having sum(debit_cents) <> sum(credit_cents)) then
      raise exception using errcode = 'KG003', hint = 'lines',
        message = 'A reversal takes back exactly the entry that it names.';
    end if;
  end if;
  perform koprogo_ledger_lock(new.building_id);
  select * into book from ledger where building_id = new.building_id;
  book.head := coalesce(book.head, decode('00', 'hex'));
  insert into entry_seal (entry_id, organization_id, building_id, seq, prev_hash, hash)
  values (new.id, new.organization_id, new.building_id, book.version + 1, book.head,
          koprogo_entry_hash(book.head, new.id));
  update ledger set version = version + 1, head = (select hash from entry_seal where entry_id = new.id)
   where building_id = new.building_id;
  perform koprogo_see(tenant);
  return null;
end $$;
create constraint trigger entry_seal after insert on entry
  deferrable initially deferred for each row execute function koprogo_entry_seal();

-- Years close in their order and open again in the reverse order, with a reason.
create function koprogo_year_guard() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
begin
  perform koprogo_ledger_lock(new.building_id);
  if tg_op = 'INSERT' then
    if new.status <> 'open' then
      raise exception using errcode = 'KG003', hint = 'status', message = 'A financial year begins open.';
    end if;
    if exists (select from fiscal_year where building_id = new.building_id and status = 'closed'
                  and lower(period) > lower(new.period)) then
      raise exception using errcode = 'KG002', hint = 'period', message = 'A later financial year is closed already.';
    end if;
    perform koprogo_see(tenant);
    return new;
  end if;
  if (new.organization_id, new.building_id, new.period) is distinct from
     (old.organization_id, old.building_id, old.period) then
    raise exception using errcode = 'KG002', hint = 'period', message = 'A financial year keeps its dates.';
  end if;
  if old.status = 'open' and new.status = 'closed' and exists (
    select from fiscal_year where building_id = new.building_id and status = 'open'
       and lower(period) < lower(new.period)) then
    raise exception using errcode = 'KG002', hint = 'status', message = 'Close the earlier financial year first.';
  end if;
  if old.status = 'closed' and new.status = 'open' then
    if new.reopened_reason = '' then
      raise exception using errcode = 'KG003', hint = 'reason', message = 'Say why the year is opened again.';
    end if;
    if exists (select from fiscal_year where building_id = new.building_id and status = 'closed'
                  and lower(period) > lower(new.period)) then
      raise exception using errcode = 'KG002', hint = 'status', message = 'Open the later financial year first.';
    end if;
  end if;
  perform koprogo_see(tenant);
  return new;
end $$;
create trigger fiscal_year_guard before insert or update on fiscal_year
  for each row execute function koprogo_year_guard();

-- A closed year stands at zero on every account and person, and the next one begins with what it carried; a year that
-- is open has nothing of that left.
create function koprogo_year_state() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  y fiscal_year;
  following uuid;
begin
  select * into y from fiscal_year where id = new.id;
  if not found then perform koprogo_see(tenant); return null; end if;
  select id into following from fiscal_year where building_id = y.building_id and lower(period) = upper(y.period);
  if y.status = 'closed' then
    if exists (select from entry_line l join entry e on e.id = l.entry_id where e.fiscal_year_id = y.id
                group by l.account_id, l.party_kind, l.owner_id, l.supplier_id, l.lot_id
               having sum(l.debit_cents) <> sum(l.credit_cents)) then
      raise exception using errcode = 'KG003', hint = 'status',
        message = 'A year is closed when every account has been carried forward.';
    end if;
    if exists (select from entry_line l join entry e on e.id = l.entry_id
                where (e.fiscal_year_id = y.id and e.nature = 'close')
                   or (e.fiscal_year_id = following and e.nature = 'open')
                group by l.account_id, l.party_kind, l.owner_id, l.supplier_id, l.lot_id
               having sum(l.debit_cents) <> sum(l.credit_cents)) then
      raise exception using errcode = 'KG003', hint = 'status',
        message = 'The next year must begin with the balances of this one.';
    end if;
  elsif exists (
    select from entry e where ((e.fiscal_year_id = y.id and e.nature in ('result', 'close'))
                            or (e.fiscal_year_id = following and e.nature = 'open'))
       and e.reversal_of is null and not exists (select from entry r where r.reversal_of = e.id)) then
    raise exception using errcode = 'KG003', hint = 'status',
      message = 'Opening a year again takes back its closing entries.';
  end if;
  perform koprogo_see(tenant);
  return null;
end $$;
create constraint trigger fiscal_year_state after update of status on fiscal_year
  deferrable initially deferred for each row execute function koprogo_year_state();

-- Matched lines settle each other: one account, one person, sum zero.
create function koprogo_matching_check() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  tenant text := koprogo_see_all();
  wanted uuid;
  found record;
begin
  if tg_table_name = 'matching' then wanted := new.id;
  elsif tg_op = 'DELETE' then wanted := old.matching_id;
  else wanted := new.matching_id; end if;
  if not exists (select from matching where id = wanted) then perform koprogo_see(tenant); return null; end if;
  select count(*) as lines, sum(l.debit_cents) - sum(l.credit_cents) as rest,
         count(distinct l.account_id) as accounts, count(distinct coalesce(l.owner_id, l.supplier_id)) as people,
         bool_and(a.party <> 'none' and coalesce(l.owner_id, l.supplier_id) is not null) as personal,
         bool_and(e.nature = 'entry') as real
    into found
    from matching_line m join entry_line l on l.id = m.line_id join account a on a.id = l.account_id
    join entry e on e.id = l.entry_id where m.matching_id = wanted;
  if found.lines < 2 then
    raise exception using errcode = 'KG003', hint = 'lines', message = 'Match at least two lines.';
  end if;
  if not found.personal or not found.real then
    raise exception using errcode = 'KG003', hint = 'lines',
      message = 'Only lines of a co-owner or a supplier are matched.';
  end if;
  if found.accounts > 1 or found.people > 1 then
    raise exception using errcode = 'KG003', hint = 'lines',
      message = 'Match the lines of one person on one account.';
  end if;
  if found.rest <> 0 then
    raise exception using errcode = 'KG003', hint = 'lines', message = 'Matched lines must settle each other exactly.';
  end if;
  perform koprogo_see(tenant);
  return null;
end $$;
create constraint trigger matching_whole after insert on matching
  deferrable initially deferred for each row execute function koprogo_matching_check();
create constraint trigger matching_line_whole after insert or update or delete on matching_line
  deferrable initially deferred for each row execute function koprogo_matching_check();
"""


def upgrade() -> None:
    op.create_table(
        "supplier",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("enterprise_number", sa.String(), nullable=True),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("supplier_name")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="supplier_organization_id_fkey", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("supplier_pkey")),
        sa.UniqueConstraint("organization_id", "id", name="supplier_tenant"),
    )
    op.create_index("supplier_name", "supplier", ["organization_id", "name"], unique=False)
    op.create_index("supplier_number_once", "supplier", ["organization_id", "enterprise_number"], unique=True)
    op.create_table(
        "ledger",
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("simplified", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["building.organization_id", "building.id"],
            name="ledger_building_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("building_id", name=op.f("ledger_pkey")),
        sa.UniqueConstraint("organization_id", "building_id", name="ledger_tenant"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("label_nl", sa.String(), nullable=False),
        sa.Column("label_de", sa.String(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("postable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("code ~ '^[1-7][0-9]{0,9}$'", name=op.f("account_code")),
        sa.CheckConstraint(
            "kind in ('asset', 'liability', 'equity', 'expense', 'income', 'mixed')", name=op.f("account_kind")
        ),
        sa.CheckConstraint("label_fr <> ''", name=op.f("account_label")),
        sa.CheckConstraint("origin in ('decree', 'practice', 'own')", name=op.f("account_origin")),
        sa.CheckConstraint("party in ('none', 'owner', 'supplier')", name=op.f("account_party")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="account_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("account_pkey")),
        sa.UniqueConstraint("building_id", "code", name="account_code_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="account_tenant"),
    )
    op.create_table(
        "fiscal_year",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("reopened_reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("building_id"), "="), (sa.column("period"), "&&"), using="gist", name="fiscal_year_no_overlap"
        ),
        sa.CheckConstraint("status in ('open', 'closed')", name=op.f("fiscal_year_status")),
        sa.CheckConstraint(
            "not isempty(period) and not lower_inf(period) and not upper_inf(period)", name=op.f("fiscal_year_period")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="fiscal_year_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("fiscal_year_pkey")),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="fiscal_year_tenant"),
    )
    op.create_table(
        "matching",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="matching_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("matching_pkey")),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="matching_tenant"),
    )
    op.create_table(
        "closing_run",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("fiscal_year_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.String(), nullable=False),
        sa.Column("refusal", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status in ('waiting', 'running', 'done', 'failed')", name=op.f("closing_run_status")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "fiscal_year_id"],
            ["fiscal_year.organization_id", "fiscal_year.building_id", "fiscal_year.id"],
            name="closing_run_year_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("closing_run_pkey")),
    )
    op.create_index(
        "closing_run_once",
        "closing_run",
        ["fiscal_year_id"],
        unique=True,
        postgresql_where=sa.text("status in ('waiting', 'running')"),
    )
    op.create_index(
        "closing_run_year", "closing_run", ["organization_id", "fiscal_year_id", "created_at"], unique=False
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("code ~ '^[A-Z0-9]{2,6}$'", name=op.f("journal_code")),
        sa.CheckConstraint(
            "kind in ('purchases', 'calls', 'bank', 'cash', 'miscellaneous', 'opening', 'closing')",
            name=op.f("journal_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "account_id"],
            ["account.organization_id", "account.building_id", "account.id"],
            name="journal_account_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id"],
            ["ledger.organization_id", "ledger.building_id"],
            name="journal_ledger_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("journal_pkey")),
        sa.UniqueConstraint("building_id", "code", name="journal_code_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="journal_tenant"),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("fiscal_year_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("document_ref", sa.String(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("reversal_of", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("document_ref <> ''", name=op.f("entry_document_ref")),
        sa.CheckConstraint("nature in ('entry', 'result', 'close', 'open')", name=op.f("entry_nature")),
        sa.CheckConstraint("reversal_of is null or reason <> ''", name=op.f("entry_reason")),
        sa.CheckConstraint("number > 0", name=op.f("entry_number")),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "fiscal_year_id"],
            ["fiscal_year.organization_id", "fiscal_year.building_id", "fiscal_year.id"],
            name="entry_fiscal_year_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "journal_id"],
            ["journal.organization_id", "journal.building_id", "journal.id"],
            name="entry_journal_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "reversal_of"],
            ["entry.organization_id", "entry.building_id", "entry.id"],
            name="entry_reversal_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "document_id"],
            ["document.organization_id", "document.id"],
            name="entry_document_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("entry_pkey")),
        sa.UniqueConstraint("journal_id", "fiscal_year_id", "number", name="entry_number_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="entry_tenant"),
        sa.UniqueConstraint("reversal_of", name="entry_reversed_once"),
    )
    op.create_index("entry_date", "entry", ["organization_id", "building_id", "date"], unique=False)
    op.create_index("entry_year", "entry", ["organization_id", "fiscal_year_id"], unique=False)
    op.create_table(
        "entry_line",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("debit_cents", sa.BigInteger(), nullable=False),
        sa.Column("credit_cents", sa.BigInteger(), nullable=False),
        sa.Column("party_kind", sa.String(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(owner_id is not null) = coalesce(party_kind in ('owner', 'former_owner'), false) and (supplier_id is not null) = coalesce(party_kind = 'supplier', false)",
            name=op.f("entry_line_party"),
        ),
        sa.CheckConstraint("party_kind in ('owner', 'former_owner', 'supplier')", name=op.f("entry_line_party_kind")),
        sa.CheckConstraint(
            "debit_cents >= 0 and credit_cents >= 0 and (debit_cents > 0) <> (credit_cents > 0)",
            name=op.f("entry_line_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "account_id"],
            ["account.organization_id", "account.building_id", "account.id"],
            name="entry_line_account_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "entry_id"],
            ["entry.organization_id", "entry.building_id", "entry.id"],
            name="entry_line_entry_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "lot_id"],
            ["lot.organization_id", "lot.id"],
            name="entry_line_lot_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "owner_id"],
            ["owner.organization_id", "owner.id"],
            name="entry_line_owner_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "supplier_id"],
            ["supplier.organization_id", "supplier.id"],
            name="entry_line_supplier_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("entry_line_pkey")),
        sa.UniqueConstraint("entry_id", "position", name="entry_line_once"),
        sa.UniqueConstraint("organization_id", "building_id", "id", name="entry_line_tenant"),
    )
    op.create_index("entry_line_account", "entry_line", ["organization_id", "building_id", "account_id"], unique=False)
    op.create_index(
        "entry_line_owner",
        "entry_line",
        ["organization_id", "building_id", "owner_id"],
        unique=False,
        postgresql_where=sa.text("owner_id is not null"),
    )
    op.create_index(
        "entry_line_supplier",
        "entry_line",
        ["organization_id", "building_id", "supplier_id"],
        unique=False,
        postgresql_where=sa.text("supplier_id is not null"),
    )
    op.create_table(
        "entry_seal",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "entry_id"],
            ["entry.organization_id", "entry.building_id", "entry.id"],
            name="entry_seal_entry_fkey",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("entry_seal_pkey")),
        sa.UniqueConstraint("building_id", "seq", name="entry_seal_once"),
    )
    op.create_table(
        "matching_line",
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("matching_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "line_id"],
            ["entry_line.organization_id", "entry_line.building_id", "entry_line.id"],
            name="matching_line_line_fkey",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "building_id", "matching_id"],
            ["matching.organization_id", "matching.building_id", "matching.id"],
            name="matching_line_matching_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("line_id", name=op.f("matching_line_pkey")),
    )
    op.create_index("matching_line_matching", "matching_line", ["organization_id", "matching_id"], unique=False)
    op.execute(AFTER)


def downgrade() -> None:
    op.execute("drop function koprogo_see_all cascade")
    op.execute("drop function koprogo_see cascade")
    op.execute("drop function koprogo_ledger_new cascade")
    op.execute("drop function koprogo_account_guard cascade")
    op.execute("drop function koprogo_ledger_lock cascade")
    op.execute("drop function koprogo_entry_number cascade")
    op.execute("drop function koprogo_line_check cascade")
    op.execute("drop function koprogo_entry_hash cascade")
    op.execute("drop function koprogo_entry_seal cascade")
    op.execute("drop function koprogo_year_guard cascade")
    op.execute("drop function koprogo_year_state cascade")
    op.execute("drop function koprogo_matching_check cascade")
    op.drop_table("closing_run")
    op.drop_table("matching_line")
    op.drop_table("entry_seal")
    op.drop_table("entry_line")
    op.drop_table("entry")
    op.drop_table("journal")
    op.drop_table("matching")
    op.drop_table("fiscal_year")
    op.drop_table("account")
    op.drop_table("ledger")
    op.drop_table("supplier")
