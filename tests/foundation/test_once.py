"""What was done under a key: once, told again, given back."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

from koprogo_app.foundation import once
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from tests.world import World

ONE, OTHER = once.fingerprint(b"one"), once.fingerprint(b"other")


def key_of(world: World, who: str = "syndic_a") -> once.Key:
    user = world.people[who].user_id
    assert user is not None
    return once.Key(user, str(uuid4()))


async def test_a_call_is_done_once_and_what_came_of_it_is_told(world: World) -> None:
    mine = key_of(world)
    async with work(SYSTEM) as w:
        assert await once.begin(w, mine, ONE) is None
        await once.keep(w, mine, b"made", status=201, content_type="text/plain")
    async with work(SYSTEM) as w:
        assert await once.begin(w, mine, ONE) == once.Earlier(True, 201, b"made", "text/plain")
        assert await once.begin(w, mine, OTHER) == once.Earlier(False, 201, b"made", "text/plain")
        await once.forget(w, mine)
        assert await once.begin(w, mine, ONE) is not None, "what was done is not given back"
        theirs = once.Key(key_of(world, "syndic_b").user_id, mine.text)
        assert await once.begin(w, theirs, OTHER) is None, "each person has their own keys"


async def test_a_key_given_back_counts_as_none(world: World) -> None:
    mine = key_of(world)
    async with work(SYSTEM) as w:
        await once.begin(w, mine, ONE)
        assert await once.begin(w, mine, ONE) == once.Earlier(True, None, b"", "")
        await once.forget(w, mine)
        assert await once.begin(w, mine, OTHER) is None


async def test_a_call_that_broke_off_counts_as_none_after_two_minutes(world: World) -> None:
    mine = key_of(world)
    async with work(SYSTEM) as w:
        await once.begin(w, mine, ONE)
        await w.execute("update idempotency_key set created_at = %(now)s where key = %(key)s", now=w.now, key=mine.text)
        began = w.now
    async with work(SYSTEM, now=began + timedelta(minutes=2)) as w:
        assert await once.begin(w, mine, OTHER) == once.Earlier(False, None, b"", "")
    async with work(SYSTEM, now=began + timedelta(minutes=2, microseconds=1)) as w:
        assert await once.begin(w, mine, OTHER) is None
        assert await once.begin(w, mine, OTHER) == once.Earlier(True, None, b"", "")


def test_a_fingerprint_is_made_with_the_secret_of_the_installation() -> None:
    assert ONE == once.fingerprint(b"one") != OTHER and len(ONE) == 32
    assert sha256(b"one").digest() != ONE
