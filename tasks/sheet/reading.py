"""What is typed about other things than the task itself: which people are meant by names, which rows by numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.models import ProjectMember
from resources.models import Resource
from tasks.plan.link_text import LinkTextError, TypedLink, parse_links, units_of
from tasks.sheet.parsing import TypedShare, folded

if TYPE_CHECKING:
    from decimal import Decimal

    from projects.models import Project


def links_typed(project: Project, text: str) -> list[TypedLink]:
    """What "3FS+2d, 5SS" means; numbers are row numbers. Raises RuleBrokenError with an example."""
    try:
        return parse_links(text, **units_of(project))
    except LinkTextError as error:
        raise RuleBrokenError(
            _(
                "「%(piece)s」は依存関係として読めません。行番号、種類、ラグの順に、例えば 3FS+2d のように入力してください。"
            )
            % {"piece": error.piece},
            field="predecessors",
        ) from error


def units_of_names(project: Project, shares: Sequence[TypedShare]) -> dict[int, Decimal | None]:
    """Resource ids for names; people of the project win over namesakes elsewhere in the organization."""
    if not shares:
        return {}
    members = set(ProjectMember.objects.current().filter(project=project).values_list("user", flat=True))
    found: dict[str, list[Resource]] = {}
    rows = Resource.objects.filter(organization_id=project.organization_id, is_active=True).order_by("pk")
    usable = rows.filter(project__isnull=True) | rows.filter(project=project)
    for resource in usable.only("name", "user_id"):
        found.setdefault(folded(resource.name), []).append(resource)
    units: dict[int, Decimal | None] = {}
    for share in shares:
        same = found.get(folded(share.name), [])
        chosen = [resource for resource in same if resource.user_id in members] or same
        if len(chosen) != 1:
            raise RuleBrokenError(_unclear(share.name, len(chosen)), field="assignees")
        units[chosen[0].pk] = share.percent
    return units


def _unclear(name: str, count: int) -> str:
    if not count:
        return _("「%(name)s」という担当者はいません。候補から選んで入力してください。") % {"name": name}
    return _("「%(name)s」は%(count)d人います。プロジェクトのメンバーに加えると、どちらか決められます。") % {
        "name": name,
        "count": count,
    }
