"""The base: organizations, people, projects, calendars and the record of changes."""

from projects.models.audit import AuditEntry
from projects.models.calendars import Calendar, CalendarException, Holiday
from projects.models.identity import Identity, ProviderSession, UserSession
from projects.models.installation import InstallationEntry
from projects.models.jobs import AskedJob, DeadJob
from projects.models.messages import CalendarFeed, Notification
from projects.models.operations import OperationMark
from projects.models.people import JobTitle, Organization, OrganizationMember, OrganizationRole, User
from projects.models.projects import (
    STATUS_STEPS,
    Project,
    ProjectMember,
    ProjectRole,
    ProjectStatus,
)
from projects.models.tokens import ApiAnswer, ApiToken, TokenScope

__all__ = [
    "STATUS_STEPS",
    "ApiAnswer",
    "ApiToken",
    "AskedJob",
    "AuditEntry",
    "Calendar",
    "CalendarException",
    "CalendarFeed",
    "DeadJob",
    "Holiday",
    "Identity",
    "InstallationEntry",
    "JobTitle",
    "Notification",
    "OperationMark",
    "Organization",
    "OrganizationMember",
    "OrganizationRole",
    "Project",
    "ProjectMember",
    "ProjectRole",
    "ProjectStatus",
    "ProviderSession",
    "TokenScope",
    "User",
    "UserSession",
]
