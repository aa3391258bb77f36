"""Writing into the record of the installation: what concerns no organization, or more than those whose records tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from config.web.logs import current_request_id
from projects.actions import declared
from projects.changes import HASH_VERSION, entry_hash, plain
from projects.models import InstallationEntry

if TYPE_CHECKING:
    from django.db.models import Model

    from projects.permissions import System


def note(
    action: str, *, actor: System, target: Model | None = None, before: Any = None, after: Any = None
) -> InstallationEntry:
    """Add a declared action to the chain; it stands or falls with the caller's transaction. Raises UndeclaredActionError.

    Who writes into records of organizations as well begins here: the lock of this chain comes before theirs.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One writer at a time continues the chain; organizations have their own numbers here, and none has 0.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audit'), 0)")
        ends = InstallationEntry.objects.order_by("-sequence").values_list("sequence", "hash")
        sequence, previous = ends.first() or (0, "")
        entry = InstallationEntry(
            sequence=sequence + 1,
            happened_at=timezone.now(),
            actor=actor.user,
            system_name=actor.name,
            action=declared(action).name,
            target_type=target._meta.model_name or "" if target is not None else "",
            target_id=target.pk if target is not None else None,
            before=plain(before),
            after=plain(after),
            request_id=current_request_id(),
            previous_hash=previous,
            hash_version=HASH_VERSION,
        )
        entry.hash = entry_hash(entry)
        entry.save(force_insert=True)
        return entry
