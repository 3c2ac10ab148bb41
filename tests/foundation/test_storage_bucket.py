"""Preparing a bucket, against a real S3 server and the signatures that AWS publishes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from koprogo_app.foundation.storage.bucket import bucket, signed
from tests.s3 import S3Server


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3") / "root")
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("query", "signature"),
    [
        ("lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)
def test_the_signature_is_the_one_of_the_published_example(query: str, signature: str) -> None:
    headers = signed(
        "GET", f"https://examplebucket.s3.amazonaws.com/?{query}", b"", region="us-east-1",
        key="AKIAIOSFODNN7EXAMPLE", secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        now=datetime(2013, 5, 24, tzinfo=UTC),
    )  # fmt: skip
    assert headers["authorization"].endswith(signature)


async def test_a_new_bucket_is_made_and_prepared_twice_without_harm(s3: S3Server, tmp_path: Path) -> None:
    config = s3.settings(tmp_path, "papers")
    async with bucket(config, config.storage_url) as b:
        assert not await b.exists()
        assert (await b.make()).state == "done"
        assert await b.exists()
        assert not await b.ours()
        first = await b.prepare()
        assert await b.ours()
        states = {step.what: step.state for step in first}
        assert states["A file can be written"] == "done"
        assert states["A stranger cannot list it"] == "done"
        # This server has neither: it is said, not hidden.
        assert states["Older versions are kept"] == "impossible"
        assert [s.why for s in first if s.what == "Public access is blocked"] == ["NotImplemented"]
        assert [s.state for s in await b.prepare()] == [s.state for s in first]


async def test_a_wrong_key_is_said_as_such(s3: S3Server, tmp_path: Path) -> None:
    config = s3.settings(tmp_path, "papers").model_copy(update={"s3_key": "somebody"})
    async with bucket(config, config.storage_url) as b:
        with pytest.raises(PermissionError):
            await b.exists()
