"""Who comes in the load of many, with a session each; and whether the site has kept what it acknowledged to them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from bench.load.asking import Kept, Person
from projects.models import AuditEntry, OrganizationMember, Project, ProjectMember, User
from projects.rls.scope import scope
from tasks.models import Task

if TYPE_CHECKING:
    from bench.data import Stage

READERS, EDITORS = 100, 10
#: Plans that people work with beside the three that all of them look at; as many of them as of those are opened.
OWN: Final = 80
OPENED: Final = 6
SHARED: Final = 1_000


class Company(NamedTuple):
    """People with sessions, and how large the plans are that they see."""

    readers: tuple[Person, ...]
    editors: tuple[Person, ...]
    sizes: dict[int, int]


def gather(stage: Stage) -> Company:
    """A user and a session for everybody, each of them a member of some plans; asked a second time, it finds them."""
    organization_id = stage.sizes[SHARED].organization_id
    users = _users(organization_id)
    editors, readers = users[:EDITORS], users[EDITORS:]
    with scope([organization_id]):
        _let_in(editors, [stage.sizes[SHARED].pk], organization_id, "planner")
        _let_in(users, [project.pk for project in stage.sizes.values()], organization_id, "contributor")
        seen = {user.pk: _own_plans(user, organization_id) for user in users}
        sizes = dict(Project.objects.filter(task_count__gt=0).values_list("pk", "task_count"))
    large = [project.pk for project in stage.sizes.values()]
    people = {
        user.pk: Person(_session(user), (*large, *seen[user.pk]), is_editor=user in editors) for user in users
    }
    opened = {plan for person in people.values() for plan in person.plans}
    return Company(
        tuple(people[user.pk] for user in readers),
        tuple(people[user.pk] for user in editors),
        {plan: size for plan, size in sizes.items() if plan in opened},
    )


def _users(organization_id: int) -> list[User]:
    names = [f"load{number:03}" for number in range(READERS + EDITORS)]
    User.objects.bulk_create(
        [
            User(username=name, display_name=name, password="!", current_organization_id=organization_id)
            for name in names
        ],
        ignore_conflicts=True,
    )
    users = list(User.objects.filter(username__in=names).order_by("username"))
    OrganizationMember.objects.bulk_create(
        [OrganizationMember(organization_id=organization_id, user=user, role="member") for user in users],
        ignore_conflicts=True,
    )
    return users


def _let_in(users: Sequence[User], plans: Sequence[int], organization_id: int, role: str) -> None:
    ProjectMember.objects.bulk_create(
        [
            ProjectMember(organization_id=organization_id, project_id=plan, user=user, role=role)
            for user in users
            for plan in plans
        ],
        ignore_conflicts=True,
    )


def _own_plans(user: User, organization_id: int) -> list[int]:
    """The same ones each time."""
    plans = Project.objects.filter(organization_id=organization_id, code__startswith="D-", task_count__lt=100)
    chosen = Random(user.username).sample(list(plans.order_by("pk").values_list("pk", flat=True)), OWN)
    _let_in([user], chosen, organization_id, "contributor")
    return chosen[:OPENED]


def _session(user: User) -> str:
    from django.test import Client

    client = Client()
    client.force_login(user, backend="projects.auth.AccountBackend")
    return client.cookies["sessionid"].value


def lost(plan: Project, kept: Sequence[Kept]) -> list[str]:
    """What the site acknowledged and does not have: changes without an entry in the record, and names that are others."""
    with scope([plan.organization_id]):
        entries = AuditEntry.objects.filter(project=plan, request_id__in=[each.request_id for each in kept])
        recorded = set(entries.values_list("request_id", "target_id"))
        missing = [
            f"{each.column} of {each.task}" for each in kept if (each.request_id, each.task) not in recorded
        ]
        order = dict(entries.values_list("request_id", "sequence"))
        last: dict[int, Kept] = {}
        for each in sorted(kept, key=lambda each: order.get(each.request_id, 0)):
            if each.column == "name":
                last[each.task] = each
        names = dict(Task.objects.filter(pk__in=last).values_list("pk", "name"))
    other = [f"name of {task}" for task, each in last.items() if names.get(task) != each.text]
    return missing + other
