"""The unit of work: every change of a project, and of an organization, goes through here.

It checks the right, locks the row, keeps the record and raises the revision, all in one transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from config.web.logs import current_request_id
from projects import caching
from projects.actions import Touch, declared
from projects.errors import StaleRevisionError
from projects.models import AuditEntry, Organization, Project
from projects.permissions import Right, System, require, require_in_organization
from projects.storing import made, store

if TYPE_CHECKING:
    from datetime import datetime

    from projects.models import InstallationEntry, User


#: What JSON gives back as it was.
_AS_IT_IS: Final = frozenset({str, int, bool, type(None)})
_OTHERWISE: Final = object()
#: What is hashed: one text for the same content.
_CONTENT: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def plain(value: Any) -> Any:
    """A value as JSON holds it: what is hashed is what is read back."""
    if value is None:
        return None
    copy = _copied(value)
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder)) if copy is _OTHERWISE else copy


def _copied(value: Any) -> Any:
    """A copy of what JSON gives back as it was, for a tenth of the time; else `_OTHERWISE`."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is dict:
        return _copied_dict(value)
    if kind is list:
        found = [_copied(each) for each in value]
        return _OTHERWISE if any(each is _OTHERWISE for each in found) else found
    # A choice is its text.
    return str.__str__(value) if isinstance(value, str) else _OTHERWISE


def _copied_dict(value: dict[Any, Any]) -> Any:
    found = {}
    for key, each in value.items():
        if type(key) is not str:
            return _OTHERWISE
        copy = each if type(each) in _AS_IT_IS else _copied(each)
        if copy is _OTHERWISE:
            return _OTHERWISE
        found[key] = copy
    return found


#: What is kept of a plan on its project: read again under the lock, since a change compares with it.
KEPT_OF_PLAN = (
    "task_count", "progress_percentage", "progress_weight", "planned_start_minute", "planned_finish_minute",
    "forecast_finish_minute", "forecast_from", "forecast_causes",
)  # fmt: skip
#: What entries are hashed by from now on; each names its own, so that older ones stay verifiable.
HASH_VERSION: Final = 2
#: A record lists this many of the tasks that moved along; the number of all is beside it.
LISTED_MOVES = 2_000


class Recorder:
    """Collects what happens inside the unit of work: `record("task.moved", target=task, before=…, after=…)`."""

    def __init__(self, actor: User | System, organization_id: int, project: Project | None) -> None:
        self.actor, self.organization_id, self.project = actor, organization_id, project
        self.entries: list[AuditEntry] = []
        #: Set by rescheduling: lists count late tasks, which any date or progress can change.
        self.is_rescheduled = False
        #: What services leave for the followers, by keys of their own.
        self.notes: dict[str, Any] = {}
        user = actor.user if isinstance(actor, System) else actor
        self._known = {
            "organization_id": organization_id,
            "project_id": project.pk if project is not None else None,
            "actor_id": user.pk if user is not None else None,
            "system_name": actor.name if isinstance(actor, System) else "",
        }
        ends = {"project": project, "actor": user}
        self._related: dict[str, models.Model] = {name: end for name, end in ends.items() if end is not None}

    def __call__(
        self,
        action: str,
        *,
        target: models.Model | None = None,
        before: Any = None,
        after: Any = None,
        consequences: Any = None,
    ) -> AuditEntry:
        """Note one declared action, with what it changed. Raises UndeclaredActionError."""
        entry = made(
            AuditEntry,
            self._related,
            **self._known,
            action=declared(action).name,
            target_type=target._meta.model_name or "" if target is not None else "",
            target_id=target.pk if target is not None else None,
            before=plain(before),
            after=plain(after),
            consequences=plain(consequences),
        )
        self.entries.append(entry)
        return entry

    def touches(self, what: Touch) -> bool:
        """Whether something of this kind changes with what was noted."""
        return any(what in declared(action).touches for action in {entry.action for entry in self.entries})

    def list_moves(self, moves: Sequence[Sequence[Any]]) -> None:
        """Add to the last entry what moved along: how many, and the first of them."""
        if moves:
            listed = [list(move) for move in moves[:LISTED_MOVES]]
            self.entries[-1].consequences = {"count": len(moves), "moves": listed}

    def write(self, *, sequence: int, previous: str, revision: int, at: datetime) -> tuple[int, str]:
        """Chain the entries and store them; return the new end of the chain."""
        for entry in self.entries:
            sequence += 1
            entry.sequence, entry.previous_hash, entry.revision = sequence, previous, revision
            entry.happened_at, entry.request_id, entry.hash_version = at, current_request_id(), HASH_VERSION
            entry.hash = previous = entry_hash(entry)
        store(self.entries)
        return sequence, previous


