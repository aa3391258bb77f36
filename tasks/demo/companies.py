"""The demo companies with their people, calendars, skills and absences."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from projects.changes import changing_organization
from projects.models import Calendar, JobTitle, Organization, OrganizationMember, User
from projects.permissions import System
from projects.services.working_calendars import JAPANESE_DAY, make_company_calendar
from projects.tenancy import scope
from resources.models import Absence, Resource, ResourceSkill, Skill
from tasks.demo.people import Company, Person
from tasks.demo.planting import Hand


class Settled(NamedTuple):
    """A company that is there: its people by family name."""

    organization: Organization
    users: dict[str, User]
    hands: dict[str, Hand]
    guests: frozenset[str]
    job_titles: dict[str, int]
    site_calendar: Calendar


def settle(company: Company, *, today: date, actor: System) -> Settled:
    """Make an organization and all that belongs to no project."""
    organization = Organization.objects.create(code=company.code, name=company.name)
    with scope([organization.pk]), changing_organization(organization, actor=actor) as record:
        calendar = make_company_calendar(organization, name="会社カレンダー")
        site = Calendar.objects.create(
            organization=organization,
            name=company.site_calendar,
            base=calendar,
            week=[None] * 5 + [JAPANESE_DAY, None],
            follows_japanese_holidays=True,
        )
        users = {person.family: _user(person, organization) for person in company.people}
        titles = _job_titles(organization, company)
        hands = _resources(organization, company, users)
        _skills_and_absences(organization, company, hands, today)
        record(
            "organization.founded", target=organization, after={"code": company.code, "people": len(users)}
        )
    guests = frozenset(person.family for person in company.people if person.role == "guest")
    return Settled(organization, users, hands, guests, titles, site)


def _user(person: Person, organization: Organization) -> User:
    """The account; somebody who works for both companies has one."""
    user: User | None = User.objects.filter(username=person.username).first()
    if user is None:
        user = User.objects.create_user(
            person.username,
            person.name,
            kana=person.kana,
            email=f"{person.username}@example.com",
            theme=person.theme,
            current_organization=organization,
        )
    OrganizationMember.objects.create(
        user=user,
        organization=organization,
        role=person.role,
        may_see_money=person.role in {"admin", "pmo"},
    )
    return user


def _job_titles(organization: Organization, company: Company) -> dict[str, int]:
    names = list(dict.fromkeys(person.job_title for person in company.people))
    rows = JobTitle.objects.bulk_create(
        JobTitle(organization=organization, name=name, position=position)
        for position, name in enumerate(names, 1)
    )
    by_name = {row.name: row.pk for row in rows}
    return {person.family: by_name[person.job_title] for person in company.people}


def _resources(organization: Organization, company: Company, users: dict[str, User]) -> dict[str, Hand]:
    people = [
        Resource(
            organization=organization,
            name=person.name,
            kana=person.kana,
            user=users[person.family],
            department=person.department,
            capacity_percentage=person.capacity,
        )
        for person in company.people
    ]
    machines = [
        Resource(organization=organization, name=name, kind="equipment", department=department)
        for name, department in company.equipment
    ]
    rows = Resource.objects.bulk_create([*people, *machines])
    return {row.name.split()[0]: Hand(row.pk, row.user_id) for row in rows}


def _skills_and_absences(
    organization: Organization, company: Company, hands: dict[str, Hand], today: date
) -> None:
    names = list(dict.fromkeys(name for person in company.people for name, _ in person.skills))
    skills = Skill.objects.bulk_create(Skill(organization=organization, name=name) for name in names)
    by_name = {skill.name: skill for skill in skills}
    ResourceSkill.objects.bulk_create(
        ResourceSkill(
            organization=organization,
            resource_id=hands[person.family].resource_id,
            skill=by_name[name],
            level=level,
        )
        for person in company.people
        for name, level in person.skills
    )
    Absence.objects.bulk_create(
        Absence(
            organization=organization,
            resource_id=hands[person.family].resource_id,
            first_on=today + timedelta(days=offset),
            last_on=today + timedelta(days=offset + days - 1),
            reason=reason,
        )
        for person in company.people
        for offset, days, reason in person.away
    )
