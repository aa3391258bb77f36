"""The first operator's steps, as docs/how-to/sign-in.md tells them: settings of production, the app role, an empty database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest

from config.env import engine_urls
from config.gate.steps import DEPLOYED
from tests import databases
from tests.sites import ROOT, variables_of

HOST: Final = DEPLOYED["ALLOWED_HOSTS"]
PASSWORD: Final = "a very long pass phrase"  # pragma: allowlist secret  # of this test
#: What the guide tells an operator to use, and the test below uses.
STEPS: Final = ("ADMIN_PASSWORD_SIGN_IN=1", "createsuperuser", "/admin/", "認証サービスのアカウント")

#: A browser's part. Files with hashes in their names are collected for an image, not for these few pages.
BROWSER: Final = """
import json, sys
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
import django; django.setup()
from django.db import connection, connections
from django.test import Client
from projects.models import AuditEntry, Calendar, Identity, Organization, OrganizationMember, User
from projects.rls.scope import every_organization

given = json.load(sys.stdin)
browser = Client(SERVER_NAME=given["host"], REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_PROTO="https")
said = {}

def send(address, **typed):
    answer = browser.post(address, typed)
    assert answer.status_code == 302, (address, answer.status_code, answer.content.decode()[:3000])
    return answer["Location"]

def text(statement):  # one that psycopg puts together comes in its pieces
    return statement if isinstance(statement, str) else statement.as_string()

seen = []
connections["operator"].execute_wrappers.append(
    lambda execute, sql, params, many, context: (seen.append(text(sql)), execute(sql, params, many, context))[1]
)
said["door"] = send("/admin/login/?next=/admin/", username="operator", password=given["password"])
said["index"] = browser.get("/admin/").status_code
me = User.objects.get(username="operator")
send("/admin/projects/identity/add/", user=me.pk, issuer=settings.KEYCLOAK_URL + "/realms/itdo", subject="f:1")
send("/admin/projects/organization/add/", code="itdo", name="架空", minutes_per_day=480, days_per_month=20,
     fiscal_year_start_month=4)
company = Organization.objects.get(code="itdo")
send("/admin/projects/organizationmember/add/", user=me.pk, organization=company.pk, role="admin")
with every_organization():
    said["lines"] = list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))
    said["calendars"] = list(Calendar.objects.values_list("name", "is_default"))
said["of_admin"] = sorted({words.split()[2].strip('"') for words in seen if words.startswith("INSERT")})
said["identities"] = list(Identity.objects.values_list("user__username", "subject"))
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user")
    said["role"] = cursor.fetchone()[0]
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def variables(django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """Production on a database with tables and nothing else."""
    with django_db_blocker.unblock():
        database = databases.make_clone("firststeps")
    served = variables_of(database, redis=14)
    own = {name: served[name] for name in engine_urls()}
    yield served | DEPLOYED | own | {
        "LIMITS": "on", "TRUSTED_PROXIES": "127.0.0.1", "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "ADMIN_PASSWORD_SIGN_IN": "1", "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    with django_db_blocker.unblock():
        databases.drop(database)


def run(variables: dict[str, str], *arguments: str, given: Any = None) -> str:
    result = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=variables, input=json.dumps(given), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


class TestFirstSteps:
    def test_stand_in_the_guide(self) -> None:
        text = (ROOT / "docs/how-to/sign-in.md").read_text(encoding="utf-8")
        guide = text[text.index("createsuperuser") - 400 :]
        assert [step for step in STEPS if step not in guide] == []

    def test_lead_an_operator_from_nothing_to_a_company(self, variables: dict[str, str]) -> None:
        run(
            variables, "manage.py", "createsuperuser", "--no-input", "--username", "operator", "--display_name", "運用 担当",
        )  # fmt: skip
        said = json.loads(
            run(variables, "-c", BROWSER, given={"host": HOST, "password": PASSWORD}).splitlines()[-1]
        )
        assert (said["door"], said["index"]) == ("/admin/", 200)
        assert said["role"] == "itdo_app"
        # What admin wrote, it wrote as the operators' role.
        assert {"organizations", "identities", "organization_members"} <= set(said["of_admin"])
        assert said["identities"] == [["operator", "f:1"]]
        assert said["calendars"] == [["会社カレンダー", True]]
        assert said["lines"] == ["organization.added", "calendar.added", "organizationmember.added"]
