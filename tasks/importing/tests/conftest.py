"""A user who imports, and uploads of theirs."""

from __future__ import annotations

import pytest

from tasks.importing.tests.plan_files import small_plan, upload_of
from tasks.models import PlanImport
from tests.pages import compact


@pytest.fixture
def pmo_client(cast, person, client):
    client.force_login(person("pmo", "計画 花子", role="pmo"), backend="projects.auth.AccountBackend")
    return client


@pytest.fixture
def upload(pmo_client):
    """Uploads a plan and gives what was kept of it."""

    def upload(plan=None, *, client=None, name="kikan.xml", to="/import/"):
        response = (client or pmo_client).post(to, {"file": upload_of(plan or small_plan(), name)})
        assert response.status_code == 302, compact(response)
        return PlanImport.objects.latest("pk")

    return upload
