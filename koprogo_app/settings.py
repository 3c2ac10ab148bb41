"""Every setting of KoproGo, read once from the environment (`KOPROGO_*`).

Nothing else in the program reads the environment. `koprogo doctor` prints each field with its meaning and its state.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


def _default_data_dir() -> Path:
    """As root the data lives where its own system user can reach it, otherwise beside the program."""
    return Path("/var/lib/koprogo") if os.geteuid() == 0 else ROOT / ".koprogo"


class Settings(BaseSettings):
    """The settings of one installation; immutable once read."""

    model_config = SettingsConfigDict(env_prefix="KOPROGO_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default_factory=_default_data_dir, description="Folder of the embedded database, files, keys"
    )
    database_url: SecretStr | None = Field(
        None, description="Owner's URL of a PostgreSQL 18 or newer (postgresql://…); empty: the embedded server"
    )
    app_database_url: SecretStr | None = Field(
        None, description="URL of the role the program runs as; empty: the owner's URL with SET ROLE koprogo_app"
    )
    database_pool: int = Field(10, ge=1, le=200, description="Connections one process keeps open at most")
    public_url: str = Field("http://localhost:8000", description="Address people type; decides cookies, origins, links")
    allowed_origins: list[str] = Field(default_factory=list, description="Further origins that may call the API (CORS)")
    secret_key: SecretStr | None = Field(
        None,
        description="Signs tokens and encrypts TOTP secrets (≥ 32 characters); empty: made once in data_dir/secret",
    )
    trusted_proxies: list[str] = Field(
        default_factory=list, description="Networks (CIDR) whose X-Forwarded-For is believed; empty: nobody's"
    )
    redis_url: str | None = Field(None, description="Redis for page state and limits of several processes")
    metrics_token: SecretStr | None = Field(None, description="Bearer token for /metrics; empty: /metrics is refused")
    storage_url: str = Field("", description="Where files are kept: empty for data_dir/files, or s3://bucket/prefix")

    smtp_host: str = Field("", description="Mail server; empty: mails stay in the outbox, readable by superadmins")
    smtp_port: int = Field(587, description="Port of the mail server")
    smtp_user: str = Field("", description="Login at the mail server")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the connection is secured")
    mail_from: str = Field("KoproGo <no-reply@localhost>", description="Sender of every mail")

    oidc_issuer: str = Field("", description="OpenID Connect issuer; empty: no single sign-on button")
    oidc_client_id: str = Field("", description="Client id at the issuer")
    oidc_client_secret: SecretStr | None = Field(None, description="Client secret at the issuer")
    oidc_name: str = Field("OpenID", description="Name on the single sign-on button")

    session_hours: int = Field(12, ge=1, description="A web session ends after this many hours without use")
    access_minutes: int = Field(15, ge=1, le=60, description="Life of an API access token")
    refresh_days: int = Field(7, ge=1, le=60, description="Life of an API refresh token")
    anonymous_per_minute: int = Field(
        100, ge=1, description="API calls, and as many new pages, a minute for one address without sign-in"
    )
    user_per_minute: int = Field(1000, ge=1, description="API calls a minute for one signed-in person")
    failed_logins: int = Field(5, ge=1, description="Wrong passwords per 15 minutes, for an account at one address")
    events_per_second: float = Field(
        20.0,
        gt=0,
        description="Page events a second for one browser tab, on average; five times that for all of a session",
    )

    embedded_worker: bool = Field(True, description="Run the job worker inside the web process")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe line in the log")
    log_format: Literal["json", "console"] = Field("json", description="Shape of log lines")

    # documents
    s3_endpoint: str = Field("", description="Address of an S3 server other than AWS (https://…)")
    s3_region: str = Field("eu-central-1", description="Region of the bucket")
    s3_key: str = Field("", description="Access key id; empty: from the machine's own role")
    s3_secret: SecretStr | None = Field(None, description="Secret access key")
    s3_path_style: bool = Field(True, description="Bucket in the path of the address; false: in front of its host name")
    s3_encryption: Literal["", "AES256", "aws:kms"] = Field("", description="Encryption by the S3 server itself")
    s3_kms_key: str = Field("", description="Key id for aws:kms; empty: the bucket's default key")
    upload_megabytes: int = Field(50, ge=1, le=2000, description="Largest document accepted, in megabytes (10⁶ bytes)")
    clamav: str = Field("", description="ClamAV's socket, a path or host:port; empty: files are not scanned")
    link_minutes: int = Field(10, ge=1, le=1440, description="Life of a signed link to a document")

    @property
    def secure(self) -> bool:
        """Whether people reach the installation under TLS."""
        return self.public_url.startswith("https://")

    @property
    def cookie_name(self) -> str:
        """Session cookie; the `__Host-` prefix only exists under TLS."""
        return "__Host-koprogo" if self.secure else "koprogo"

    def address(self, path: str) -> str:
        """The full address of one of our pages, for links in mails."""
        return self.public_url.rstrip("/") + path

    def secret(self) -> str:
        """The signing secret: from the environment, or made once and kept in a file only its owner reads."""
        return self.secret_key.get_secret_value() if self.secret_key else _secret_file(self.data_dir / "secret")


def _secret_file(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        value = secrets.token_urlsafe(48)
        file.write(value)
    return value


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
