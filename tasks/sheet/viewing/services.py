"""Keeping a view under a name, changing it, letting it go.

What users keep for themselves is how they like their own pages, and is not recorded; what others are offered is.
"""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from projects.changes import changing, changing_organization
from projects.errors import RuleBrokenError
from projects.permissions import Right
from tasks.models import ChosenColumns, SheetView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projects.changes import Recorder
    from projects.models import Project, User
    from tasks.sheet.viewing.seen import SheetLook

#: So many are kept for one user, one project, one organization: a menu that can be read.
MOST_VIEWS: Final = 60


class Keeping(StrEnum):
    """For whom a view is kept."""

    OWN = "own"
    PROJECT = "project"
    ORGANIZATION = "organization"


def keeping_of(view: SheetView) -> Keeping:
    """For whom this one is kept."""
    if view.owner_id is not None:
        return Keeping.OWN
    return Keeping.ORGANIZATION if view.project_id is None else Keeping.PROJECT


#: The right that keeping a view there needs; one's own need none but to see the project.
NEEDS: Final = {Keeping.PROJECT: Right.EDIT_PLAN, Keeping.ORGANIZATION: Right.SHARE_VIEWS}


def save_view(*, project: Project, actor: User, name: str, keeping: Keeping, look: SheetLook) -> SheetView:
    """A new view. Raises NotAllowedError, and RuleBrokenError where its name is taken or there are too many."""
    view = SheetView(
        organization_id=project.organization_id,
        owner=actor if keeping is Keeping.OWN else None,
        project=project if keeping is Keeping.PROJECT else None,
        name=name,
        saved_by=actor,
        **_fields(look),
    )
    with _unit(project, actor, keeping) as record:
        beside = SheetView.objects.filter(
            organization_id=view.organization_id, owner=view.owner, project=view.project
        )
        if beside.count() >= MOST_VIEWS:
            raise RuleBrokenError(
                _("ビューは%(most)d個まで保存できます。使わないものを削除してください。")
                % {"most": MOST_VIEWS},
                field="name",
            )
        _store(view)
        if record:
            record("view.saved", target=view, after={"name": name, "keeping": keeping, **_told(look)})
    return view


def update_view(*, view: SheetView, project: Project, actor: User, look: SheetLook) -> None:
    """What a page shows becomes what the view shows; what its user had chosen beside it is in it now."""
    before = {name: getattr(view, name) for name in _told(look)}
    with _unit(project, actor, keeping_of(view)) as record:
        for name, value in _fields(look).items():
            setattr(view, name, value)
        view.saved_by = actor
        view.save()
        forget_own_columns(user=actor, project=project, key=str(view.pk))
        if record:
            record("view.saved", target=view, before=before, after={"name": view.name, **_told(look)})


def rename_view(*, view: SheetView, project: Project, actor: User, name: str) -> None:
    """Another name. Raises RuleBrokenError where it is taken."""
    before = view.name
    with _unit(project, actor, keeping_of(view)) as record:
        view.name = name
        _store(view)
        if record and before != name:
            record("view.renamed", target=view, before={"name": before}, after={"name": name})


def delete_view(*, view: SheetView, project: Project, actor: User) -> None:
    """Gone for all whom it was kept for, with what they had chosen beside it; addresses that name it show the plan as it is."""
    with _unit(project, actor, keeping_of(view)) as record:
        chosen = ChosenColumns.objects.filter(organization_id=view.organization_id, view=str(view.pk))
        chosen.delete()
        if record:
            record("view.deleted", target=view, before={"name": view.name})
        view.delete()


def forget_own_columns(*, user: User, project: Project, key: str) -> None:
    """The columns that a user has chosen beside a view: it shows its own again."""
    user.__dict__.pop("_chosen_columns", None)
    ChosenColumns.objects.filter(user=user, organization_id=project.organization_id, view=key).delete()


def _fields(look: SheetLook) -> dict[str, Any]:
    return {
        "face": str(look.face), "columns": [list(each) for each in look.columns], "pane_width": look.pane_width,
        "filter": look.filter, "sort": look.sort, "zoom": look.zoom, "show": look.show,
    }  # fmt: skip


def _told(look: SheetLook) -> dict[str, Any]:
    """What the record has of a look."""
    return {
        name: value for name, value in _fields(look).items() if name in {"face", "columns", "filter", "sort"}
    }


@contextmanager
def _unit(project: Project, actor: User, keeping: Keeping) -> Iterator[Recorder | None]:
    match keeping:
        case Keeping.OWN:
            with transaction.atomic():
                yield None
        case Keeping.PROJECT:
            with changing(project, actor=actor, needs=NEEDS[keeping]) as record:
                yield record
        case Keeping.ORGANIZATION:
            with changing_organization(project.organization, actor=actor, needs=NEEDS[keeping]) as record:
                yield record


def _store(view: SheetView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise RuleBrokenError(
            _("「%(name)s」というビューはもうあります。ほかの名前にしてください。") % {"name": view.name},
            field="name",
        ) from error
