"""What people can be good at, and who is how good at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from projects.changes import changing_organization
from projects.errors import RuleBrokenError
from projects.permissions import Right
from resources.models import Resource, ResourceSkill, Skill
from resources.reading import fold

if TYPE_CHECKING:
    from projects.models import Organization, User
    from projects.permissions import System

#: A list that a person can still choose from.
MOST_SKILLS: Final = 200
LEVELS: Final = range(1, 6)


def add_skill(*, organization: Organization, name: str, actor: User | System) -> Skill:
    """Put a skill on the organization's list."""
    with changing_organization(organization, actor=actor, needs=Right.MANAGE_RESOURCES) as record:
        if Skill.objects.filter(organization=organization).count() >= MOST_SKILLS:
            raise RuleBrokenError(
                _("スキルは%(most)s件までです。使っていないものを削除してください。") % {"most": MOST_SKILLS},
                field="name",
            )
        skill = Skill(organization=organization, name=name.strip())
        _store(skill)
        record("skill.added", target=skill, after={"name": skill.name})
    return skill


def rename_skill(*, skill: Skill, name: str, actor: User | System) -> None:
    """Call a skill something else; everybody who has it keeps it."""
    with changing_organization(skill.organization, actor=actor, needs=Right.MANAGE_RESOURCES) as record:
        before = skill.name
        skill.name = name.strip()
        if skill.name != before:
            _store(skill)
            record("skill.renamed", target=skill, before={"name": before}, after={"name": skill.name})


def remove_skill(*, skill: Skill, actor: User | System) -> None:
    """Take a skill that no person has off the list."""
    with changing_organization(skill.organization, actor=actor, needs=Right.MANAGE_RESOURCES) as record:
        Skill.objects.select_for_update().get(pk=skill.pk)
        holders = ResourceSkill.objects.filter(skill=skill).count()
        if holders:
            raise RuleBrokenError(
                _(
                    "「%(name)s」は%(count)s人が保有しているため、削除できません。先に保有者から外してください。"
                )
                % {"name": skill.name, "count": holders}
            )
        record("skill.removed", target=skill, before={"name": skill.name})
        skill.delete()


def _store(skill: Skill) -> None:
    """Save a skill whose name is not yet on the list, in whatever width or case it is typed."""
    if not skill.name:
        raise RuleBrokenError(_("名称を入力してください。"), field="name")
    taken = RuleBrokenError(_("「%(name)s」はすでにあります。") % {"name": skill.name}, field="name")
    others = Skill.objects.filter(organization=skill.organization_id).exclude(pk=skill.pk)
    if fold(skill.name) in {fold(name) for name in others.values_list("name", flat=True)}:
        raise taken
    try:
        with transaction.atomic():
            skill.save()
    except IntegrityError as error:  # another user added it at this moment
        raise taken from error


def set_skills(*, resource: Resource, levels: Mapping[int, int], actor: User | System) -> None:
    """Replace what a person is good at: {skill id: level from 1 to 5}."""
    with changing_organization(resource.organization, actor=actor, needs=Right.MANAGE_RESOURCES) as record:
        Resource.objects.select_for_update(no_key=True).get(pk=resource.pk)
        known = Skill.objects.filter(organization=resource.organization_id, pk__in=list(levels))
        if known.select_for_update(no_key=True).count() < len(levels) or not set(levels.values()) <= set(
            LEVELS
        ):
            raise RuleBrokenError(_("このスキルやレベルは選べません。一覧から選び直してください。"))
        before = dict(ResourceSkill.objects.filter(resource=resource).values_list("skill_id", "level"))
        if before == dict(levels):
            return
        ResourceSkill.objects.filter(resource=resource).exclude(skill__in=list(levels)).delete()
        ResourceSkill.objects.bulk_create(
            [
                ResourceSkill(
                    organization_id=resource.organization_id, resource=resource, skill_id=pk, level=level
                )
                for pk, level in levels.items()
            ],
            update_conflicts=True, unique_fields=["resource", "skill"], update_fields=["level"],
        )  # fmt: skip
        record("skills.changed", target=resource, before=_plain(before), after=_plain(levels))


def _plain(levels: Mapping[int, int]) -> dict[str, int]:
    return {str(pk): level for pk, level in sorted(levels.items())}
