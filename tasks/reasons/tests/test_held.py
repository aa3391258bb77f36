"""How far a task may slip, and what says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

from projects.worktime.moments import minute_of
from tasks.editing.fields import edit_task
from tasks.editing.moving import move_task
from tasks.models import Constraint, Mode, Task
from tasks.progress.services import report_progress
from tasks.reasons.chain import explain
from tasks.reasons.held import MOST_STEPS, Held


def held(task: Task) -> Held | None:
    return explain(Task.objects.get(pk=task.pk)).held


def due(task: Task, day: date, actor: object) -> None:
    changes = {"deadline_minute": minute_of(day, 1080)}
    edit_task(task=task, changes=changes, actor=actor)  # type: ignore[arg-type]  # one of the cast


class TestHeld:
    def test_by_the_end_of_the_project_where_nothing_else_is_near(self, chain: dict[str, Task]) -> None:
        found = held(chain["試験"])
        assert found is not None
        assert (found.slack, found.is_short, found.cause) == ("0日", False, None)
        assert found.sentence == "プロジェクトの終了 2026/04/30（木） で決まっています。"

    def test_by_the_deadline_of_a_follower_that_cannot_be_kept(
        self, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        due(chain["試験"], date(2026, 4, 27), cast.leader)
        found = held(chain["設計"])
        assert found is not None
        assert (found.slack, found.is_short, found.cause) == ("−2日", True, chain["試験"])
        assert found.sentence == "「3 試験」の期限 2026/04/27（月） で決まっています。"
        assert [step.task.name for step in found.steps] == ["設計", "開発", "試験"]
        assert found.steps[0].reason == "後続「2 開発」を遅らせないため。"
        assert found.steps[-1].reason == "期限は 2026/04/27（月） です。"

    def test_by_its_own_deadline(self, chain: dict[str, Task], cast: SimpleNamespace) -> None:
        due(chain["試験"], date(2026, 4, 27), cast.leader)
        found = held(chain["試験"])
        assert found is not None
        assert (found.cause, found.sentence) == (None, "このタスクの期限 2026/04/27（月） で決まっています。")

    def test_by_a_constraint(self, chain: dict[str, Task], cast: SimpleNamespace) -> None:
        changes = {"constraint_type": Constraint.MSO, "constraint_minute": minute_of(date(2026, 4, 20), 540)}
        edit_task(task=chain["試験"], changes=changes, actor=cast.leader)
        found = held(chain["開発"])
        assert found is not None
        assert found.is_short
        assert found.sentence == "「3 試験」の制約「指定日に開始」2026/04/20（月） で決まっています。"

    def test_by_the_deadline_of_the_summary_above(
        self, plan: Callable[..., dict[str, Task]], cast: SimpleNamespace
    ) -> None:
        tasks = plan(("工程", 1, 1), ("作業", 2, 5))
        due(tasks["工程"], date(2026, 4, 8), cast.leader)
        found = held(tasks["作業"])
        assert found is not None
        assert (found.cause, found.is_short) == (tasks["工程"], True)
        assert found.sentence.startswith("「1 工程」の期限 2026/04/08")
        above = held(tasks["工程"])
        assert above is not None
        assert above.steps[0].reason == "子タスク「1.1 作業」を遅らせないため。"

    def test_by_a_manual_follower_that_begins_before_it(
        self, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        edit_task(task=chain["試験"], changes={"mode": Mode.MANUAL}, actor=cast.leader)
        move_task(task=chain["試験"], start_minute=minute_of(date(2026, 4, 13), 540), actor=cast.leader)
        found = held(chain["開発"])
        assert found is not None
        assert (found.slack, found.is_short) == ("−3日", True)
        assert found.steps[0].reason == "後続「3 試験」を遅らせないため。"

    def test_no_longer_once_it_is_done(self, chain: dict[str, Task], cast: SimpleNamespace) -> None:
        report_progress(task=chain["設計"], percentage=100, actor=cast.leader)
        assert held(chain["設計"]) is None

    def test_shows_both_ends_of_a_long_chain(self, plan: Callable[..., dict[str, Task]]) -> None:
        count = MOST_STEPS + 7
        tasks = plan(*((f"作業{n}", 1, 1, str(n)) if n else ("作業0", 1, 1) for n in range(count)))
        found = held(tasks["作業0"])
        assert found is not None
        assert (len(found.steps), found.more, found.steps[-1].task.name) == (
            MOST_STEPS,
            7,
            f"作業{count - 1}",
        )
