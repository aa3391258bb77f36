"""Is the record whole? Every chain is walked, and held against the ends that were written down elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Literal, NamedTuple

from django.conf import settings

from projects.changes import entry_hash
from projects.models import AuditEntry, InstallationEntry, Organization, Project
from projects.operations import marks

Kind = Literal[
    "changed",  # what stands in the line is not what its hash was made from
    "missing",  # a number is left out
    "broken",  # the line does not follow the one before it
    "cut",  # the chain ends before the end that its project remembers
    "forgotten",  # a line that was written down elsewhere is not there, or another one
]
Chain = tuple[int | None, int | None]
"""Organization, and project; None for the organization's own chain, and both for the installation's."""


class Fault(NamedTuple):
    """One place where the record is not as it was written."""

    kind: Kind
    organization_id: int | None
    project_id: int | None
    sequence: int


class RecordNotWholeError(Exception):
    """Something of the record was removed, changed or cut off; `manage.py verify_audit` says where."""

    def __init__(self, found: Verified) -> None:
        kinds = ", ".join(sorted({fault.kind for fault in found.faults}))
        super().__init__(f"{len(found.faults)} faults ({kinds}) in {found.chains} chains")


class Verified(NamedTuple):
    """How much was looked at, and what was found."""

    chains: int
    entries: int
    faults: list[Fault]


def check_record() -> Verified:
    """What `verify_record` finds; when it was found whole is written down. Raises RecordNotWholeError."""
    found = verify_record()
    if found.faults:
        raise RecordNotWholeError(found)
    marks.note("record", chains=found.chains, entries=found.entries)
    return found


def verify_record() -> Verified:
    """Walk the installation's chain and those of the organizations that are visible now; reads each entry once, in stretches."""
    rows: Iterable[AuditEntry | InstallationEntry] = chain(
        InstallationEntry.objects.order_by("sequence").iterator(chunk_size=2_000),
        AuditEntry.objects.order_by("organization_id", "project_id", "sequence").iterator(chunk_size=2_000),
    )
    kept = _written_down()
    remembered = _remembered()
    faults: list[Fault] = []
    chains = entries = 0
    for place, lines in groupby(rows, key=lambda entry: (entry.organization_id, entry.project_id)):
        chains += 1
        walk = _Walk(place, kept.pop(place, {}))
        for entry in lines:
            walk.step(entry)
        entries += walk.count
        faults += walk.faults
        faults += _ends(walk, remembered.pop(place, None))
    # Chains of which nothing at all is left; a project that was purged for good took its own along.
    faults += [Fault("cut", *place, sequence) for place, (sequence, _hash) in remembered.items() if sequence]
    alive = set(Project.objects.values_list("pk", flat=True))
    seen = {None, *Organization.objects.values_list("pk", flat=True)}
    faults += [
        Fault("forgotten", *place, max(ends))
        for place, ends in kept.items()
        if place[0] in seen and (place[1] is None or place[1] in alive)
    ]
    return Verified(chains, entries, faults)


class _Walk:
    """One chain, entry by entry."""

    def __init__(self, place: Chain, ends: dict[int, str]) -> None:
        self.chain, self.ends = place, dict(ends)
        self.sequence, self.hash, self.count = 0, "", 0
        self.faults: list[Fault] = []

    def step(self, entry: AuditEntry | InstallationEntry) -> None:
        self.count += 1
        if entry.sequence != self.sequence + 1:
            self._note("missing", self.sequence + 1)
        elif entry.previous_hash != self.hash:
            self._note("broken", entry.sequence)
        if entry_hash(entry) != entry.hash:
            self._note("changed", entry.sequence)
        if self.ends.pop(entry.sequence, entry.hash) != entry.hash:
            self._note("forgotten", entry.sequence)
        self.sequence, self.hash = entry.sequence, entry.hash

    def _note(self, kind: Kind, sequence: int) -> None:
        self.faults.append(Fault(kind, *self.chain, sequence))


def _ends(walk: _Walk, end: tuple[int, str] | None) -> Iterator[Fault]:
    if end is not None and end != (walk.sequence, walk.hash):
        yield Fault("cut", *walk.chain, walk.sequence + 1)
    for sequence in sorted(walk.ends):
        yield Fault("forgotten", *walk.chain, sequence)


def _remembered() -> dict[Chain, tuple[int, str]]:
    """The end of each project's chain as the project holds it; an organization's own chain is held by the files alone."""
    projects = Project.objects.values_list("organization_id", "pk", "audit_sequence", "audit_hash")
    return {
        (organization, project): (sequence, end)
        for organization, project, sequence, end in projects.iterator(chunk_size=2_000)
    }


def _written_down() -> dict[Chain, dict[int, str]]:
    """What the nightly files say: by chain, the hash of each sequence that was its end then."""
    found: dict[Chain, dict[int, str]] = {}
    for head in _heads(sorted(Path(settings.AUDIT_HEADS_FOLDER).glob("*.jsonl"))):
        place = (head["organization_id"], head["project_id"])
        found.setdefault(place, {})[head["sequence"]] = head["hash"]
    return found


def _heads(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
