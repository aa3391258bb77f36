"""Actions are declared once, with all that is to be known of them."""

from typing import Any

import pytest

from projects import actions
from projects.actions import (
    Action,
    ActionGroup,
    Touch,
    UndeclaredActionError,
    Values,
    action_named,
    declare,
    declared,
    groups,
    names_in,
)
from projects.changes import changing
from projects.models import AuditEntry, Project

GROUP = ActionGroup("note", "メモ", is_of_project=True)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test declares is gone afterwards."""
    monkeypatch.setattr(actions, "_actions", dict(actions._actions))
    monkeypatch.setattr(actions, "_groups", {group: [*each] for group, each in actions._groups.items()})


class TestDeclare:
    def test_makes_an_action_known_by_its_name(self) -> None:
        declare(GROUP, Action("note.taken", "メモを取りました", touches=Touch.LISTS))
        assert declared("note.taken").touches is Touch.LISTS
        assert groups(of_project=True)["note"].label == "メモ"
        assert "note" not in groups(of_project=False)
        assert names_in("note") == ["note.taken"]

    def test_refuses_the_same_name_twice(self) -> None:
        with pytest.raises(ValueError, match=r"task\.moved"):
            declare(GROUP, Action("task.moved", "動かしました"))

    def test_reads_what_another_release_has_written(self) -> None:
        assert action_named("note.burnt").sentence == "note.burnt"
        assert action_named("note.burnt").values is Values.FIELDS

    def test_gives_each_of_them_words_and_a_noun(self) -> None:
        every = [declared(name) for noun in groups() for name in names_in(noun)]
        assert len(every) > 50
        assert all(str(each.sentence) and "." in each.name for each in every)


class TestRecord:
    def test_takes_no_undeclared_action(self, project: Project, cast: Any) -> None:
        with (
            pytest.raises(UndeclaredActionError, match=r"note\.taken"),
            changing(project, actor=cast.planner) as record,
        ):
            record("note.taken")
        assert not AuditEntry.objects.exists()

    def test_knows_what_its_entries_touch(self, project: Project, cast: Any) -> None:
        with changing(project, actor=cast.planner) as record:
            record("comment.added")
            assert not record.touches(Touch.LISTS)
            record("member.added")
            assert record.touches(Touch.LISTS)
            assert not record.touches(Touch.CAPACITY)
