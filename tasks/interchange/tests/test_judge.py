import io

from tasks.interchange.judge import Verdict, judge
from tasks.interchange.tests.builders import STANDARD, mspdi, task, waits_for


def verdict_of(content: str | bytes) -> Verdict:
    return judge(io.BytesIO(content.encode() if isinstance(content, str) else content))


class TestJudge:
    def test_accepts_with_notices_and_counts(self):
        verdict = verdict_of(mspdi(task(1), task(2, waits_for(1)), task(3, waits_for(77))))
        assert verdict.refusal is None
        assert [notice.code for notice in verdict.notices] == ["link_to_missing_task"]
        assert (verdict.tasks, verdict.links, verdict.resources, verdict.compared) == (3, 1, 0, 0)

    def test_counts_the_dates_that_are_the_files(self):
        first = "<Start>2026-11-02T08:00:00</Start><Finish>2026-11-02T17:00:00</Finish>"
        then = "<Start>2026-11-03T08:00:00</Start><Finish>2026-11-04T17:00:00</Finish>"
        verdict = verdict_of(mspdi(task(1, first), task(2, waits_for(1) + then)))
        assert (verdict.compared, verdict.agreeing) == (4, 3)

    def test_reads_from_a_path(self, tmp_path):
        path = tmp_path / "plan.xml"
        path.write_text(mspdi(task(1)), encoding="utf-8")
        assert judge(path).refusal is None

    def test_refuses_with_a_sentence(self):
        verdict = verdict_of(b"")
        assert verdict.refusal is not None
        assert verdict.notices == ()
        assert verdict.refusal is not None
        assert verdict.refusal.code == "empty_file"

    def test_refuses_what_cannot_be_scheduled(self):
        never = STANDARD.replace("<DayWorking>1", "<DayWorking>0")
        verdict = verdict_of(mspdi(task(1), calendars=never))
        assert verdict.refusal is not None
        assert verdict.refusal.code == "not_schedulable"
        assert "no working time" in str(verdict.refusal)
