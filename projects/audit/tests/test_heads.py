"""A cut tail of the record shows against what was written down the night before."""

import json
from pathlib import Path
from typing import Any

import pytest

from projects.changes import changing, changing_organization
from projects.jobs.registered import export_audit_heads
from projects.models import AuditEntry, Project


class TestExportAuditHeads:
    @pytest.fixture(autouse=True)
    def _folder(self, settings: Any, tmp_path: Path, time_machine: Any) -> None:
        settings.AUDIT_HEADS_FOLDER = tmp_path / "audit-heads"
        time_machine.move_to("2026-11-24 01:40", tick=False)

    def test_writes_the_end_of_every_chain(self, project: Project, cast: Any, tmp_path: Path) -> None:
        for number in range(3):
            with changing(project, actor=cast.planner) as record:
                record("project.edited", after=number)
        with changing_organization(project.organization, actor=cast.admin) as record:
            record("project.edited")
        export_audit_heads()
        export_audit_heads()
        (path,) = (tmp_path / "audit-heads").iterdir()
        written = [json.loads(line) for line in path.read_text().splitlines()]
        last = AuditEntry.objects.filter(project=project).order_by("-sequence")[0]
        assert {
            "organization_id": project.organization_id, "project_id": project.pk, "sequence": 3, "hash": last.hash,
        } in written  # fmt: skip
        assert len(written) == 2
