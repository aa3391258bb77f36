"""Values of all projects of an organization, of which only those are asked for again whose project has changed.

One edit makes every list of its organization fresh; without this, a thousand plans would be counted anew for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from projects.caching import build
from projects.models import Project

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
#: The key holds the day, so this bounds memory only.
SECONDS: Final = 86_400


def by_project(
    organization_id: int, name: str, ask: Callable[[list[int]], Mapping[int, T]], *, stamp: str = ""
) -> dict[int, T]:
    """What `ask` says of each project, remembered with its revision; `stamp` tells what else the value hangs on.

    Revisions are read first: a value may be younger than its revision says, and is then asked for once more.
    """
    alive = Project.objects.alive().filter(organization=organization_id)
    revisions = dict(alive.values_list("pk", "revision"))
    key = f"by-project:{name}:{organization_id}:{timezone.localdate()}:{stamp}:{build()}"
    known: dict[int, tuple[int, T | None]] = cache.get(key) or {}
    changed = [pk for pk, revision in revisions.items() if known.get(pk, (None,))[0] != revision]
    if changed:
        found = ask(changed)
        known |= {pk: (revisions[pk], found.get(pk)) for pk in changed}
    if changed or len(known) > len(revisions):
        known = {pk: value for pk, value in known.items() if pk in revisions}
        cache.set(key, known, SECONDS)
    return {pk: value for pk, (_revision, value) in known.items() if value is not None}


def grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Rows by the project that they begin with."""
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return groups


def stamp_of_holidays() -> str:
    """Changes with every correction of a holiday: lateness counts working days."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(held_on - DATE '1970-01-01'), 0) FROM holidays WHERE is_observed")
        return str(cursor.fetchone()[0])
