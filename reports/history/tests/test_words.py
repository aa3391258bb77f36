"""Fields of the record have names that people know."""

import pytest

from projects.models import AuditEntry
from reports.history.words import label_of, write_value


@pytest.mark.parametrize(
    ("about", "action", "field", "label"),
    [
        ("task", "task.edited", "duration_minutes", "期間"),
        ("task", "task.moved", "resume_minute", "再開する日"),
        ("recurringproject", "recurring.added", "rule", "繰り返し"),
        ("recurringproject", "recurring.added", "first_on", "最初の日"),
        ("recurringproject", "recurring.skipped", "period", "期日"),
        ("resource", "resource.added", "kind", "種類"),
        ("organizationmember", "organizationmember.edited", "role", "役割"),
        ("", "project.deleted", "code", "コード"),
    ],
)
def test_fields_have_names(about: str, action: str, field: str, label: str) -> None:
    assert label_of(AuditEntry(target_type=about, action=action), field) == label


def test_descriptions_are_read_without_their_signs() -> None:
    entry = AuditEntry(target_type="task", action="task.edited")
    assert write_value(entry, "description", "**至急**\n- 部品", {}) == "至急 ・部品"
