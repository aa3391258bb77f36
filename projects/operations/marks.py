"""When the things of the running last went well: `note("backup")` after a backup, `age("backup")` to watch it.

Both moments are the database's clock, so that machines whose clocks differ agree on an age. A mark waits for no standby.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import ExpressionWrapper, F, fields
from django.db.models.functions import Now

from projects.local_commits import local_commit
from projects.models import OperationMark

#: A mark further ahead is of a clock that was ahead: it would look fresh until that time has come and gone.
AHEAD: Final = timedelta(minutes=1)


def note(name: str, *, using: str = "default", **details: Any) -> None:
    """Write down that this has just gone well, in a transaction of its own; details replace those of the time before."""
    mark = OperationMark(name=name, at=Now(), details=details)
    with local_commit(using=using):
        OperationMark.objects.using(using).bulk_create(
            [mark], update_conflicts=True, unique_fields=["name"], update_fields=["at", "details"]
        )


def ages(*, using: str = "default") -> dict[str, float]:
    """Seconds since each of them, by name; without those that lie ahead, whose age is unknown."""
    since = ExpressionWrapper(Now() - F("at"), output_field=fields.DurationField())
    rows = OperationMark.objects.using(using).filter(at__lte=Now() + AHEAD).values_list("name", since)
    return {name: max(age / timedelta(seconds=1), 0.0) for name, age in rows}


def age(name: str, *, using: str = "default") -> float | None:
    """Seconds since this one; None when it has never been written down, or lies ahead."""
    return ages(using=using).get(name)
