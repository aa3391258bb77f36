"""Caches whose key holds the revision: nothing stale can be served, and nothing is ever deleted.

Keys and lifetimes are those of the infrastructure design: `project:list:{organization_id}:{filters}`, `project:detail:{project_id}`,
`gantt:{project_id}:{date_range}`, `resource:utilization:{resource_id}:{date_range}`. Behind each stand the revision (or, where a value
hangs on several plans, the counter of their organization) and the build.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from projects.replicas import reading

if TYPE_CHECKING:
    from projects.models import Project

T = TypeVar("T")
#: Then it is asked for again.
POSITION_SECONDS: Final = 3600
#: Organizations whose counter this process could not raise.
_owed: set[int] = set()


def per_revision(project: Project, name: str, compute: Callable[[], T]) -> T:
    """The value for this revision of a project; `name` begins with what selects the lifetime, like "gantt:20458..20543".

    The key is the design's, "gantt:{project_id}:{date_range}", with the revision behind it. Whatever else a value hangs on
    (language, day, filters, which columns a user may see, other plans) is a part of the name: the key asks for no rights.
    """
    kind = _kind(name)
    key = f"{kind}:{project.pk}:{name.removeprefix(f'{kind}:')}:r{project.revision}"
    return _remember(key, compute, settings.CACHE_SECONDS[kind])


def per_resource(resource_id: int, organization_id: int, date_range: str, compute: Callable[[], T]) -> T:
    """What plans need of one resource within some days; fresh until a plan or a capacity of its organization changes."""
    kind = "resource:utilization"
    key = f"{kind}:{resource_id}:{date_range}:g{generation(organization_id)}:{timezone.localdate()}"
    return _remember(key, compute, settings.CACHE_SECONDS[kind])


def per_organization(organization_id: int, kind: str, filters: str, compute: Callable[[], T]) -> T:
    """A value over many projects, such as "project:list"; fresh until one of them shows something else."""
    key = f"{kind}:{organization_id}:{digest(filters)}:g{generation(organization_id)}:{timezone.localdate()}"
    return _remember(key, compute, settings.CACHE_SECONDS[_kind(kind)])


def _kind(name: str) -> str:
    """Which of the settings' lifetimes a name begins with; KeyError where none does."""
    for kind in settings.CACHE_SECONDS:
        if f"{name}:".startswith(f"{kind}:"):
            return kind
    raise KeyError(name)


def digest(text: str) -> str:
    """A part of a key for what is too long to be one."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _remember(key: str, compute: Callable[[], T], seconds: int) -> T:
    # During a rolling deploy two builds share the cache, and one must not read what the other pickled.
    key = f"{key}:{build()}"
    found: T | None = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, seconds)
    return found


@functools.cache
def build() -> str:
    """What tells one build's pages and cached values from another's: its newest file at start."""
    folders = ("templates", "static", "locale", "config", "projects", "tasks", "resources", "reports")
    files = (path for folder in folders for path in Path(settings.BASE_DIR, folder).rglob("*.*"))
    return str(max((path.stat().st_mtime_ns for path in files if path.suffix != ".pyc"), default=0))


def generation(organization_id: int) -> int | str:
    """A counter that rises when something that lists show has changed.

    Where a replica is read that has not heard of that change yet, another value: what is read there now must neither
    be kept under the counter's, nor be what a browser believes it has.
    """
    for each in list(_owed):
        _raise_or_owe(each)
    key = f"generation:{organization_id}"
    value: int = cache.get(key) or 0
    if not reading.is_reading():
        return value
    counted_at = cache.get(f"{key}:{value}")
    if counted_at is None:
        # What was counted was committed before.
        counted_at = _note_position(key, value)
    return value if reading.has_replayed(counted_at) else f"{value}-{reading.moment()}"


def bump_on_commit(organization_id: int) -> None:
    """Make the lists of an organization fresh once the current transaction is visible to others."""
    transaction.on_commit(lambda: _raise_or_owe(organization_id))


def _raise_or_owe(organization_id: int) -> None:
    """Raise the counter. With Redis away it is owed: others may still read from it what is stale by then."""
    key = f"generation:{organization_id}"
    try:
        cache.add(key, 0, timeout=None)
        value = cache.incr(key)
    except ValueError:  # it came back empty in between
        value = None
    if not value:
        _owed.add(organization_id)
        return
    _owed.discard(organization_id)
    if reading.are_used():
        _note_position(key, value)


def _note_position(key: str, value: int) -> int:
    """Keep beside a value of the counter up to where a replica must have replayed to know what it counts."""
    position = reading.primary_position()
    cache.set(f"{key}:{value}", position, POSITION_SECONDS)
    return position
