"""ビュー: the menu of the sheet, and keeping what a page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.htmx import is_fragment, render, toast
from projects.errors import RuleBrokenError
from projects.lifecycle.forms import apply
from projects.permissions import require, rights_in
from projects.requests import find_project
from tasks.sheet.filtering.notation import UnreadableFilterError
from tasks.sheet.sorting.notation import UnreadableSortError
from tasks.sheet.viewing import services
from tasks.sheet.viewing.forms import NameForm, SaveForm
from tasks.sheet.viewing.page import view_menu
from tasks.sheet.viewing.reading import FIELDS, find_view, look_in
from tasks.sheet.viewing.seen import SheetLook, seen_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.models import SheetView

#: Fields by which a request says what its page shows.
_SHOWN = (*FIELDS, "face")


def _found(request: SignedInRequest, project: Project, view_id: int) -> SheetView:
    view = find_view(request, project, str(view_id))
    if view is None or view.saved is None:
        raise Http404
    return view.saved


def _own(request: SignedInRequest, project: Project, view_id: int) -> SheetView:
    """A view that this user may change. Raises NotAllowedError."""
    view = _found(request, project, view_id)
    needed = services.NEEDS.get(services.keeping_of(view))
    if needed:
        require(request.user, needed, project)
    return view


def _shown_in(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: fields[name] for name in _SHOWN if name in fields}


def _look(request: SignedInRequest, project: Project) -> SheetLook:
    try:
        return look_in(request, project, _shown_in(request.POST.dict()))
    except (UnreadableFilterError, UnreadableSortError) as error:
        raise RuleBrokenError(str(error)) from error


def _page_of(project: Project, view: SheetView) -> str:
    return f"{reverse(f'tasks:{view.face}', args=[project.pk])}?view={view.pk}"


def _context(project: Project, **more: Any) -> dict[str, Any]:
    return {"section": "projects", "tab": "wbs", "project": project, **more}


@require_safe
@login_required
def view_list(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Views to choose from, for the menu of a page; without scripts a page of them."""
    project = find_project(request, project_id)
    context = _context(project, menu=view_menu(request, project))
    part = "#view-items" if is_fragment(request) else ""
    return render(request, f"tasks/sheet/viewing/list.html{part}", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def view_save(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Keep what a page shows under a name: `view`, `filter`, `sort`, `zoom`, `show` and `face` say what that is."""
    project = find_project(request, project_id)
    rights = rights_in(request.user, project)
    is_sent = request.method == "POST"
    form = SaveForm(request.POST if is_sent else None, rights=rights)
    shown = _shown_in((request.POST if is_sent else request.GET).dict())
    if is_sent and form.is_valid():
        made = apply(
            form,
            lambda: services.save_view(
                project=project, actor=request.user, look=_look(request, project), **form.cleaned_data
            ),
        )
        if made:
            toast(request, _("ビュー「%(name)s」を保存しました。") % {"name": made.name})
            return redirect(_page_of(project, made))
    template = "save_dialog" if is_fragment(request) and not is_sent else "save"
    context = _context(project, form=form, shown=shown)
    return render(request, f"tasks/sheet/viewing/{template}.html", context, status=422 if is_sent else 200)


@require_POST
@login_required
def view_update(request: SignedInRequest, project_id: int, view_id: int) -> HttpResponse:
    """What the page shows becomes the view."""
    project = find_project(request, project_id)
    view = _own(request, project, view_id)
    services.update_view(view=view, project=project, actor=request.user, look=_look(request, project))
    toast(request, _("ビュー「%(name)s」を上書きしました。") % {"name": view.name})
    return redirect(_page_of(project, view))


def _renamed(request: SignedInRequest, project: Project, view: SheetView, form: NameForm) -> bool:
    services.rename_view(view=view, project=project, actor=request.user, name=form.cleaned_data["name"])
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def view_rename(request: SignedInRequest, project_id: int, view_id: int) -> HttpResponse:
    """Another name."""
    project = find_project(request, project_id)
    view = _own(request, project, view_id)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": view.name})
    if (
        request.method == "POST"
        and form.is_valid()
        and apply(form, lambda: _renamed(request, project, view, form))
    ):
        toast(request, _("ビューの名前を「%(name)s」に変えました。") % {"name": view.name})
        return redirect(_page_of(project, view))
    is_sent = request.method == "POST"
    template = "rename_dialog" if is_fragment(request) and not is_sent else "rename"
    context = _context(project, form=form, view=seen_of(_found(request, project, view_id)))
    return render(request, f"tasks/sheet/viewing/{template}.html", context, status=422 if is_sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def view_delete(request: SignedInRequest, project_id: int, view_id: int) -> HttpResponse:
    """Ask whether it is to go, and for whom it goes; on POST it is gone."""
    project = find_project(request, project_id)
    view = _own(request, project, view_id)
    if request.method == "POST":
        services.delete_view(view=view, project=project, actor=request.user)
        toast(request, _("ビュー「%(name)s」を削除しました。") % {"name": view.name})
        return redirect(f"tasks:{view.face}", project.pk)
    keeping = services.keeping_of(view)
    template = "delete_dialog" if is_fragment(request) else "delete"
    context = _context(project, view=view, is_own=keeping is services.Keeping.OWN)
    return render(request, f"tasks/sheet/viewing/{template}.html", context)


@require_POST
@login_required
def view_reset(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The view as it was saved: the columns that its user has chosen beside it are forgotten."""
    project = find_project(request, project_id)
    view = find_view(request, project, request.POST.get("view", ""))
    if view is None:
        raise Http404
    services.forget_own_columns(user=request.user, project=project, key=view.key)
    return redirect(f"{reverse(f'tasks:{view.look.face}', args=[project.pk])}?view={view.key}")
