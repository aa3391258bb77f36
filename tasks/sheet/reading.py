"""What texts of cells mean in one plan: which people are meant by names, which rows by numbers, how long a day is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.models import ProjectMember
from projects.person_time import person_time_of
from resources.models import Resource
from tasks.plan.link_text import LinkTextError, TypedLink, parse_links, units_of
from tasks.sheet.parsing import folded, read_people
from tasks.sheet.text import sizes_of

if TYPE_CHECKING:
    from decimal import Decimal

    from projects.models import Project
    from projects.person_time import PersonTime
    from tasks.sheet.parsing import TypedShare, UnitMinutes


class Reader:
    """Reads texts of one plan. What it has to know of the plan it asks for once, whatever number of cells it reads."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def sizes(self) -> UnitMinutes:
        """How long a day, a week and a month of a duration are in this project; of work it is `person_time`."""
        return sizes_of(self.project)

    @cached_property
    def person_time(self) -> PersonTime:
        """How much work a day and a month of a person are."""
        return person_time_of(self.project)

    def links(self, text: str) -> list[TypedLink]:
        """What "3FS+2d, 5SS" means; numbers are row numbers. Raises RuleBrokenError with an example."""
        try:
            return parse_links(text, **units_of(self.project))
        except LinkTextError as error:
            raise RuleBrokenError(
                _(
                    "「%(piece)s」は依存関係として読めません。行番号、種類、ラグの順に、例えば 3FS+2d のように入力してください。"
                )
                % {"piece": error.piece},
                field="predecessors",
            ) from error

    def people(self, text: str) -> dict[int, Decimal | None]:
        """Resource ids and shares of "藍沢 湊、茜部 陽斗[50%]". Raises UnreadableError and RuleBrokenError."""
        return self.units_of_names(read_people(text))

    def units_of_names(self, shares: Sequence[TypedShare]) -> dict[int, Decimal | None]:
        """Resource ids for names; people of the project win over namesakes elsewhere in the organization."""
        units: dict[int, Decimal | None] = {}
        for share in shares:
            same = self._by_name.get(folded(share.name), [])
            chosen = [resource for resource in same if resource.user_id in self._members] or same
            if len(chosen) != 1:
                raise RuleBrokenError(_unclear(share.name, len(chosen)), field="assignees")
            units[chosen[0].pk] = share.percent
        return units

    @cached_property
    def _members(self) -> set[int]:
        members = ProjectMember.objects.current().filter(project=self.project)
        return set(members.values_list("user", flat=True))

    @cached_property
    def _by_name(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        rows = Resource.objects.filter(organization_id=self.project.organization_id, is_active=True)
        usable = rows.filter(project__isnull=True) | rows.filter(project=self.project)
        for resource in usable.only("name", "user_id").order_by("pk"):
            found.setdefault(folded(resource.name), []).append(resource)
        return found


def links_typed(project: Project, text: str) -> list[TypedLink]:
    """What a text of predecessors means; see `Reader.links`."""
    return Reader(project).links(text)


def _unclear(name: str, count: int) -> str:
    if not count:
        return _("「%(name)s」という担当者はいません。候補から選んで入力してください。") % {"name": name}
    return _("「%(name)s」は%(count)d人います。プロジェクトのメンバーに加えると、どちらか決められます。") % {
        "name": name,
        "count": count,
    }
