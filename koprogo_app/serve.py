"""Serve pages, sockets and API on one port from the front end that `interface.build` made: no Node, no bun.

Reflex's own commands compile at each start, or do not serve the pages; so Granian is called here as they call it. The
two names that begin with `__REFLEX` are private to Reflex 0.10: they are used in this file only, and a test boots it.
"""

import multiprocessing
import os

from koprogo_app.interface.build import ROOT, web_dir

_TARGET = "koprogo_app.koprogo_app:app"


def environment() -> dict[str, str]:
    """What tells Reflex that the front end is there already."""
    return {
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_WEB_WORKDIR": str(web_dir()),
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    }


def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 1, target: str = _TARGET) -> None:
    """Run until stopped. More than one worker needs Redis (`KOPROGO_REDIS_URL`): else page state is one process's."""
    if workers > 1 and not os.environ.get("KOPROGO_REDIS_URL"):
        raise ValueError("More than one worker needs Redis: set KOPROGO_REDIS_URL, or use one worker.")
    os.environ.update(environment())
    os.chdir(ROOT)
    # The threads of the file store's runtime, if this process has used it, do not survive a fork.
    multiprocessing.set_start_method("spawn", force=True)
    from granian.constants import Interfaces
    from granian.server import Server

    Server(target, factory=True, address=host, port=port, interface=Interfaces.ASGI, workers=workers,
           respawn_failed_workers=True, websockets=True, log_access=False).serve()  # fmt: skip


if __name__ == "__main__":
    import argparse

    options = argparse.ArgumentParser(description=serve.__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--target", default=_TARGET)
    serve(**vars(options.parse_args()))
