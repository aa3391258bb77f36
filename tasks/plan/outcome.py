"""What one change of a plan has brought about: plain data, for the answer to the user who made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from projects.models import AuditEntry, Project
    from tasks.allocation.sums import Total
    from tasks.plan.rescheduling import Move
    from tasks.scheduling.errors import ImpossibleConstraint

#: Under these keys of a record's notes the followers of a unit of work leave what they have found.
OVERALLOCATED: Final = "overallocated"
BUSY: Final = "busy"
JOINED: Final = "joined"


@dataclass(frozen=True)
class PlanChange:
    """The outcome of one unit of work on a plan."""

    project: Project
    #: The revision that the change was made on; the project holds the one that it has now.
    revision_before: int
    #: Tasks that the planner changed themself, and all whose row looks different.
    edited_ids: frozenset[int] = frozenset()
    changed_ids: frozenset[int] = frozenset()
    #: Tasks whose start or finish is another now.
    moves: tuple[Move, ...] = ()
    #: When the plan ended before and ends now, in plan minutes; None without tasks.
    finish_before: int | None = None
    finish_after: int | None = None
    #: Dates that hold a task before a link lets it start, since this change.
    conflicts: tuple[ImpossibleConstraint, ...] = ()
    #: Tasks that end after their deadline since this change.
    missed_deadlines: tuple[int, ...] = ()
    #: What gave way where people, work and duration hang together, in sentences of the reader's language.
    rebalanced: str = ""
    #: What was recorded: the step that an undo takes back.
    step: tuple[AuditEntry, ...] = ()
    #: What the followers of the unit of work have found; filled when it ends.
    notes: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything was changed at all."""
        return bool(self.step)

    @property
    def joined(self) -> Sequence[str]:
        """Names of those who were made members of the project, since they were put on a task."""
        found: Sequence[str] = self.notes.get(JOINED, ())
        return found

    @property
    def overallocated(self) -> tuple[Total, ...]:
        """The days that this change has filled beyond their capacity."""
        found: tuple[Total, ...] = self.notes.get(OVERALLOCATED, ())
        return found

    @property
    def busy(self) -> Mapping[int, tuple[int, int]]:
        """Whose days this change has filled otherwise: {resource: first and last of them}, as numbers of days."""
        found: Mapping[int, tuple[int, int]] = self.notes.get(BUSY, {})
        return found

    @property
    def along(self) -> int:
        """How many tasks moved along with those that were edited."""
        return sum(1 for move in self.moves if move.task_id not in self.edited_ids)
