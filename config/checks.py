"""What staging and production refuse to start with: each a sentence that names the variable and says what to do.

`manage.py check --deploy` warns; a warning is read once, on the day of the first installation. These are read whenever
a variable has been changed, since nothing starts.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.ratelimit.windows import read_rate
from config.web.addresses import SOCKET

SHORTEST_KEY: Final = 43  # 256 bits as base64
FEWEST_SIGNS: Final = 16
#: A network of so few bits is no network of one's own proxies.
WIDEST_NETWORK: Final = 8
MAKE_KEY: Final = 'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'

Settings = Mapping[str, Any]


def refuse(settings: Settings) -> None:
    """End the start when something is wrong, with all that is."""
    found = list(problems(settings))
    if found:
        raise ImproperlyConfigured(
            " ".join([f"ENVIRONMENT={settings['ENVIRONMENT']} does not start:", *found])
        )


def problems(settings: Settings) -> Iterator[str]:
    """Everything that is wrong, in the order of the settings."""
    yield from _of_development(settings)
    yield from _of_keys(settings)
    yield from _of_hosts(settings)
    yield from _of_servers(settings)
    yield from _of_limits(settings)


def _of_development(settings: Settings) -> Iterator[str]:
    if settings["DEBUG"]:
        yield "DEBUG is on, and would show code and settings to everybody; take the variable away."
    if settings["DEVELOPMENT_SIGN_IN"]:
        yield "DEVELOPMENT_SIGN_IN is on, and would let anyone sign in as any user; take the variable away."


def _of_keys(settings: Settings) -> Iterator[str]:
    secret = [settings["SECRET_KEY"], *settings["SECRET_KEY_FALLBACKS"]]
    encryption = settings["ENCRYPTION_KEYS"]
    backup = [key for key in settings["BACKUP_KEYS"] if key not in encryption]
    for name, keys in (("SECRET_KEY", secret), ("ENCRYPTION_KEY", encryption), ("BACKUP_KEY", backup)):
        for place, key in enumerate(keys, 1):
            if _is_weak(key):
                which = f"{name} is" if len(keys) == 1 else f"Key {place} of {name} is"
                yield f"{which} too easy to guess; make one of at least {SHORTEST_KEY} random signs: {MAKE_KEY}"
        if len(set(keys)) < len(keys):
            yield f"{name} names the same key twice; take one away."
    if set(secret) & set(encryption):
        yield "SECRET_KEY and ENCRYPTION_KEY share a key; who learns one must not have the other. Make a second one."


def _is_weak(key: str) -> bool:
    is_example = key.startswith(("development-only", "django-insecure", "change"))
    return is_example or len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_SIGNS


def _of_hosts(settings: Settings) -> Iterator[str]:
    for host in settings["ALLOWED_HOSTS"]:
        if not host or host.startswith((".", "*")):
            yield f"ALLOWED_HOSTS has {host!r}, which stands for more than one host; name each host."
    for origin in settings["CSRF_TRUSTED_ORIGINS"]:
        if "*" in origin or not origin.startswith("https://"):
            yield f"CSRF_TRUSTED_ORIGINS has {origin!r}; name each origin, with https://."
    if not settings["SITE_URL"].startswith("https://"):
        yield "SITE_URL must begin with https://, since it is where mails lead people to."
    for proxy in settings["TRUSTED_PROXIES"]:
        if proxy != SOCKET and not _is_narrow(proxy):
            yield (
                f"TRUSTED_PROXIES has {proxy!r}; name the networks of your own proxies, such as 10.0.0.0/8, "
                "since what they say of a request is believed."
            )


def _is_narrow(proxy: str) -> bool:
    try:
        return ipaddress.ip_network(proxy).prefixlen >= WIDEST_NETWORK
    except ValueError:
        return False


def _of_servers(settings: Settings) -> Iterator[str]:
    app, owner = (settings["DATABASES"][name] for name in ("default", "owner"))
    if (app["USER"], app["HOST"]) == (owner["USER"], owner["HOST"]):
        yield (
            "DATABASE_URL and DATABASE_OWNER_URL name the same role; row-level security does not hold for the owner of "
            "the tables. Let DATABASE_URL name the app role."
        )
    keycloak = settings.get("KEYCLOAK_URL", "")
    if keycloak and urlsplit(keycloak).scheme != "https":
        yield "KEYCLOAK_URL must begin with https://, since the tokens of sign-in come from there."


def _of_limits(settings: Settings) -> Iterator[str]:
    if not settings["LIMITS"]:
        yield "LIMITS is off; take the variable away."
    for name, rate in settings["LIMITS"].items():
        try:
            read_rate(rate)
        except ValueError as error:
            yield f"LIMIT_{name.upper()}: {error}."
