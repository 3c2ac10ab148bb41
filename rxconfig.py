"""How Reflex builds and serves KoproGo. Imported by every command and worker, so it stays light."""

import os
from urllib.parse import urlsplit

import reflex as rx

from koprogo_app.interface.build import BuildPlugin

PUBLIC_URL = os.environ.get("KOPROGO_PUBLIC_URL", "http://localhost:8000").rstrip("/")
REDIS_URL = os.environ.get("KOPROGO_REDIS_URL") or None


def origins(url: str) -> list[str]:
    """The origins a browser may call from: the public one, and 127.0.0.1 beside localhost."""
    if urlsplit(url).hostname == "localhost":
        return [url, url.replace("//localhost", "//127.0.0.1", 1)]
    return [url]


config = rx.Config(
    app_name="koprogo_app",
    plugins=[BuildPlugin(), rx.plugins.TailwindV4Plugin(config={"darkMode": "class"})],
    disable_plugins=[rx.plugins.SitemapPlugin],
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_compression_formats=["gzip", "brotli"],
    cors_allowed_origins=origins(PUBLIC_URL),
    redis_url=REDIS_URL,
    # Without Redis the state of a page lives in this process only: nothing personal is written to disk.
    state_manager_mode="redis" if REDIS_URL else "memory",
    redis_token_expiration=900,
    default_color_mode="system",
    trusted_proxy_hops=int(os.environ.get("KOPROGO_TRUSTED_PROXY_HOPS", "0")),
)
