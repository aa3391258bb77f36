"""The project that a request or a unit of work is about, for what each project has of its own: the columns of its sheet.

Forty places ask the registry of columns by a name alone, most of them far below the view that knows the project. What all of them
would hand down is noted here instead, where the project is found (`find_project`) and where its plan is changed (`changing_plan`).
It decides what there is to see, never who may see it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projects.models import Project

_in_hand: ContextVar[Project | None] = ContextVar("project_in_hand", default=None)


def project_in_hand() -> Project | None:
    """The project that the request is about; None where it is about none, or several."""
    return _in_hand.get()


def take_in_hand(project: Project) -> Project:
    """From here to the end of the request it is about this project; what is known of it already stays known."""
    known = _in_hand.get()
    if known is None or known.pk != project.pk or known.field_ids != project.field_ids:
        _in_hand.set(project)
    return project


@contextmanager
def nothing_in_hand() -> Iterator[None]:
    """Around a request: it begins without a project, and leaves none to the next one of its thread."""
    token = _in_hand.set(None)
    try:
        yield
    finally:
        _in_hand.reset(token)


@contextmanager
def in_hand(project: Project) -> Iterator[Project]:
    """Within the block it is about this project: for jobs, commands and units of work."""
    before = _in_hand.get()
    token = _in_hand.set(before if before is not None and before.pk == project.pk else project)
    try:
        yield project
    finally:
        if before is not None and before is not project and before.pk == project.pk:
            # A change that another object has made: what is kept by the revision must not be that of before it.
            before.revision = project.revision
        _in_hand.reset(token)
