"""The demo companies with their people, calendars, skills, absences and rates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from projects.calendars.services import JAPANESE_DAY, make_company_calendar
from projects.changes import changing_organization
from projects.models import Calendar, JobTitle, Organization, OrganizationMember, User
from projects.permissions import System
from projects.rls.scope import scope
from resources.models import Absence, Resource, ResourceRate, ResourceSkill, Skill
from tasks.demo.people import RATES, Company, DemoPerson
from tasks.demo.planting import Hand

APRIL, SATURDAY = 4, 5
DEARER_NEXT_YEAR = frozenset({"プロジェクトリーダー", "開発リーダー", "PMO"})


class SettledCompany(NamedTuple):
    """A company that is there: its people by family name."""

    organization: Organization
    users: dict[str, User]
    hands: dict[str, Hand]
    guests: frozenset[str]
    job_titles: dict[str, int]
    site_calendar: Calendar


def settle(company: Company, *, today: date, actor: System) -> SettledCompany:
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
        _skills(organization, company, hands)
        _absences(organization, company, hands, today)
        _rates(organization, company, today)
        record(
            "organization.founded", target=organization, after={"code": company.code, "people": len(users)}
        )
    guests = frozenset(person.family for person in company.people if person.role == "guest")
    return SettledCompany(organization, users, hands, guests, titles, site)


def _user(person: DemoPerson, organization: Organization) -> User:
    """The account; a person who works for both companies has one."""
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
    things = {"equipment": company.equipment, "material": company.materials}
    others = [
        Resource(
            organization=organization,
            name=thing.name,
            kind=kind,
            department=thing.department,
            unit=thing.unit,
            capacity_percentage=thing.capacity,
        )
        for kind, rows in things.items()
        for thing in rows
    ]
    made = Resource.objects.bulk_create([*people, *others])
    return {row.name.split()[0]: Hand(row.pk, row.user_id) for row in made if row.kind != "material"}


def _skills(organization: Organization, company: Company, hands: dict[str, Hand]) -> None:
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


def _absences(organization: Organization, company: Company, hands: dict[str, Hand], today: date) -> None:
    Absence.objects.bulk_create(
        Absence(
            organization=organization,
            resource_id=hands[person.family].resource_id,
            first_on=days[0],
            last_on=days[-1],
            portion=away.portion,
            kind=away.kind,
            reason=away.note,
        )
        for person in company.people
        for away in person.away
        for days in (_working_days(today + timedelta(days=away.offset), away.days),)
    )


def _working_days(first: date, count: int) -> list[date]:
    """So many days from Monday to Friday."""
    days = (first + timedelta(days=number) for number in range(2 * count + 7))
    return [day for day in days if day.weekday() < SATURDAY][:count]


def _rates(organization: Organization, company: Company, today: date) -> None:
    """Everybody cost a little less before this business year; next year's rates of the leaders are known."""
    year = today.year if today.month >= APRIL else today.year - 1
    hourly = {
        person.name: (RATES[person.job_title], person.job_title in DEARER_NEXT_YEAR)
        for person in company.people
        if person.job_title in RATES and person.role != "guest"
    }
    hourly |= {
        thing.name: (thing.rate, False) for thing in (*company.equipment, *company.materials) if thing.rate
    }
    rows = []
    for pk, name in Resource.objects.filter(organization=organization).values_list("pk", "name"):
        amount, is_dearer = hourly.get(name, (None, False))
        if amount is not None:
            steps = [(year - 2, amount * 96 // 100), (year, amount), (year + 1, amount * 103 // 100)]
            rows += [
                ResourceRate(
                    organization=organization, resource_id=pk, valid_from=date(first, APRIL, 1), cost_per_hour=cost
                )
                for first, cost in steps[: 3 if is_dearer else 2]
            ]  # fmt: skip
    ResourceRate.objects.bulk_create(rows)
