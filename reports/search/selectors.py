"""One field for projects, tasks and people."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from projects.models import OrganizationMember, OrganizationRole, Project, ProjectMember, User
from tasks.models import Task

if TYPE_CHECKING:
    from projects.models import Organization

#: So many of each kind are shown; more words find the rest.
SHOWN: Final = 20
WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class SearchHits:
    """What matched, at most SHOWN of each; `has_more` names the kinds that were cut."""

    projects: list[Project]
    tasks: list[Task]
    people: list[User]
    shows_addresses: bool
    has_more: frozenset[str]

    @property
    def total(self) -> int:
        """How many are shown."""
        return len(self.projects) + len(self.tasks) + len(self.people)


def search(user: User, organization: Organization, text: str) -> SearchHits:
    """Every word must occur; four queries."""
    words = unicodedata.normalize("NFKC", text).split()[:WORDS]
    projects = Project.objects.visible_to(user).filter(organization=organization)
    tasks = Task.objects.visible_to(user).filter(organization=organization)
    people, fields = _people(user, organization)
    rows = {
        "projects": _matching(projects, words, "name", "code").order_by("-updated_at", "pk"),
        "tasks": tasks.filter(*(_named(organization, word) for word in words))
        .select_related("project")
        .order_by("-project", "row_number", "pk"),
        "people": _matching(people, words, *fields).order_by("kana", "pk"),
    }
    found = {kind: list(query[: SHOWN + 1]) for kind, query in rows.items()}
    return SearchHits(
        projects=found["projects"][:SHOWN],
        tasks=found["tasks"][:SHOWN],
        people=found["people"][:SHOWN],
        shows_addresses="email" in fields,
        has_more=frozenset(kind for kind, some in found.items() if len(some) > SHOWN),
    )


def _people(user: User, organization: Organization) -> tuple[QuerySet[User], tuple[str, ...]]:
    """Whom a user can find, and by what: guests find those who work with them, and no address of anybody."""
    people = User.objects.filter(is_active=True)
    members = OrganizationMember.objects.filter(organization=organization)
    if members.filter(user=user, role=OrganizationRole.GUEST).exists():
        seen = Project.objects.visible_to(user).filter(organization=organization)
        beside = ProjectMember.objects.filter(project__in=seen).values("user")
        return people.filter(pk__in=beside).only("display_name"), ("display_name", "kana")
    return people.filter(pk__in=members.values("user")), ("display_name", "kana", "email")


#: Candidates by equality of their two-letter pieces, then the word itself in what is left.
_NAMED: Final = """
SELECT t.id FROM (
    SELECT task_id FROM task_grams WHERE organization_id = %s AND gram = ANY (%s)
     GROUP BY task_id HAVING count(*) = %s) AS candidate
  JOIN tasks t ON t.id = candidate.task_id
 WHERE strpos(lower(normalize(t.name, NFKC)), %s) > 0
"""


def _named(organization: Organization, word: str) -> Q:
    """Tasks whose name holds a word; one letter alone has no pieces, and is looked for in every name."""
    folded = word.lower()
    grams = sorted({folded[i : i + 2] for i in range(len(folded) - 1)})
    if not grams:
        return Q(name__icontains=word)
    parameters = (organization.pk, grams, len(grams), folded)
    return Q(pk__in=RawSQL(_NAMED, parameters))  # nosec B611  # fixed text, bound parameters


def _matching(rows: QuerySet[Any], words: list[str], *fields: str) -> QuerySet[Any]:
    for word in words:
        test = Q()
        for field in fields:
            test |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(test)
    return rows
