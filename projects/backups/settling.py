"""What has to follow a restore, whichever way the database came back: nothing that was remembered elsewhere is right any more."""

from __future__ import annotations

from typing import NamedTuple

from django.core.cache import cache

from projects.audit.heads import heads
from projects.audit.verifying import Chain, Fault, Verified, verify_record
from projects.backups.moment import fields_keys
from projects.backups.reading import Contents
from projects.models import ProviderSession, UserSession
from projects.rls import scope


class SettledRestore(NamedTuple):
    """What was found in the restored database."""

    record: Verified
    #: Lines that a night after the backup has written down: they are lost, as everything after it is.
    lost: list[Fault]
    is_same_end: bool
    can_read_fields: bool


def settle(found: Contents | None = None) -> SettledRestore:
    """End all sessions, forget all caches, and walk the record; with a backup's own words, compare with them.

    Cached values and pages in browsers are kept by a revision, and revisions that were given out after the restored moment will be
    given out once more, for something else. Pages kept in browsers hang on the token that a new sign-in changes.
    """
    ProviderSession.objects.all().delete()
    UserSession.objects.all().delete()
    cache.clear()
    with scope.every_organization():
        record = verify_record()
        ends = heads()
    later = {(end["organization_id"], end["project_id"]): end["sequence"] for end in ends}
    lost = [fault for fault in record.faults if _is_later(fault, later)]
    record = record._replace(faults=[fault for fault in record.faults if fault not in lost])
    return SettledRestore(
        record,
        lost,
        is_same_end=found is None or ends == found.heads,
        can_read_fields=found is None or found.about["fields_key"] in fields_keys(),
    )


def _is_later(fault: Fault, ends: dict[Chain, int]) -> bool:
    """A line beyond the end of its chain, which a night's file speaks of; the end itself is where it should be."""
    chain = (fault.organization_id, fault.project_id)
    return fault.kind == "forgotten" and fault.sequence > ends.get(chain, 0)
