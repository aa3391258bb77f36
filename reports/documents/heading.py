"""What stands at the head of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.web import formats
from reports.documents.contents import Head, Letter, Words

if TYPE_CHECKING:
    import datetime as dt

    from django.utils.functional import Promise

    from projects.models import Organization, Project
    from reports.documents.options import Options, Written


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


def letter_of(written: Written, on: dt.date, *about: tuple[str, str]) -> Letter:
    """From whom to whom, of which day, what else stands below it (`about`: names and texts), and what was written."""
    return Letter(
        lines=(
            (pgettext("report", "宛先"), written.addressee),
            (_("作成者"), written.author),
            (_("報告日"), formats.day(on)),
            *about,
        ),
        seals=written.seals,
        words=(
            Words(_("総括"), written.summary),
            Words(_("課題"), written.issues),
            Words(_("対策"), written.measures),
        ),
    )
