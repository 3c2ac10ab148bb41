"""One behaviour of the file store, against the local folder and a real S3 server."""

import asyncio
import errno
import hashlib
import os
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from koprogo_app.foundation.storage import (
    Damaged,
    Missing,
    StorageFull,
    StorageUnavailable,
    Store,
    TooLarge,
    key_of,
    spool,
)
from koprogo_app.foundation.storage.moving import move
from koprogo_app.foundation.storage.spool import sweep_spools
from koprogo_app.foundation.storage.store import Stat, bucket_of, local_store, open_store
from tests.s3 import S3Server

TENANT = UUID("019aa000-0000-7000-8000-000000000001")


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3") / "root")
    server.start()
    server.make_bucket()
    yield server
    server.stop()


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "local":
        return local_store(tmp_path / "files")
    server: S3Server = request.getfixturevalue("s3")
    config = server.settings(tmp_path)
    return open_store(config, f"s3://files/{tmp_path.name}")


async def kept(store: Store, data: bytes) -> str:
    async with spool(store.spools, len(data) or 1) as incoming:
        for start in range(0, len(data), 70_000):
            await incoming.write(data[start : start + 70_000])
        await incoming.finish()
        assert incoming.sha256 == hashlib.sha256(data).hexdigest()
        key = key_of(TENANT, incoming.sha256)
        await store.keep(incoming, key)
    assert not list(store.spools.iterdir())
    return key


async def all_of(blocks: AsyncIterator[bytes]) -> bytes:
    return b"".join([b async for b in blocks])


def overwrite(store: Store, key: str, data: bytes, s3: S3Server | None = None) -> None:
    """Changes an object behind the store's back."""
    import obstore

    obstore.put(store.objects, key, data)


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, 12_000_000])
async def test_what_goes_in_comes_out(store: Store, size: int) -> None:
    data = os.urandom(size)
    key = await kept(store, data)
    found = await store.stat(key)
    assert found is not None and found.size == size
    assert await all_of(store.read(key, size)) == data
    await kept(store, data)  # again: the same object
    assert [s.key async for s in store.stats()] == [key]


async def test_a_range_is_just_that_range(store: Store) -> None:
    data = os.urandom(3_000_000)
    key = await kept(store, data)
    for start, end in [(0, 1), (5, 2_500_000), (2_999_999, 3_000_000)]:
        assert await all_of(store.read_range(key, len(data), start, end)) == data[start:end]


async def test_a_damaged_object_never_looks_whole(store: Store) -> None:
    data = os.urandom(2_500_000)
    key = await kept(store, data)
    overwrite(store, key, data[:-1] + bytes([data[-1] ^ 1]))
    got = b""
    with pytest.raises(Damaged):
        async for block in store.read(key, len(data)):
            got += block
    assert len(got) < len(data)
    with pytest.raises(Damaged):
        await all_of(store.read_range(key, len(data), 0, 10))
    overwrite(store, key, data[:100])
    with pytest.raises(Damaged):
        await all_of(store.read(key, len(data)))
    await kept(store, data)  # storing it again heals a truncated object
    assert await all_of(store.read(key, len(data))) == data


async def test_an_absent_object_is_missing_and_deleting_twice_is_fine(store: Store) -> None:
    key = await kept(store, b"x")
    await store.delete(key)
    await store.delete(key)
    assert await store.stat(key) is None
    with pytest.raises(Missing):
        await all_of(store.read(key, 1))


async def test_the_limit_holds_while_writing(store: Store) -> None:
    with pytest.raises(TooLarge):
        async with spool(store.spools, 1000) as incoming:
            await incoming.write(b"x" * 600)
            await incoming.write(b"x" * 600)
    assert not list(store.spools.iterdir())


async def test_strangers_in_the_bucket_are_not_ours(store: Store) -> None:
    overwrite(store, "notes.txt", b"not a document")
    key = await kept(store, b"a document")
    assert [s.key async for s in store.stats()] == [key]


async def test_check_passes_and_says_when_it_cannot(store: Store, tmp_path: Path) -> None:
    await store.check()


async def test_check_fails_when_the_server_is_gone(s3: S3Server, tmp_path: Path) -> None:
    config = s3.settings(tmp_path).model_copy(update={"s3_endpoint": "http://127.0.0.1:9"})
    with pytest.raises(StorageUnavailable):
        await open_store(config).check()


async def test_local_files_are_private(tmp_path: Path) -> None:
    store = local_store(tmp_path / "files")
    key = await kept(store, b"private")
    for path in [tmp_path / "files", *(tmp_path / "files" / key).parents[:2], store.spools]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
    assert stat.S_IMODE((tmp_path / "files" / key).stat().st_mode) == 0o600


def test_old_spools_are_swept_and_fresh_ones_are_not(tmp_path: Path) -> None:
    old, fresh = tmp_path / "a.part", tmp_path / "b.part"
    old.write_bytes(b"x")
    fresh.write_bytes(b"x")
    os.utime(old, (0, 0))
    assert sweep_spools(tmp_path) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["b.part"]


