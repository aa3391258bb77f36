"""A file of any size, written as text: what is measured must not have been made by what is measured."""

from __future__ import annotations

from typing import TextIO

from tasks.interchange.tests.builders import NAMESPACE, STANDARD

FAMILY = 50
PEOPLE = 200
LINK = (
    "<PredecessorLink><PredecessorUID>{}</PredecessorUID><Type>1</Type><LinkLag>0</LinkLag>"
    "<LagFormat>7</LagFormat></PredecessorLink>"
)


def write_large(stream: TextIO, tasks: int) -> None:
    """Summaries of forty-nine tasks in a chain each; half of the tasks wait for one of an earlier family, too."""
    stream.write(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Project {NAMESPACE}><Title>大きな計画</Title>'
        f"<StartDate>2026-11-02T08:00:00</StartDate><CalendarUID>1</CalendarUID>"
        f"<Calendars>{STANDARD}</Calendars><Tasks>\n"
    )
    stream.writelines(_task(uid) for uid in range(1, tasks + 1))
    stream.write("</Tasks><Resources>\n")
    stream.writelines(
        f"<Resource><UID>{uid}</UID><ID>{uid}</ID><Name>担当 {uid}</Name><Type>1</Type></Resource>\n"
        for uid in range(1, PEOPLE + 1)
    )
    stream.write("</Resources><Assignments>\n")
    stream.writelines(_assignment(uid) for uid in range(1, tasks + 1))
    stream.write("</Assignments></Project>\n")


def _task(uid: int) -> str:
    place = (uid - 1) % FAMILY
    hours = 8 * (1 + uid % 5)
    links = LINK.format(uid - 1) if place > 1 else ""
    if place and uid % 2 and uid > 3 * FAMILY:
        links += LINK.format(uid - 2 * FAMILY)
    return (
        f"<Task><UID>{uid}</UID><ID>{uid}</ID><Name>作業 {uid} の設計とレビュー</Name>"
        f"<OutlineLevel>{2 if place else 1}</OutlineLevel><Priority>500</Priority>"
        f"<Start>2026-11-{2 + uid % 20:02}T08:00:00</Start><Finish>2026-12-{2 + uid % 20:02}T17:00:00</Finish>"
        f"<Duration>PT{hours}H0M0S</Duration><DurationFormat>7</DurationFormat><Work>PT{hours}H0M0S</Work>"
        f"<ConstraintType>0</ConstraintType>{links}</Task>\n"
    )


def _assignment(uid: int) -> str:
    hours = 8 * (1 + uid % 5)
    return (
        f"<Assignment><UID>{uid}</UID><TaskUID>{uid}</TaskUID><ResourceUID>{1 + uid % PEOPLE}</ResourceUID>"
        f"<Units>1</Units><Work>PT{hours}H0M0S</Work><RemainingWork>PT{hours}H0M0S</RemainingWork></Assignment>\n"
    )
