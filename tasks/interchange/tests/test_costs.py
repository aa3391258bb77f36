"""What cost is computed from, read from small files written by hand."""

import io
from decimal import Decimal

import pytest

from tasks.costing.amounts import WORK_PER_MINUTE, money_of
from tasks.costing.given import Piece, Rate
from tasks.interchange.mspdi.costs import read_costs
from tasks.interchange.mspdi.values import OutOfRange, parse_exact_amount
from tasks.interchange.refusals import PlanFileRefused
from tasks.interchange.tests.builders import at, mspdi, task

WORK = WORK_PER_MINUTE


def read(*tasks: str, **parts: str):
    return read_costs(io.BytesIO(mspdi(*tasks, **parts).encode()))


def resource(uid: int, body: str = "", kind: int = 1) -> str:
    return f"<Resource><UID>{uid}</UID><Name>人</Name><Type>{kind}</Type>{body}</Resource>"


def assignment(uid: int, task_uid: int, resource_uid: int, body: str = "") -> str:
    return (
        f"<Assignment><UID>{uid}</UID><TaskUID>{task_uid}</TaskUID><ResourceUID>{resource_uid}</ResourceUID>"
        f"{body}</Assignment>"
    )


def by_day(kind: int, value: str) -> str:
    return (
        f"<TimephasedData><Type>{kind}</Type><Start>2026-11-02T08:00:00</Start><Finish>2026-11-02T17:00:00</Finish>"
        f"<Unit>1</Unit><Value>{value}</Value></TimephasedData>"
    )


def span(hours: str = "PT8H0M0S", finish: str = "2026-11-02T17:00:00") -> str:
    return f"<Start>2026-11-02T08:00:00</Start><Finish>{finish}</Finish><Work>{hours}</Work>"


DAY = Piece(at("2026-11-02T08:00:00"), at("2026-11-02T17:00:00"), 480 * WORK)


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "hundredths"),
        [
            ("PT8H0M0S", 2_880_000),
            ("PT0H1M6.76S", 6_676),
            ("-PT0H0M0.5S", -50),
            ("P1DT0H0M0.009S", 8_640_000),
        ],
    )
    def test_are_exact_to_a_hundredth_of_a_second(self, text, hundredths):
        assert parse_exact_amount(text) == hundredths

    def test_beyond_any_plan_are_refused(self):
        with pytest.raises(OutOfRange):
            parse_exact_amount("PT99999999999H0M0S")
        with pytest.raises(ValueError, match="eight hours"):
            parse_exact_amount("eight hours")


class TestTasks:
    def test_have_costs_in_currency_units_and_exact_durations(self):
        body = "<FixedCost>4000</FixedCost><FixedCostAccrual>2</FixedCostAccrual><ActualDuration>PT0H0M24S</ActualDuration>"
        (found,) = read(task(1, body)).tasks
        assert (found.fixed_cost, found.fixed_accrual) == (money_of(Decimal(40)), "end")
        assert (found.duration, found.actual_duration) == (480 * WORK, 2_400)

    def test_stand_under_the_project(self):
        plan = read(task(0, level=0), task(1), task(2, level=2), task(3))
        assert [found.parent_uid for found in plan.tasks] == [None, 0, 1, 0]

    def test_that_are_blank_rows_are_left_out(self):
        assert [
            found.uid for found in read(task(1), "<Task><UID>2</UID><IsNull>1</IsNull></Task>").tasks
        ] == [1]

    def test_survive_a_date_that_cannot_be_read(self):
        (found,) = read(task(1, "<Start>2008-12-04T17:-0:00</Start>")).tasks
        assert found.start is None


class TestResources:
    def test_have_a_plain_rate_as_table_a(self):
        rates = (
            "<Rates><Rate><RatesFrom>1984-01-01T00:00:00</RatesFrom><RatesTo>2049-12-31T23:59:06</RatesTo>"
            "<RateTable>1</RateTable><StandardRate>5</StandardRate></Rate></Rates>"
        )
        body = f"<StandardRate>3.4</StandardRate><CostPerUse>100</CostPerUse><AccrueAt>1</AccrueAt>{rates}"
        (found,) = read(resources=resource(1, body)).resources
        assert found.accrual == "start"
        assert found.rates == (Rate(standard=3_400_000, per_use=1_000_000), Rate(1, standard=5_000_000))

    def test_keep_dates_of_rates(self):
        rates = (
            "<Rates><Rate><RatesFrom>2026-11-04T00:00:00</RatesFrom><RatesTo>2026-12-01T00:00:00</RatesTo>"
            "<RateTable>0</RateTable><StandardRate>5</StandardRate></Rate></Rates>"
        )
        (found,) = read(resources=resource(1, rates)).resources
        (rate,) = found.rates
        assert (rate.start, rate.finish) == (at("2026-11-04T00:00:00"), at("2026-12-01T00:00:00"))

    def test_that_are_costs_say_so(self):
        assert (
            read(resources=resource(1, "<IsCostResource>1</IsCostResource>", 0)).resources[0].kind == "cost"
        )


class TestAssignments:
    def test_have_their_days_and_baselines(self):
        baseline = "<Baseline><Number>2</Number><Work>PT8H0M0S</Work><Cost>8000</Cost></Baseline>"
        body = f"{span()}{baseline}{by_day(1, 'PT8H0M0S')}{by_day(22, 'PT8H0M0S')}{by_day(23, '8000')}{by_day(2, '')}"
        (found,) = read(task(1), resources=resource(1), assignments=assignment(1, 1, 1, body)).assignments
        assert found.remaining_pieces == (DAY,)
        assert found.actual_pieces == ()
        agreed = found.baselines[2]
        assert (agreed.cost, agreed.work_pieces) == (80_000_000, (DAY,))
        assert agreed.cost_pieces == (Piece(DAY.start, DAY.finish, 80_000_000),)

    def test_of_nobody_have_no_resource(self):
        (found,) = read(task(1), assignments=assignment(1, 1, -65535, span())).assignments
        assert (found.resource_uid, found.units) == (None, 1)

    def test_of_a_part_of_a_person_have_the_work_before_it_was_rounded(self):
        # 0.63 of 8 h are 5 h 2 min 24 s, of which the file says 5 h 2 min.
        def work(text):
            body = f"<Units>0.63</Units>{span(text)}"
            return (
                read(task(1), resources=resource(1), assignments=assignment(1, 1, 1, body))
                .assignments[0]
                .work
            )

        assert work("PT5H2M0S") == 1_814_400
        assert work("PT5H3M0S") == 303 * WORK  # typed in: not what was rounded

    def test_of_tasks_that_are_not_there_are_left_out(self):
        assert read(task(1), assignments=assignment(1, 9, 1, span())).assignments == ()


class TestProject:
    def test_is_judged_at_its_status_date(self):
        head = "<StatusDate>2026-11-05T17:00:00</StatusDate><CurrentDate>2026-11-09T11:00:00</CurrentDate>"
        assert read(head=head).status == at("2026-11-05T17:00:00")

    def test_or_at_the_beginning_of_its_current_day(self):
        head = "<CurrentDate>2026-11-09T11:00:00</CurrentDate><DefaultStartTime>09:00:00</DefaultStartTime>"
        assert read(head=head).status == at("2026-11-09T09:00:00")
        assert read().status is None

    def test_that_is_none_is_refused(self):
        with pytest.raises(PlanFileRefused):
            read_costs(io.BytesIO(b"<html/>"))
