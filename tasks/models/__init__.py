"""The plan: tasks, links, assignments, progress, comments and imports."""

from tasks.models.progress import PlanImport, TaskComment, TaskProgress
from tasks.models.tasks import (
    DATELESS_CONSTRAINTS,
    MAX_OUTLINE_LEVEL,
    Assignment,
    CollapsedTask,
    Constraint,
    Mode,
    Task,
    TaskLink,
    TaskStatus,
    TaskType,
)

__all__ = [
    "DATELESS_CONSTRAINTS",
    "MAX_OUTLINE_LEVEL",
    "Assignment",
    "CollapsedTask",
    "Constraint",
    "Mode",
    "PlanImport",
    "Task",
    "TaskComment",
    "TaskLink",
    "TaskProgress",
    "TaskStatus",
    "TaskType",
]
