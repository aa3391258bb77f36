"""Why a task ends when it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

from projects.models import Project
from projects.worktime.moments import minute_of
from resources.models import Absence, Resource
from tasks.editing.fields import edit_task, set_assignees
from tasks.editing.moving import move_task
from tasks.models import Constraint, Mode, Task
from tasks.progress.services import report_progress
from tasks.reasons.chain import explain


def ending(task: Task) -> str:
    return explain(Task.objects.get(pk=task.pk)).ending.sentence


class TestEnding:
    def test_counts_the_duration_on_the_calendar_with_its_days_off(self, chain: dict[str, Task]) -> None:
        assert ending(chain["試験"]) == (
            "カレンダー「会社カレンダー」で期間3日を数え、2026/04/30（木） 18:00に終わります。間の休みは昭和の日 04/29です。"
        )

    def test_counts_the_days_of_every_week_together(self, chain: dict[str, Task]) -> None:
        assert ending(chain["開発"]).endswith("間の休みは週の休み2日です。")

    def test_names_who_is_done_last_and_away_without_saying_why(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        person = Resource.objects.create(organization=project.organization, name="髙﨑 㐂一")
        Absence.objects.create(
            organization=project.organization, resource=person, first_on=date(2026, 4, 8),
            last_on=date(2026, 4, 9), reason="通院",
        )  # fmt: skip
        set_assignees(task=chain["設計"], units={person.pk: 100}, actor=cast.leader)
        sentence = ending(chain["設計"])
        assert sentence.startswith("髙﨑 㐂一さんの稼働時間で期間5日を数え")
        assert "間の休みは髙﨑 㐂一さんの不在 04/08–04/09、週の休み2日です。" in sentence
        assert "通院" not in sentence

    def test_follows_the_last_child_of_a_summary(self, plan: Callable[..., dict[str, Task]]) -> None:
        tasks = plan(("工程", 1, 1), ("早い", 2, 1), ("遅い", 2, 3, "4"), ("前", 1, 2))
        steps = explain(tasks["工程"]).ending.chain.steps
        assert [step.task.name for step in steps] == ["工程", "遅い", "前"]
        assert steps[0].reason == "いちばん遅い子タスク「1.2 遅い」とともに終わります。"
        assert steps[1].run.startswith("カレンダー「会社カレンダー」で期間3日")

    def test_says_which_link_sets_it(self, plan: Callable[..., dict[str, Task]]) -> None:
        tasks = plan(("設計", 1, 5), ("文書", 1, 2, "1FF"))
        assert ending(tasks["文書"]).endswith("終わります（FF）。開始は、ここから期間2日を逆算しています。")

    def test_says_which_constraint_sets_it(self, chain: dict[str, Task], cast: SimpleNamespace) -> None:
        changes = {
            "constraint_type": Constraint.FNET,
            "constraint_minute": minute_of(date(2026, 4, 20), 1080),
        }
        edit_task(task=chain["設計"], changes=changes, actor=cast.leader)
        assert ending(chain["設計"]).startswith(
            "制約「指定日以後に終了」の2026/04/20（月）で決まっています。"
        )

    def test_says_what_is_left_of_a_task_that_has_begun(
        self, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        report_progress(task=chain["設計"], percentage=60, actor=cast.leader)
        assert ending(chain["設計"]) == "着手済みです。残りの期間2日を数えた日に終わります。"
        report_progress(task=chain["設計"], percentage=100, actor=cast.leader)
        assert ending(chain["設計"]) == "実績の日付です。"

    def test_of_a_milestone_is_its_start(self, chain: dict[str, Task]) -> None:
        assert ending(chain["完了"]) == "期間がないので、始まるときに終わります。"

    def test_of_a_manual_task_is_what_was_typed(self, chain: dict[str, Task], cast: SimpleNamespace) -> None:
        edit_task(task=chain["設計"], changes={"mode": Mode.MANUAL}, actor=cast.leader)
        move_task(task=chain["設計"], start_minute=minute_of(date(2026, 4, 13), 540), actor=cast.leader)
        assert ending(chain["設計"]) == "手動で入力した日付です。"


class TestStep:
    def test_says_on_whose_calendar_what_it_waits_for_runs(self, chain: dict[str, Task]) -> None:
        steps = explain(chain["試験"]).chain.steps
        assert [bool(step.run) for step in steps] == [False, True, True]
        assert steps[1].run.startswith("カレンダー「会社カレンダー」で期間10日を数え、2026/04/24（金） 18:00")

    def test_is_silent_about_the_finish_of_what_only_has_to_begin(
        self, plan: Callable[..., dict[str, Task]]
    ) -> None:
        tasks = plan(("設計", 1, 5), ("文書", 1, 2, "1SS"))
        assert [step.run for step in explain(tasks["文書"]).chain.steps] == ["", ""]

    def test_says_what_is_left_of_what_it_waits_for(
        self, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        report_progress(task=chain["設計"], percentage=60, actor=cast.leader)
        last = explain(Task.objects.get(pk=chain["開発"].pk)).chain.steps[-1]
        assert last.run == "着手済みです。残りの期間2日を数えた日に終わります。"
        report_progress(task=chain["設計"], percentage=100, actor=cast.leader)
        last = explain(Task.objects.get(pk=chain["開発"].pk)).chain.steps[-1]
        assert (last.reason, last.run) == ("実績の日付です。", "")
