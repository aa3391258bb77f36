"""Whose request it is: what proxies say about it is believed of our own proxies alone."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: A proxy that speaks through a socket file has no address; its name in TRUSTED_PROXIES.
SOCKET: Final = "unix"
#: What only a proxy may say.
FORWARDED: Final = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
)
#: Where `TrustedProxies` keeps whether any proxy, believed or not, has passed the request on.
_PASSED_ON: Final = "itdo.passed_on"
#: More stations than this no honest request has passed.
MOST_STATIONS: Final = 16

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Answer = Callable[[HttpRequest], HttpResponse]


class TrustedProxies:
    """Forgets what a stranger claims on the way in, so that nothing behind it has to ask who said so."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META[_PASSED_ON] = any(name in request.META for name in FORWARDED)
        if not is_trusted(request.META.get("REMOTE_ADDR", ""), tuple(settings.TRUSTED_PROXIES)):
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.get_response(request)


def came_directly(request: HttpRequest, networks: tuple[str, ...]) -> bool:
    """Whether it came from one of these networks itself, and not through a proxy, ours or not."""
    is_passed_on = request.META.get(_PASSED_ON, True)
    return not is_passed_on and is_trusted(request.META.get("REMOTE_ADDR", ""), networks)


def client_address(request: HttpRequest) -> str:
    """The nearest station that is not one of our proxies; of IPv6 the network that one customer gets.

    Read from the right, since everything left of a stranger is the stranger's own invention.
    """
    proxies = tuple(settings.TRUSTED_PROXIES)
    nearest: str = request.META.get("REMOTE_ADDR", "")
    if is_trusted(nearest, proxies):
        stations = request.headers.get("X-Forwarded-For", "").rsplit(",", MOST_STATIONS)
        for station in reversed(stations[-MOST_STATIONS:]):
            if _parsed(station.strip()) is None:
                break
            nearest = station.strip()
            if not is_trusted(nearest, proxies):
                break
    return _one_customer(nearest)


@functools.lru_cache(maxsize=1024)
def is_trusted(address: str, proxies: tuple[str, ...]) -> bool:
    """Whether an address lies in one of the networks."""
    if not address:
        return SOCKET in proxies
    found = _parsed(address)
    networks = (ipaddress.ip_network(proxy) for proxy in proxies if proxy != SOCKET)
    return found is not None and any(found in network for network in networks)


@functools.lru_cache(maxsize=1024)
def _one_customer(address: str) -> str:
    found = _parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found) if found else SOCKET


def _parsed(address: str) -> Address | None:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    # A socket that listens to both kinds shows IPv4 as ::ffff:192.0.2.1.
    return getattr(found, "ipv4_mapped", None) or found
