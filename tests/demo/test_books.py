"""The demo's books: whole to the cent, its years closed, its bank read, three owners late; the numbers invented for
it are ones that could exist."""

from datetime import date

from koprogo_app.demo.books import FIRST, RESERVE, WORKING
from koprogo_app.demo.suppliers import CONTRACTOR, FIRMS, enterprise_number
from koprogo_app.foundation.database import work
from koprogo_app.foundation.numbers import read_enterprise_number, read_iban
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.service import integrity


def test_the_invented_numbers_could_exist() -> None:
    firms = (*FIRMS, CONTRACTOR)
    for number in [WORKING, RESERVE, *(firm.iban for firm in firms)]:
        assert read_iban(number) == number
    numbers = [enterprise_number(firm.base) for firm in firms]
    assert [read_enterprise_number(number) for number in numbers] == numbers
    assert len(set(numbers)) == len({firm.iban for firm in firms}) == len(firms)


async def check_books() -> None:
    """Two closed years and the running one, in the demo that is filled."""
    async with work(SYSTEM) as w:
        building = await w.value("select id from building where name = 'Résidence Les Tilleuls'")
        years = await w.value(
            "select array_agg(extract(year from lower(period))::text || status order by period) from fiscal_year "
            "where building_id = %(b)s", b=building,
        )  # fmt: skip
        assert years[:2] == [f"{FIRST}closed", f"{FIRST + 1}closed"] and years[-1] == f"{w.today.year}open"
        for year in (FIRST, FIRST + 1):
            assert await w.value(
                "select count(*) between 38 and 50 from invoice where building_id = %(b)s and status = 'approved' "
                "and dated >= %(first)s and dated < %(last)s",
                b=building, first=date(year, 1, 1), last=date(year + 1, 1, 1),
            )  # fmt: skip
        moved, known = await w.value(
            "select array[count(*), count(entry_id)]::int[] from bank_movement where building_id = %(b)s", b=building
        )
        assert moved > 300 and known >= 0.95 * moved  # the program alone recognises what came in
        late = await w.value(
            """select count(*) from (select l.owner_id from entry_line l join entry e on e.id = l.entry_id
                 join account a on a.id = l.account_id where l.building_id = %(b)s and a.party = 'owner'
                  and e.nature = 'entry' and a.code like '410%%'
                group by l.owner_id having coalesce(sum(l.debit_cents) filter (where e.date < current_date - 31), 0)
                                         > sum(l.credit_cents)) owing""",
            b=building,
        )  # fmt: skip
        assert late == 3
        assert (await integrity.check(w, building)).broken == ()
