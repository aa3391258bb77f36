"""Kinds of reports. Every module of this folder is one and declares it as `KIND`; nothing else has to know of it."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from projects.models import Organization, Project, User
    from projects.permissions import Right
    from reports.documents.contents import Report
    from reports.documents.options import Options


#: What a person writes for a report.
WRITTEN: Final = frozenset({"addressee", "author", "seals", "summary", "issues", "measures"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about, for whom it is read, and what was chosen."""

    user: User
    organization: Organization
    options: Options
    one_project: Project | None = None

    @property
    def project(self) -> Project:
        """The project of a kind that is about one. Raises ValueError without it."""
        if self.one_project is None:
            raise ValueError("a report of this kind is about a project")
        return self.one_project


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One kind: its words, who may read it, what can be chosen, and how its data is read."""

    #: In addresses and in rows, at most 12 letters.
    name: str
    #: In lists to choose from, and at the head of the report.
    label: Promise | str
    title: Promise | str
    #: The data, in the language that is active; who may see it is asked before.
    read: Callable[[Subject], Report]
    #: Where it stands among the others.
    position: int
    is_of_project: bool = True
    #: Fields of the form beside project and format: "parts", "first", "last", and those of WRITTEN together.
    fields: frozenset[str] = frozenset()
    #: A right in the organization, and what is said where it was taken away after the report was requested.
    needs: Right | None = None
    refusal: Promise | str = ""
    #: The name of a feature that may be switched off.
    feature: str = ""

    @property
    def is_written(self) -> bool:
        """Whether a person writes some of it."""
        return self.fields >= WRITTEN

    @property
    def is_offered(self) -> bool:
        """Whether this installation has it."""
        return not self.feature or bool(settings.FEATURES[self.feature])


@cache
def report_kinds() -> dict[str, ReportKind]:
    """All kinds by their names, in the order in which they are offered."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    kinds: list[ReportKind] = [module.KIND for module in modules]
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.position)}
