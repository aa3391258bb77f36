"""Which database a query goes to."""

from typing import Any


class Router:
    """Reads and writes go to the primary as the app role; the schema belongs to the owner alone."""

    def db_for_read(self, model: type, **hints: Any) -> str | None:
        """Django's default: which server stands behind it for a request is decided in projects/replicas/reading.py."""
        return None

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        """All aliases are the same database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Only the owner may change the schema."""
        return db == "owner"
