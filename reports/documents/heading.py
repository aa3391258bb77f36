"""What stands at the head of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.documents.contents import Head

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from projects.models import Organization, Project
    from reports.documents.options import Options


def head_of(project: Project, title: Promise | str, options: Options) -> Head:
    """Of a report about one project."""
    return Head(
        title=str(title),
        subject=project.name,
        organization=project.organization.name,
        code=project.code,
        revision=project.revision,
        on=options.on,
        language=options.language,
    )


def head_of_all(organization: Organization, title: Promise | str, subject: str, options: Options) -> Head:
    """Of a report about more than one."""
    return Head(
        title=str(title),
        subject=subject,
        organization=organization.name,
        on=options.on,
        language=options.language,
    )