@pytest.mark.parametrize("url", ["", "s3://", "s3://A", "http://bucket", "s3://x/../y " * 40])
def test_an_address_that_is_no_bucket_is_refused(url: str) -> None:
    if url.startswith("s3://x"):
        assert bucket_of("s3://files/a/b/") == ("files", "a/b")
        return
    with pytest.raises(ValueError, match="s3://"):
        bucket_of(url)


async def test_move_copies_all_resumes_and_names_what_is_damaged(s3: S3Server, tmp_path: Path) -> None:
    source = local_store(tmp_path / "files")
    keys = [await kept(source, os.urandom(5000 + n)) for n in range(6)]
    target = open_store(s3.settings(tmp_path), f"s3://files/{tmp_path.name}")

    class Stopped(Exception):
        pass

    def stop_at_third(_: Stat) -> None:
        seen.append(1)
        if len(seen) == 3:
            raise Stopped

    seen: list[int] = []
    with pytest.raises(Stopped):
        await move(source, target, stop_at_third)
    absent = [key for key in keys if await target.stat(key) is None]
    bad = absent[0]
    (tmp_path / "files" / bad).write_bytes(b"z" * (tmp_path / "files" / bad).stat().st_size)
    again = await move(source, target)
    assert (again.present, again.copied, again.failed) == (3, 2, [bad])
    assert {s.key async for s in target.stats()} == set(keys) - {bad}
    back = local_store(tmp_path / "back")
    assert (await move(target, back)).copied == 5


RSS = """
import asyncio, os, sys, resource, pathlib, random
from koprogo_app.foundation.storage import spool, key_of
from koprogo_app.foundation.storage.store import open_store, local_store
from koprogo_app.settings import Settings
from uuid import UUID

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def now(): return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

async def once(store, mb, rng):
    block = rng.randbytes(65536)
    async with spool(store.spools, 10**9) as s:
        for n in range(mb * 1_000_000 // 65536):
            await s.write(n.to_bytes(4) + block[4:])
        await s.finish()
        key, size = key_of(UUID(int=1), s.sha256), s.size
        await store.keep(s, key)
    async for _ in store.read(key, size): pass

async def main():
    config = Settings()
    store = open_store(config, config.storage_url)
    rng = random.Random(1)
    await once(store, 6, rng)
    before = peak()
    await once(store, 50, rng)
    print(round(peak() - before, 1))
asyncio.run(main())
"""


@pytest.mark.parametrize("kind", ["local", "s3"])
def test_fifty_megabytes_never_sit_in_memory(kind: str, s3: S3Server, tmp_path: Path) -> None:
    config = s3.settings(tmp_path, "files")
    env = {**os.environ, "KOPROGO_DATA_DIR": str(tmp_path), "KOPROGO_STORAGE_URL": ""}
    if kind == "s3":
        env |= {"KOPROGO_STORAGE_URL": f"s3://files/{tmp_path.name}", "KOPROGO_S3_ENDPOINT": s3.endpoint,
                "KOPROGO_S3_REGION": "us-east-1", "KOPROGO_S3_KEY": config.s3_key,
                "KOPROGO_S3_SECRET": config.s3_secret.get_secret_value() if config.s3_secret else ""}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", RSS], env=env, capture_output=True, text=True, check=True, timeout=60)
    assert float(done.stdout) < 16, done.stdout


@pytest.mark.parametrize("late", [False, True])
async def test_nothing_is_kept_that_did_not_reach_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    store, order = local_store(tmp_path / "files"), []

    def full(_handle: int) -> None:
        time.sleep(0.2 if late else 0)  # after it was finished and judged, or before
        order.append("disk")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with spool(store.spools, 100) as incoming:
        await incoming.write(b"a paper")
        monkeypatch.setattr(os, "fsync", full)
        await incoming.finish()
        order.append("judged")
        await asyncio.sleep(0 if late else 0.1)
        key = key_of(TENANT, incoming.sha256)
        for _ in range(2):
            with pytest.raises(StorageFull):
                await store.keep(incoming, key)
        assert set(order) == {"disk", "judged"}
        assert await store.stat(key) is None
    assert not list(store.spools.iterdir())


async def test_who_gives_up_meanwhile_leaves_no_thread_writing_to_a_closed_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    own: set[int] = set()
    write, shut = os.write, os.close

    def slow(handle: int, data: bytes) -> int:
        if handle not in own:
            return write(handle, data)
        time.sleep(0.2)
        done = write(handle, data)
        seen.append("written")
        return done

    def closed(handle: int) -> None:
        if handle in own:
            seen.append("closed")
        shut(handle)

    async def send() -> None:
        async with spool(tmp_path, 1 << 30) as incoming:
            own.add(incoming._handle)
            for _ in range(8):
                await incoming.write(bytes(2 << 20))

    monkeypatch.setattr(os, "write", slow)
    monkeypatch.setattr(os, "close", closed)
    task = asyncio.create_task(send())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        while "closed" not in seen:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.5)
    assert seen == ["written", "closed"] and not list(tmp_path.iterdir())
