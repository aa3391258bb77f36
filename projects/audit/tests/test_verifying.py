"""A record that was tampered with shows it."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_celery_beat.models import PeriodicTask

from projects.audit import installation
from projects.audit.heads import export_audit_heads
from projects.audit.verifying import RecordNotWholeError, verify_record
from projects.changes import changing, changing_organization
from projects.jobs.registered import verify_audit
from projects.models import AuditEntry, InstallationEntry, Project
from projects.operations import marks
from projects.permissions import Right, System

SYSTEM = System("test")


@pytest.fixture
def record(project: Project, cast: Any) -> Project:
    """Five lines of a project with all kinds of values, and two of its organization."""
    values = [
        None,
        {"名前": "設計 𠮷", "比": 0.1, "大": 10**15},
        [1, 2.5, "x"],
        "素の値",
        {"a": {"b": [True, None]}},
    ]
    for number, value in enumerate(values):
        with changing(project, actor=cast.leader if number else SYSTEM) as record:
            record("task.edited", before=value, after={"n": number})
    for _ in range(2):
        with changing_organization(
            project.organization, actor=SYSTEM, needs=Right.MANAGE_ORGANIZATION
        ) as record:
            record("organization.edited", after={"on": date(2026, 4, 6)})
    return project


class TestVerifyRecord:
    def test_finds_nothing_in_a_whole_record(self, record):
        found = verify_record()
        assert found.faults == []
        assert (found.chains, found.entries) == (2, AuditEntry.objects.count())

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("after", '{"n": 9}'), ("before", "null"), ("action", "task.moved"), ("actor_id", None), ("target_id", 7),
            ("request_id", "another"), ("hash_version", 1),
            ("happened_at", datetime(2020, 1, 1, tzinfo=UTC)), ("revision", 99), ("system_name", "cron"), ("consequences", "[]"),
        ],
    )  # fmt: skip
    def test_finds_a_changed_line(self, record, monkeypatch, column, value):
        entry = AuditEntry.objects.get(project=record, sequence=3)
        changed = json.loads(value) if column in {"after", "before", "consequences"} and value else value
        found = walk_with(
            monkeypatch, lambda each: setattr(each, column, changed) if each.pk == entry.pk else None
        )
        assert found == [("changed", record.pk, 3)]

    def test_believes_lines_of_releases_that_hashed_no_request(self, project, cast, monkeypatch):
        """They stay as they are; those after them follow."""
        monkeypatch.setattr("projects.changes.HASH_VERSION", 1)
        with changing(project, actor=cast.leader) as line:
            line("task.edited", after={"n": 1})
        monkeypatch.undo()
        with changing(project, actor=cast.leader) as line:
            line("task.edited", after={"n": 2})
        assert list(AuditEntry.objects.order_by("sequence").values_list("hash_version", flat=True)) == [1, 2]
        assert verify_record().faults == []

    def test_walks_the_chain_of_the_installation(self, record, monkeypatch):
        for number in range(3):
            installation.note("user.edited", actor=SYSTEM, after={"n": number})
        assert (verify_record().chains, verify_record().faults) == (3, [])
        export_audit_heads(today=date(2026, 4, 6))
        made = InstallationEntry.from_db.__func__  # type: ignore[attr-defined]  # of a class method

        def from_db(cls, db, names, values):
            entry = made(cls, db, names, values)
            entry.after = {"n": 9} if entry.sequence == 2 else entry.after
            return entry

        monkeypatch.setattr(InstallationEntry, "from_db", classmethod(from_db))
        assert [fault[:1] + fault[3:] for fault in verify_record().faults] == [("changed", 2)]
        monkeypatch.undo()
        monkeypatch.setattr(
            "projects.audit.verifying.InstallationEntry.objects", InstallationEntry.objects.none()
        )
        assert [fault[:1] + fault[3:] for fault in verify_record().faults] == [("forgotten", 3)]

    def test_finds_a_line_that_was_taken_out(self, record, monkeypatch):
        entries = [
            each
            for each in AuditEntry.objects.filter(project=record).order_by("sequence")
            if each.sequence != 2
        ]
        assert walk_over(monkeypatch, record, entries) == [("missing", record.pk, 2)]

    def test_finds_a_line_that_was_taken_out_with_the_numbers_closed_up(self, record, monkeypatch):
        entries = [
            each
            for each in AuditEntry.objects.filter(project=record).order_by("sequence")
            if each.sequence != 2
        ]
        for number, each in enumerate(entries, 1):
            each.sequence = number
        kinds = {kind for kind, _project, _sequence in walk_over(monkeypatch, record, entries)}
        assert kinds == {"broken", "changed", "cut"}

    def test_finds_that_the_end_was_cut_off(self, record, monkeypatch):
        entries = list(AuditEntry.objects.filter(project=record).order_by("sequence"))[:-1]
        assert walk_over(monkeypatch, record, entries) == [("cut", record.pk, 5)]

    def test_finds_that_all_was_cut_off(self, record, monkeypatch):
        assert walk_over(monkeypatch, record, []) == [("cut", record.pk, 5)]

    def test_finds_an_end_that_was_written_anew_by_one_who_could_write_everything(self, record, monkeypatch):
        """Hash, number and the project's own memory made to fit: only the file of the night before tells."""
        export_audit_heads(today=date(2026, 4, 6))
        entries = list(AuditEntry.objects.filter(project=record).order_by("sequence"))[:-1]
        Project.objects.filter(pk=record.pk).update(audit_sequence=4, audit_hash=entries[-1].hash)
        assert walk_over(monkeypatch, record, entries) == [("forgotten", record.pk, 5)]

    def test_forgives_a_project_that_was_purged(self, record, settings):
        folder = Path(settings.AUDIT_HEADS_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        gone = {"organization_id": record.organization_id, "project_id": 10**9, "sequence": 1, "hash": "0"}
        (folder / "2026-04-01.jsonl").write_text(json.dumps(gone) + "\n", encoding="utf-8")
        assert verify_record().faults == []

    def test_reads_each_line_once(self, record, django_assert_max_num_queries):
        with django_assert_max_num_queries(8):
            verify_record()


def walk_with(monkeypatch: Any, alter: Any) -> list[tuple[str, int | None, int]]:
    """What is found when every row is altered first."""
    made = AuditEntry.from_db.__func__  # type: ignore[attr-defined]  # of a class method

    def from_db(cls: Any, db: Any, names: Any, values: Any) -> AuditEntry:
        entry = made(cls, db, names, values)
        alter(entry)
        return entry

    monkeypatch.setattr(AuditEntry, "from_db", classmethod(from_db))
    return [(fault.kind, fault.project_id, fault.sequence) for fault in verify_record().faults]


def walk_over(
    monkeypatch: Any, project: Project, entries: list[AuditEntry]
) -> list[tuple[str, int | None, int]]:
    """What is found when the project's chain consists of these entries."""
    others = list(AuditEntry.objects.filter(project=None).order_by("organization_id", "sequence"))

    class Rows:
        def order_by(self, *_names: str) -> "Rows":
            return self

        def iterator(self, **_options: Any) -> Any:
            return iter([*entries, *others])

    monkeypatch.setattr(AuditEntry, "objects", Rows())
    return [(fault.kind, fault.project_id, fault.sequence) for fault in verify_record().faults]


class TestVerifyAudit:
    def test_says_how_much_it_saw(self, record, capsys):
        call_command("verify_audit")
        assert "2 chains, 0 faults" in capsys.readouterr().out

    def test_names_what_is_wrong_and_fails(self, record, capsys):
        Project.objects.filter(pk=record.pk).update(audit_hash="0" * 64)
        with pytest.raises(CommandError, match="not whole"):
            call_command("verify_audit")
        assert f"project {record.pk}: line 6 and all after it are cut off" in capsys.readouterr().err


class TestAtNight:
    """The job, with the clock of the site."""

    def test_notes_that_it_is_whole(self, record: Project) -> None:
        verify_audit()
        assert marks.age("record") is not None

    def test_fails_where_it_is_not_and_notes_nothing(self, record: Project) -> None:
        Project.objects.filter(pk=record.pk).update(audit_hash="0" * 64)
        with pytest.raises(RecordNotWholeError, match=r"1 faults \(cut\) in 2 chains"):
            verify_audit()
        assert marks.age("record") is None

    def test_is_asked_for_by_the_clock(self, db: None) -> None:
        assert PeriodicTask.objects.get(task="verify_audit").enabled
