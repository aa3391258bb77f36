"""A text in the names of a plan is replaced by another, as one change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.editing.refused import Cell
from tasks.editing.writing import write_cells
from tasks.sheet.finding import tasks_named

if TYPE_CHECKING:
    from projects.models import Project, User
    from tasks.plan.outcome import PlanChange


def replace_in_names(*, project: Project, text: str, by: str, actor: User) -> tuple[int, PlanChange]:
    """How many names were changed, and what came of it; upper and lower case are the same. Raises RuleBrokenError."""
    pattern = re.compile(re.escape(text), re.IGNORECASE)
    cells = [
        Cell(pk, "name", pattern.sub(lambda _found: by, name), None)
        for pk, _row, name in tasks_named(project, text)
    ]
    if not cells:
        raise RuleBrokenError(_("「%(text)s」はこの計画の名前にありません。") % {"text": text})
    written = write_cells(project=project, cells=cells, actor=actor)
    return written.written, written.change
