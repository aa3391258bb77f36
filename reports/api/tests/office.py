"""A company whose rows are committed, for programs that ask through connections of their own."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, Final

from projects.calendars.services import make_company_calendar
from projects.models import Organization, OrganizationMember, Project, ProjectMember, User
from projects.rls import scope
from projects.tokens.services import make_token
from projects.worktime.moments import minute_of

MONDAY: Final = date(2026, 4, 6)


class Office:
    """A company with a plan of nothing, and a token that may change it; all of it committed."""

    def __init__(self) -> None:
        self.organization = Organization.objects.create(code=f"once-{secrets.token_hex(4)}", name="同時商事")
        user = User.objects.create_user(secrets.token_hex(4))
        own = {"organization": self.organization}
        OrganizationMember.objects.create(user=user, role="member", **own)
        with self.seen():
            calendar = make_company_calendar(self.organization, name="標準")
            self.project = Project.objects.create(
                code="P-1", name="同時の計画", start_date=MONDAY, end_date=date(2027, 3, 31),
                start_minute=minute_of(MONDAY, 540), calendar=calendar, status="active", **own,
            )  # fmt: skip
            ProjectMember.objects.create(project=self.project, user=user, role="planner", **own)
            _token, self.text = make_token(
                user=user, organization=self.organization, name="連携", token_scope="plan", days=30
            )

    def seen(self) -> Any:
        return scope.scope([self.organization.pk])
