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

from config.ratelimit.windows import Rate, read_rate
from config.web.addresses import SOCKET

SHORTEST_KEY: Final = 43  # 256 bits as base64
FEWEST_SIGNS: Final = 16
#: Of a secret that may be hexadecimal.
FEWEST_DIGITS: Final = 8
#: The realm's client and the site know it alone, and it is compared as it is: as long as a digest of 256 bits in base64.
SHORTEST_CLIENT_SECRET: Final = 32
#: Addresses that no stranger comes from: private ones, those of shared carriers (clouds use them), this machine, this link.
PRIVATE: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)
#: Of public addresses a network of fewer bits than these is no one's own (IPv4, IPv6).
WIDEST_PUBLIC: Final = {4: 16, 6: 32}
#: Beyond these a limit bounds nothing: of a sign-in, which guesses are counted by, and of all others.
LOOSEST: Final = {
    "auth_login": Rate(60, 60), "auth_login_address": Rate(6_000, 60), "sign_in": Rate(6_000, 60),
}  # fmt: skip
LOOSEST_OTHER: Final = Rate(100_000, 60)
#: Seconds from … to …, and what the time is for.
TIMES: Final = {
    "SESSION_IDLE_SECONDS": (60, 43_200, "a session that its user has left open stays open for so long"),
    "SESSION_ABSOLUTE_SECONDS": (600, 604_800, "a session that was stolen can be used for so long"),
    "KEYCLOAK_REFRESH_SECONDS": (10, 3_600, "a right that was taken away at the provider still holds for so long"),
}  # fmt: skip
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
    yield from _of_networks(settings)
    yield from _of_servers(settings)
    yield from _of_sign_in(settings)
    yield from _of_limits(settings)
    yield from _of_times(settings)


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
    if not settings["SECURE_SSL_REDIRECT"]:
        yield (
            "SECURE_SSL_REDIRECT is off, and a first request over plain HTTP would be answered there, where others can "
            "read and change it; take the variable away."
        )


def _of_networks(settings: Settings) -> Iterator[str]:
    for proxy in settings["TRUSTED_PROXIES"]:
        if proxy != SOCKET and not _is_ones_own(proxy):
            yield (
                f"TRUSTED_PROXIES has {proxy!r}; name the networks of your own proxies, such as 10.0.0.0/8, "
                "since what they say of a request is believed."
            )
    for network in settings["INSIDE_NETWORKS"]:
        if not _is_ones_own(network):
            yield (
                f"INSIDE_NETWORKS has {network!r}, and who comes from there reads figures and what is not well; name "
                "the networks of your own machines, such as 10.0.0.0/8."
            )


def _is_ones_own(text: str) -> bool:
    """Whether a network is of private addresses, or of public ones no wider than an organization has."""
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        return False
    is_private = any(
        network.version == other.version and network.subnet_of(other)  # type: ignore[arg-type]  # of one version
        for other in PRIVATE
    )
    return is_private or network.prefixlen >= WIDEST_PUBLIC[network.version]


def _of_servers(settings: Settings) -> Iterator[str]:
    owner = settings["DATABASES"].get("owner")
    for alias, name, role in (
        ("default", "DATABASE_URL", "app"),
        ("operator", "DATABASE_OPERATOR_URL", "operators'"),
    ):
        found = settings["DATABASES"].get(alias)
        if found and owner and found["USER"] == owner["USER"]:
            yield (
                f"{name} and DATABASE_OWNER_URL name the same role; row-level security does not hold for the owner of the "
                f"tables. Let {name} name the {role} role."
            )
    for name, address in (
        ("REDIS_URL", settings["CACHES"]["default"]["LOCATION"]),
        ("REDIS_BROKER_URL", settings["CELERY_BROKER_URL"]),
    ):
        if _is_open(str(address)):
            yield (
                f"{name} has no password, and leads over a network that others are on: who reaches it writes what the site believes. "
                "Write redis://:PASSWORD@host:6379/0, and start Redis with requirepass (ops/redis/start.sh)."
            )


def _of_sign_in(settings: Settings) -> Iterator[str]:
    keycloak = settings.get("KEYCLOAK_URL", "")
    if keycloak and urlsplit(keycloak).scheme != "https":
        yield "KEYCLOAK_URL must begin with https://, since the tokens of sign-in come from there."
    secret = settings["KEYCLOAK_CLIENT_SECRET"]
    if len(secret) < SHORTEST_CLIENT_SECRET or len(set(secret)) < FEWEST_DIGITS:
        yield (
            f"KEYCLOAK_CLIENT_SECRET is too easy to guess, and who has it can ask the provider as this site; make one of at "
            f"least {SHORTEST_CLIENT_SECRET} random signs, here and in the realm's client: openssl rand -hex 32."
        )


def _is_open(address: str) -> bool:
    """Whether a Redis is asked without a password by another way than within this machine."""
    parts = urlsplit(address)
    is_here = parts.scheme not in {"redis", "rediss"} or parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return not is_here and not parts.password


def _of_limits(settings: Settings) -> Iterator[str]:
    if not settings["LIMITS"]:
        yield "LIMITS is off; take the variable away."
    for name, rate in settings["LIMITS"].items():
        try:
            asked = read_rate(rate)
        except ValueError as error:
            yield f"LIMIT_{name.upper()}: {error}."
            continue
        most = LOOSEST.get(name, LOOSEST_OTHER)
        if asked.count * most.seconds > most.count * asked.seconds:
            yield (
                f"LIMIT_{name.upper()} is {rate!r}, which bounds nothing; write {most.count}/minute at most, or take the "
                "variable away."
            )


def _of_times(settings: Settings) -> Iterator[str]:
    for name, (least, most, why) in TIMES.items():
        if not least <= settings[name] <= most:
            yield f"{name} is {settings[name]}, and {why}; write {least} to {most}, or take the variable away."
    if settings["SESSION_IDLE_SECONDS"] > settings["SESSION_ABSOLUTE_SECONDS"]:
        yield (
            "SESSION_IDLE_SECONDS is more than SESSION_ABSOLUTE_SECONDS, so that it never ends a session; make it the "
            "smaller one."
        )
