"""The owner of the tables, whom only a few commands are told (DATABASE_OWNER_URL)."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import connections


def need_owner() -> None:
    """CommandError, with a way out, where this process is not told how to reach the database as its owner."""
    if "owner" not in connections.settings:
        raise CommandError(
            "DATABASE_OWNER_URL is not set, and this needs the owner of the tables. Pages and jobs are not told it on purpose: with "
            "compose run `docker compose --profile site run --rm migrate manage ...`, on Kubernetes a job made of the job `migrate`."
        )
