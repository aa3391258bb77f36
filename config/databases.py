"""How the site reaches PostgreSQL: through PgBouncer in transaction mode, where nothing of a connection may outlive a
transaction, and with an eye on servers that have gone.
"""

from typing import Any, Final

import dj_database_url

#: Seconds, and how often: a server that vanished is noticed within half a minute, not after the kernel's two hours.
_NOTICE: Final = {
    "connect_timeout": 2,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}


def settings_of(urls: dict[str, str]) -> dict[str, dict[str, Any]]:
    """DATABASES: default (site and jobs); where they are given owner (migrates), direct (the clock's lock), operator, replica."""
    if "DATABASE_URL" not in urls:
        return {"default": {"ENGINE": "django.db.backends.dummy"}}
    found = {"default": _database(urls["DATABASE_URL"])}
    for name in ("owner", "direct"):
        if url := urls.get(f"DATABASE_{name.upper()}_URL"):
            found[name] = _database(url) | {"CONN_MAX_AGE": 0}
    if "DATABASE_OPERATOR_URL" in urls:
        # Django admin (projects/rls/operating.py).
        found["operator"] = _database(urls["DATABASE_OPERATOR_URL"]) | {"TEST": {"MIRROR": "default"}}
    if "DATABASE_REPLICA_URL" in urls:
        replica = _database(urls["DATABASE_REPLICA_URL"])
        # Not asked whether it is well: when it is not, the primary is asked instead (projects/replicas/reading.py).
        found["replica"] = replica | {"CONN_HEALTH_CHECKS": False, "TEST": {"MIRROR": "default"}}
    return found


def _database(url: str) -> dict[str, Any]:
    settings: dict[str, Any] = dict(dj_database_url.parse(url))
    # Django's own, with cursors that count statements, their seconds and their errors.
    settings["ENGINE"] = "django_prometheus.db.backends.postgresql"
    settings["CONN_MAX_AGE"] = 60
    settings["CONN_HEALTH_CHECKS"] = True
    # A server-side cursor would outlive its transaction.
    settings["DISABLE_SERVER_SIDE_CURSORS"] = True
    # Nor are statements prepared, which would stay behind on a server that the next transaction does not get.
    settings["OPTIONS"] = {"prepare_threshold": None} | _NOTICE | settings.get("OPTIONS", {})
    return settings
