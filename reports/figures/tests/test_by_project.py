"""Only what has changed is asked for again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from projects.models import Project
from reports.figures.by_project import by_project


@pytest.fixture
def two(project: Any) -> list[int]:
    """The ids of two projects."""
    other = Project.objects.create(
        organization=project.organization, code="N-1", name="別の計画", calendar=project.calendar,
        start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute,
    )  # fmt: skip
    return [project.pk, other.pk]


class Questions:
    """Answers with the number of the question, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    def __call__(self, projects: list[int]) -> dict[int, int]:
        self.asked.append(sorted(projects))
        return dict.fromkeys(projects, len(self.asked))


class TestByProject:
    def ask(self, project: Any, questions: Questions, stamp: str = "") -> dict[int, int]:
        return by_project(project.organization_id, f"test{id(questions)}", questions, stamp=stamp)

    def test_asks_for_a_project_once(self, project: Any, two: list[int]) -> None:
        questions = Questions()
        assert self.ask(project, questions) == self.ask(project, questions) == dict.fromkeys(two, 1)
        assert questions.asked == [two]

    def test_asks_again_for_what_has_changed(self, project: Any, two: list[int]) -> None:
        questions = Questions()
        self.ask(project, questions)
        Project.objects.filter(pk=project.pk).update(revision=F("revision") + 1)
        assert self.ask(project, questions) == {two[0]: 2, two[1]: 1}
        assert questions.asked[1:] == [[project.pk]]

    def test_asks_for_all_on_another_day_or_under_another_stamp(
        self, project: Any, two: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        questions = Questions()
        self.ask(project, questions)
        self.ask(project, questions, "other-prices")
        monkeypatch.setattr(timezone, "localdate", lambda *_args: dt.date(2030, 1, 1))
        self.ask(project, questions)
        assert questions.asked == [two] * 3

    def test_forgets_projects_that_are_gone(self, project: Any, two: list[int]) -> None:
        questions = Questions()
        self.ask(project, questions)
        project.delete_softly(at=timezone.now())
        assert self.ask(project, questions) == {two[1]: 1}

    def test_remembers_that_there_was_nothing_to_say(self, project: Any, two: list[int]) -> None:
        asked: list[int] = []

        def nothing(projects: list[int]) -> dict[int, int]:
            asked.extend(projects)
            return {}

        for _ in range(2):
            assert by_project(project.organization_id, "test-nothing", nothing) == {}
        assert sorted(asked) == two
