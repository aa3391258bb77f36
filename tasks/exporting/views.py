"""A plan out, as a file."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import IO, cast

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from config.web.file_names import file_name
from projects.permissions import Right, rights_in
from projects.requests import SignedInRequest, find_project
from tasks.exporting.services import note_export, write_plan

IN_MEMORY_BYTES = 4 * 2**20


@require_safe
@login_required
def plan_export(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The plan as Microsoft Project XML; rates and costs only for those who may see money."""
    project = find_project(request, project_id, "organization")
    # Written before it is sent: a response that is still on its way has neither a transaction nor a scope.
    stream = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  # closed by the response
    with_money = Right.SEE_MONEY in rights_in(request.user, project)
    name = file_name(project.code, "xml")
    count = write_plan(project, cast("IO[bytes]", stream), with_money=with_money)
    note_export(project, actor=request.user, file_name=name, count=count, with_money=with_money)
    stream.seek(0)
    return FileResponse(
        cast("IO[bytes]", stream),
        as_attachment=True,
        filename=name,
        content_type="application/xml; charset=utf-8",
    )
