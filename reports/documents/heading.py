"""What stands at the head of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from reports.documents.contents import Head
from reports.models import ReportKind

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from projects.models import Organization, Project
    from reports.documents.options import Options

TITLES: Final[dict[str, Promise]] = {
    ReportKind.PROGRESS: gettext_lazy("プロジェクト進捗報告"),
    ReportKind.WBS: gettext_lazy("WBS 一覧"),
    ReportKind.UTILIZATION: gettext_lazy("稼働率報告"),
    ReportKind.PORTFOLIO: gettext_lazy("ポートフォリオ報告"),
}


def head_of(project: Project, kind: str, options: Options) -> Head:
    """Of a report about one project."""
    return Head(
        title=str(TITLES[kind]),
        subject=project.name,
        organization=project.organization.name,
        code=project.code,
        revision=project.revision,
        on=options.on,
        language=options.language,
    )


def head_of_all(organization: Organization, kind: str, subject: str, options: Options) -> Head:
    """Of a report about more than one."""
    return Head(
        title=str(TITLES[kind]),
        subject=subject,
        organization=organization.name,
        on=options.on,
        language=options.language,
    )
