"""The plan: tasks, links, assignments, progress, comments and imports."""

from projects.models.task_types import TaskType
from tasks.models.attachments import TaskAttachment
from tasks.models.baselines import Baseline, BaselineTask
from tasks.models.budgets import BudgetAmount, BudgetLine
from tasks.models.fields import CustomField, FieldKind, RollUp, Tone
from tasks.models.issues import ProjectIssue
from tasks.models.leveling import LevelingRun
from tasks.models.loads import AssignmentLoad, ResourceLoad, UtilizationCheck
from tasks.models.looks import PlanLook
from tasks.models.progress import PlanImport, TaskComment, TaskProgress
from tasks.models.recurring import RecurringPeriod, RecurringProject
from tasks.models.relations import Assignment, CollapsedTask, TaskGram, TaskLink
from tasks.models.risk import RiskRun
from tasks.models.staffing import RoleDemand
from tasks.models.tasks import (
    MAX_OUTLINE_LEVEL,
    Constraint,
    Mode,
    Task,
    TaskStatus,
)
from tasks.models.timesheets import ClosedMonth, TimeEntry, Timesheet, WorkKind
from tasks.models.undo import PlanStep, PlanStepRow
from tasks.models.views import ChosenColumns, SheetView
from tasks.models.writes import PlanWrite

__all__ = [
    "MAX_OUTLINE_LEVEL",
    "Assignment",
    "AssignmentLoad",
    "Baseline",
    "BaselineTask",
    "BudgetAmount",
    "BudgetLine",
    "ChosenColumns",
    "ClosedMonth",
    "CollapsedTask",
    "Constraint",
    "CustomField",
    "FieldKind",
    "LevelingRun",
    "Mode",
    "PlanImport",
    "PlanLook",
    "PlanStep",
    "PlanStepRow",
    "PlanWrite",
    "ProjectIssue",
    "RecurringPeriod",
    "RecurringProject",
    "ResourceLoad",
    "RiskRun",
    "RoleDemand",
    "RollUp",
    "SheetView",
    "Task",
    "TaskAttachment",
    "TaskComment",
    "TaskGram",
    "TaskLink",
    "TaskProgress",
    "TaskStatus",
    "TaskType",
    "TimeEntry",
    "Timesheet",
    "Tone",
    "UtilizationCheck",
    "WorkKind",
]
