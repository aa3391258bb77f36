"""What the environment says, read once and in one place.

Every variable can also be given as a mounted file: `SECRET_KEY_FILE=/run/secrets/key` stands for
`SECRET_KEY`. In production nothing has a default that would be a secret; a missing one ends the start
with a sentence that names it.
"""

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

BASE_DIR: Final = Path(__file__).resolve().parent.parent

env = Env()


def text(name: str, default: str = "") -> str:
    """A variable, or the content of the file that `<name>_FILE` names; an empty one is one that is not set."""
    path = env.str(f"{name}_FILE", "")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names {path}, which cannot be read ({error.strerror})."
            ) from error
    return env.str(name, "") or default


def flag(name: str, *, default: bool) -> bool:
    """A switch: on, true, yes and 1 switch on."""
    return env.bool(name, default) if env.str(name, "") else default


def whole(name: str, default: int) -> int:
    """A whole number: of seconds, days, pieces. Raises ImproperlyConfigured where it is none."""
    value = text(name)
    try:
        return int(value or default)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write a whole number, such as {default}."
        ) from error


def bucket(begin: str) -> dict[str, Any]:
    """Django's storage in the bucket that speaks S3 and is named by variables that begin so; nothing where none is named.

    Names in it are ours and never come twice, so nothing is written over.
    """
    name, key, secret = text(f"{begin}_BUCKET"), text(f"{begin}_KEY"), text(f"{begin}_KEY_SECRET")
    address, region = text(f"{begin}_ENDPOINT") or None, text(f"{begin}_REGION") or None
    options = {
        "bucket_name": name, "endpoint_url": address, "region_name": region, "access_key": key, "secret_key": secret,
        "default_acl": None, "file_overwrite": True, "max_memory_size": 2 * 2**20,
        "object_parameters": {"CacheControl": "private, no-store"},
    }  # fmt: skip
    return {"BACKEND": "config.storage.Bucket", "OPTIONS": options} if name else {}


#: Unset it is the strictest: bin/run says that it is on a developer's machine, and the tests that they are tests.
ENVIRONMENT: Final = text("ENVIRONMENT") or "production"
if ENVIRONMENT not in {"development", "test", "staging", "production"}:
    raise ImproperlyConfigured(
        f"ENVIRONMENT is {ENVIRONMENT!r}; it can be development, test, staging or production."
    )
IS_DEPLOYED: Final = ENVIRONMENT in {"staging", "production"}


def required_when_deployed(name: str, development: str) -> str:
    """A variable that staging and production must set, with a default for a developer's machine."""
    value = text(name)
    if value:
        return value
    if IS_DEPLOYED:
        raise ImproperlyConfigured(
            f"{name} is not set. {_demand()} needs it; set {name} or {name}_FILE.{_way_out()}"
        )
    return development


def _demand() -> str:
    return (
        f"ENVIRONMENT={ENVIRONMENT}"
        if text("ENVIRONMENT")
        else "ENVIRONMENT, not set, means production, which"
    )


def _way_out() -> str:
    """For who has typed a command on a developer's machine."""
    if text("ENVIRONMENT"):
        return ""
    return " On a developer's machine bin/run starts everything; what is started by hand needs ENVIRONMENT=development."


def listed(value: str) -> list[str]:
    """The parts of a list with commas, without spaces around them."""
    return [part.strip() for part in value.split(",") if part.strip()]


def origin(address: str) -> str:
    """Scheme, host and port of an address: what a content security policy names."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def engine_urls() -> dict[str, str]:
    """Addresses of PostgreSQL and Redis: those configured, else the embedded ones when they run.

    Empty when there is neither, so that commands without a database (`manage.py schedule`) still work.
    """
    names = (
        *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DIRECT_URL", "DATABASE_OPERATOR_URL"),
        *("DATABASE_REPLICA_URL", "REDIS_URL", "REDIS_BROKER_URL"),
    )
    urls = {name: text(name) for name in names}
    if IS_DEPLOYED:
        for name in ("DATABASE_URL", "REDIS_URL", "REDIS_BROKER_URL"):
            required_when_deployed(name, "")
        # The owner's is given to what migrates alone (config/databases.py): pages and jobs do without it.
        return {name: url for name, url in urls.items() if url}
    if not (urls["DATABASE_URL"] and urls["REDIS_URL"]):
        from config import embedded  # noqa: PLC0415  # where servers are configured, their image has none of it

        try:
            urls = embedded.environment() | {name: url for name, url in urls.items() if url}
        except embedded.EnginesNotRunningError:
            return {name: url for name, url in urls.items() if url}
    urls["REDIS_BROKER_URL"] = urls.get("REDIS_BROKER_URL") or urls["REDIS_URL"]
    urls["DATABASE_OWNER_URL"] = urls.get("DATABASE_OWNER_URL") or urls["DATABASE_URL"]
    return {name: url for name, url in urls.items() if url}
