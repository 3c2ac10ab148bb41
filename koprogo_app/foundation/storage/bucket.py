"""Preparing an S3 bucket: made, private, versioned, cleaned of broken uploads, as far as the server can.

These few administrative calls are the only ones that obstore does not offer; they are signed here (AWS Signature 4).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import quote, urlencode, urlsplit

import httpx

from koprogo_app.foundation.storage.store import bucket_of
from koprogo_app.settings import Settings

MARK: Final = "koprogo-bucket"
_NS: Final = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
_VERSIONING: Final = f"<VersioningConfiguration {_NS}><Status>Enabled</Status></VersioningConfiguration>"
_BLOCK: Final = (
    f"<PublicAccessBlockConfiguration {_NS}><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true"
    "</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>"
    "</PublicAccessBlockConfiguration>"
)
_RULE: Final = "koprogo-cleaning"
_LIFECYCLE: Final = (
    f"<LifecycleConfiguration {_NS}><Rule><ID>{_RULE}</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>"
    "<NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays></NoncurrentVersionExpiration>"
    "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
    "</Rule></LifecycleConfiguration>"
)

State = Literal["done", "already", "impossible", "open"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was set up, or could not be: `what` (msgid), `state` how it went, `why` the server's code."""

    what: str
    state: State
    why: str = ""


def signed(
    method: str,
    url: str,
    body: bytes,
    *,
    region: str,
    key: str,
    secret: str,
    now: datetime,
    extra: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Headers of an S3 request signed with AWS Signature 4, `url` with its query."""
    parts = urlsplit(url)
    stamp, hashed = now.strftime("%Y%m%dT%H%M%SZ"), hashlib.sha256(body).hexdigest()
    headers = {"host": parts.netloc, "x-amz-content-sha256": hashed, "x-amz-date": stamp, **extra}
    names = ";".join(sorted(headers))
    query = "&".join(sorted(p if "=" in p else p + "=" for p in parts.query.split("&") if p))
    lines = "".join(f"{n}:{headers[n]}\n" for n in sorted(headers))
    request = "\n".join([method, parts.path or "/", query, lines, names, hashed])
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    step = ("AWS4" + secret).encode()
    for part in (stamp[:8], region, "s3", "aws4_request"):
        step = hmac.new(step, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(step, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    del headers["host"]
    return headers


class Bucket:
    """One bucket, for its administration."""

    def __init__(self, config: Settings, url: str, client: httpx.AsyncClient) -> None:
        self.name, self.prefix = bucket_of(url)
        self.config = config
        self.client = client
        endpoint = config.s3_endpoint.rstrip("/") or f"https://s3.{config.s3_region}.amazonaws.com"
        scheme, _, host = endpoint.partition("://")
        self.url = f"{endpoint}/{self.name}" if config.s3_path_style else f"{scheme}://{self.name}.{host}"

    async def call(
        self, method: str, query: Mapping[str, str] = MappingProxyType({}), body: str = "", path: str = ""
    ) -> httpx.Response:
        """One signed request on the bucket, or on an object of it."""
        url = self.url + ("/" + quote(path) if path else "" if self.config.s3_path_style else "/")
        url += "?" + urlencode(query, quote_via=quote) if query else ""
        data = body.encode()
        extra = {"content-md5": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()}
        secret = self.config.s3_secret.get_secret_value() if self.config.s3_secret else ""
        headers = signed(
            method, url, data, region=self.config.s3_region, key=self.config.s3_key, secret=secret,
            now=datetime.now(UTC), extra=extra if data else {},
        )  # fmt: skip
        return await self.client.request(method, url, content=data, headers=headers)

    async def exists(self) -> bool:
        """Whether the bucket is there. Raises PermissionError when the key may not look."""
        answer = await self.call("HEAD")
        if answer.status_code in (401, 403):
            raise PermissionError(self.name)
        return answer.status_code != 404

    async def ours(self) -> bool:
        """Whether this program made the bucket, or was allowed to prepare it before."""
        return (await self.call("GET", path=self._mark)).status_code == 200

    @property
    def _mark(self) -> str:
        return f"{self.prefix}/{MARK}".strip("/")

    async def make(self) -> Step:
        """Creates the bucket."""
        place = self.config.s3_region
        body = "" if place == "us-east-1" else (
            f"<CreateBucketConfiguration {_NS}><LocationConstraint>{place}</LocationConstraint>"
            "</CreateBucketConfiguration>"
        )  # fmt: skip
        return _step("The bucket exists", await self.call("PUT", body=body))

    async def prepare(self) -> list[Step]:
        """Sets up all that the server offers; safe to repeat."""
        steps = [
            await self._set("Public access is blocked", "publicAccessBlock", _BLOCK),
            await self._private(),
            await self._set("Older versions are kept", "versioning", _VERSIONING),
            await self._lifecycle(),
        ]
        if self.config.s3_encryption:
            steps.append(await self._set("The server encrypts every file", "encryption", self._encryption()))
        steps.append(_step("A file can be written", await self.call("PUT", body="KoproGo\n", path=self._mark)))
        return steps

    async def _set(self, what: str, name: str, body: str) -> Step:
        answer = await self.call("GET", {name: ""})
        wanted = re.findall(r"<(\w+)>(\w+)<", body)
        if answer.status_code == 200 and wanted and all(f"<{n}>{v}<" in answer.text for n, v in wanted):
            return Step(what, "already")
        step = _step(what, await self.call("PUT", {name: ""}, body))
        if step.state != "done":
            return step
        # A server that takes the order and forgets it has not done it.
        answer = await self.call("GET", {name: ""})
        kept = answer.status_code == 200 and all(f"<{n}>{v}<" in answer.text for n, v in wanted)
        return step if kept else Step(what, "impossible", "Ignored")

    async def _lifecycle(self) -> Step:
        what = "Broken uploads go after 7 days, replaced versions after 30"
        answer = await self.call("GET", {"lifecycle": ""})
        if answer.status_code == 200 and "<Rule>" in answer.text:
            mine = _RULE in answer.text
            return Step(what, "already" if mine else "open", "" if mine else "OtherRules")
        return await self._set(what, "lifecycle", _LIFECYCLE)

    async def _private(self) -> Step:
        what = "A stranger cannot list it"
        answer = await self.client.get(self.url + "/?list-type=2")
        return Step(what, "done" if answer.status_code in (401, 403) else "impossible", str(answer.status_code))

    def _encryption(self) -> str:
        key = self.config.s3_kms_key if self.config.s3_encryption == "aws:kms" else ""
        master = f"<KMSMasterKeyID>{key}</KMSMasterKeyID>" if key else ""
        return (
            f"<ServerSideEncryptionConfiguration {_NS}><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>"
            f"{self.config.s3_encryption}</SSEAlgorithm>{master}</ApplyServerSideEncryptionByDefault></Rule>"
            "</ServerSideEncryptionConfiguration>"
        )


def _step(what: str, answer: httpx.Response) -> Step:
    if answer.is_success:
        return Step(what, "done")
    code = re.search(r"<Code>(\w+)</Code>", answer.text)
    if code and code[1] == "BucketAlreadyOwnedByYou":
        return Step(what, "already")
    return Step(what, "impossible", code[1] if code else str(answer.status_code))


@asynccontextmanager
async def bucket(config: Settings, url: str) -> AsyncIterator[Bucket]:
    """The bucket of a storage address, for as long as it is being prepared."""
    async with httpx.AsyncClient(timeout=15) as client:
        yield Bucket(config, url, client)
