"""What is read about plans, and the reports made of it."""

from reports.models.days import ProjectDay
from reports.models.documents import GeneratedReport, ReportFile, ReportFormat, ReportState
from reports.models.earned import ProjectEarnedDay
from reports.models.schedules import ReportSchedule
from reports.models.summary import ProjectSummary

__all__ = [
    "GeneratedReport",
    "ProjectDay",
    "ProjectEarnedDay",
    "ProjectSummary",
    "ReportFile",
    "ReportFormat",
    "ReportSchedule",
    "ReportState",
]