def entry_hash(entry: AuditEntry | InstallationEntry) -> str:
    """The hash that chains an entry to the one before it; covers ids and values, no names.

    From the second version on it covers the version itself, too, and the request that the log tells more of.
    """
    content = [
        entry.previous_hash, entry.organization_id, entry.project_id, entry.sequence,
        entry.happened_at.isoformat(), entry.actor_id, entry.system_name, entry.action,
        entry.target_type, entry.target_id, entry.before, entry.after, entry.consequences, entry.revision,
    ]  # fmt: skip
    if entry.hash_version > 1:
        content = [entry.hash_version, *content, entry.request_id]
    return hashlib.sha256(_CONTENT.encode(content).encode()).hexdigest()


Follower = Callable[[Sequence[Recorder]], None]

_followers: list[Follower] = []
#: The records of the units of work that have closed inside of an open one; None while all are closed.
_open: ContextVar[list[Recorder] | None] = ContextVar("open_units_of_work", default=None)


def follow_changes(follower: Follower) -> Follower:
    """Have a function called with the records of every change, before the outermost unit of work closes.

    It runs in the same transaction: what it writes stands or falls with the change, and what it raises refuses it.
    Once for all units of work that were opened inside of one, so that it may lock rows in one order.
    """
    if follower not in _followers:
        _followers.append(follower)
    return follower


@contextmanager
def _followed(record: Recorder) -> Iterator[list[Recorder]]:
    """Gives the records of the units of work that have closed within the outermost one."""
    records = _open.get()
    if records is not None:
        yield records
        # Not before: a change that was refused, and caught outside, has not happened.
        records.append(record)
        return
    records = []
    token = _open.set(records)
    try:
        yield records
        records.append(record)
        for follower in _followers:
            follower(records)
    finally:
        _open.reset(token)


@contextmanager
def changing(
    project: Project, *, actor: User | System, needs: Right = Right.EDIT_PLAN, revision: int | None = None
) -> Iterator[Recorder]:
    """Open the unit of work of one project. `revision` is what the form was made from, where overwriting hurts.

    Raises NotAllowedError (403) and StaleRevisionError (409). Nothing recorded, no new revision.
    """
    with transaction.atomic():
        locked = (
            Project.objects.select_for_update(no_key=True)
            .only("organization_id", "revision", "audit_sequence", "audit_hash", "deleted_at", *KEPT_OF_PLAN)
            .get(pk=project.pk)
        )
        require(actor, needs, locked)
        if revision is not None and revision != locked.revision:
            raise StaleRevisionError(seen=revision, current=locked.revision)
        for name in ("revision", *KEPT_OF_PLAN):
            setattr(project, name, getattr(locked, name))
        record = Recorder(actor, locked.organization_id, project)
        with _followed(record) as closed:
            yield record
        if record.entries:
            if any(other.entries and other.project == project for other in closed if other is not record):
                # A unit of work inside of this one has continued the chain.
                locked.refresh_from_db(fields=["revision", "audit_sequence", "audit_hash"])
            _close(project, locked, record)


def _close(project: Project, locked: Project, record: Recorder) -> None:
    now = timezone.now()
    project.revision = locked.revision + 1
    project.audit_sequence, project.audit_hash = record.write(
        sequence=locked.audit_sequence, previous=locked.audit_hash, revision=project.revision, at=now
    )
    Project.objects.filter(pk=project.pk).update(
        revision=project.revision,
        audit_sequence=project.audit_sequence,
        audit_hash=project.audit_hash,
        updated_at=now,
    )
    if record.is_rescheduled or record.touches(Touch.LISTS):
        caching.bump_on_commit(record.organization_id)


@contextmanager
def changing_organization(
    organization: Organization, *, actor: User | System, needs: Right = Right.MANAGE_ORGANIZATION
) -> Iterator[Recorder]:
    """The unit of work of what belongs to no project: calendars, people, and the making of projects."""
    with transaction.atomic():
        require_in_organization(actor, needs, organization)
        record = Recorder(actor, organization.pk, None)
        with _followed(record):
            yield record
        if record.entries:
            with connection.cursor() as cursor:
                # One writer at a time continues the organization's chain, until this transaction ends.
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(hashtext('audit'), %s)", [organization.pk % 2**31]
                )
            last = (
                AuditEntry.objects.filter(organization=organization, project=None)
                .order_by("-sequence")
                .values_list("sequence", "hash")
                .first()
            ) or (0, "")
            record.write(sequence=last[0], previous=last[1], revision=0, at=timezone.now())
            if record.touches(Touch.LISTS):
                caching.bump_on_commit(organization.pk)
