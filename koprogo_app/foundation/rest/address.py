"""Where a request comes from: the address of the socket, or what a trusted proxy says of it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any


@lru_cache(maxsize=8)
def _networks(trusted: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(t, strict=False) for t in trusted)


def _is_trusted(address: str, trusted: tuple[str, ...]) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip.version == n.version and ip in n for n in _networks(trusted))


def client_address(peer: str, forwarded_for: str, trusted: Sequence[str]) -> str:
    """The client's address: walks `X-Forwarded-For` from the right as long as the hop is a trusted proxy.

    A header that arrives from anybody else is ignored. Returns '' when there is no peer at all.
    """
    networks = tuple(trusted)
    if not networks or not _is_trusted(peer, networks):
        return peer
    for hop in reversed([h.strip() for h in forwarded_for.split(",") if h.strip()]):
        try:
            ip_address(hop)
        except ValueError:
            return peer
        peer = hop
        if not _is_trusted(hop, networks):
            break
    return peer


def address_of(scope: Any, trusted: Sequence[str]) -> str:
    """The client's address of an ASGI scope."""
    headers: Iterable[tuple[bytes, bytes]] = scope.get("headers", [])
    forwarded = ",".join(v.decode("latin-1") for k, v in headers if k == b"x-forwarded-for")
    client = scope.get("client")
    return client_address(client[0] if client else "", forwarded, trusted)
