"""A plan out as a workbook, and in again."""

from __future__ import annotations

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final, cast

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web.file_names import file_name
from config.web.htmx import render
from projects.permissions import rights_in
from projects.requests import find_project
from tasks.editing.fields import assignable_rows
from tasks.exporting.services import note_export
from tasks.exporting.views import IN_MEMORY_BYTES
from tasks.pasting.forms import offered_to
from tasks.sheet.filtering.reading import read_asked
from tasks.sheet.viewing.reading import FIELDS, columns_in, page_fields
from tasks.sheet.visible import VisibleRows, visible_rows
from tasks.workbooks.contents import contents_of
from tasks.workbooks.csv_view import write_csv
from tasks.workbooks.file import write_workbook
from tasks.workbooks.forms import WorkbookForm
from tasks.workbooks.lists import MOST_NAMES

if TYPE_CHECKING:
    from projects.models import Project
    from projects.requests import SignedInRequest

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Fields of an address that say which rows stand on a page, and in which columns.
_LOOK: Final = [name for name in FIELDS if name in {"view", "filter", "sort"}]


@require_safe
@login_required
def workbook_choose(request: SignedInRequest, project_id: int) -> HttpResponse:
    """How the plan is to leave: which file, and of a workbook its scale and paper. The page that it came from says what is seen."""
    project = find_project(request, project_id)
    fields = page_fields(request) | request.GET.dict()
    look = [(name, fields[name]) for name in _LOOK if fields.get(name)]
    rights = rights_in(request.user, project)
    context = {
        "section": "projects", "tab": "wbs", "project": project, "rights": rights, "form": WorkbookForm(), "look": look,
        "is_part": any(name == "filter" for name, _value in look),
    }  # fmt: skip
    return render(request, "tasks/workbooks/choose.html", context)


@require_safe
@login_required
def plan_workbook(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The rows and columns of a view as an Excel file with their chart; amounts only for those who may see money."""
    project = find_project(request, project_id, "organization")
    rights = rights_in(request.user, project)
    columns = columns_in(request, project, rights)
    visible, closed = _seen(request, project)
    contents = contents_of(project, visible, columns, WorkbookForm(request.GET).chosen, closed=closed)
    stream, now = BytesIO(), timezone.localtime()
    people = [row.name for row in assignable_rows(project, limit=MOST_NAMES)]
    write_workbook(contents, stream, offered=offered_to(rights), people=people, made_at=now)
    name = file_name(f"{project.code}_WBS_{now:%Y%m%d}", "xlsx")
    with_money = any(each.column.is_money for each in columns)
    count = len(contents.base.rows)
    note_export(project, actor=request.user, file_name=name, count=count, with_money=with_money)
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


@require_safe
@login_required
def plan_csv(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The rows and columns of a view as CSV; amounts only for those who may see money."""
    project = find_project(request, project_id, "organization")
    columns = columns_in(request, project, rights_in(request.user, project))
    visible, _closed = _seen(request, project)
    # Written before it is sent: a response that is still on its way has neither a transaction nor a scope.
    stream = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  # closed by the response
    count = write_csv(project, visible, columns, cast("IO[bytes]", stream))
    name = file_name(f"{project.code}_WBS_{timezone.localtime():%Y%m%d}", "csv")
    with_money = any(each.column.is_money for each in columns)
    note_export(project, actor=request.user, file_name=name, count=count, with_money=with_money)
    stream.seek(0)
    return FileResponse(
        cast("IO[bytes]", stream), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )


def _seen(request: SignedInRequest, project: Project) -> tuple[VisibleRows, frozenset[int]]:
    """The rows of the page, and the summaries that are closed on it: in a workbook they are opened by a press, so their rows come along."""
    reading = read_asked(request, project)
    if reading.filter:
        return reading.rows(project, request.user), frozenset()
    seen = visible_rows(project, request.user)
    everything = VisibleRows(project.task_count, (), frozenset())
    closed = frozenset() if reading.order.sort else seen.collapsed
    return reading.order.rows(project, everything), closed
