"""What an import says beside the plan: things that are doubtful and things that can't be kept."""

from dataclasses import dataclass
from typing import Literal

NoticeKind = Literal["doubtful", "lost"]
NoticeCode = Literal[
    "assignment_of_nothing",  # uid, task_uid, resource_uid
    "blank_rows_lost",  # count
    "calendar_base_circle",  # uid, name
    "calendar_base_missing",  # uid, name, base_uid
    "calendar_missing",  # where, uid, name, calendar_uid
    "calendar_part_lost",  # uid, name, element
    "calendar_without_uid",  # kind, name, used
    "constraint_without_date",  # uid, name, constraint
    "control_characters_removed",  # count
    "cross_project_link_lost",  # uid, name, address
    "duplicate_link",  # uid, name, predecessor_uid
    "element_lost",  # where, element, count
    "encoding_assumed",  # declared
    "external_task",  # uid, name
    "hours_over_midnight",  # uid, name, start, finish
    "hours_overlap",  # uid, name, hours
    "hours_unreadable",  # uid, name
    "lag_out_of_range",  # uid, name, predecessor_uid, value
    "link_to_missing_task",  # uid, name, predecessor_uid
    "link_to_own_summary",  # uid, name, predecessor_uid
    "link_to_self",  # uid, name
    "more_notices",  # code, more
    "name_cut",  # where, uid, name, length
    "namespace_missing",  # root
    "old_encoding",  # declared
    "outline_jump",  # uid, name
    "outline_level_raised",  # uid, name, level
    "project_calendar_missing",  # calendar_uid
    "resource_without_uid",  # kind, name, used
    "sheet_days_off",  # row, name
    "sheet_doubt",  # place, why
    "sheet_finish_of_unfinished",  # row, name, percent
    "sheet_people_of_summary",  # row, name, people
    "sheet_person_left_out",  # name
    "sheet_person_taken",  # name, called
    "sheet_remark",  # what
    "start_missing",  # used
    "subproject_lost",  # uid, name
    "task_without_uid",  # kind, name, used
    "time_zone_ignored",  # count, zones
    "timephased_lost",  # count, where
    "unit_out_of_range",  # element, value, used
    "value_out_of_range",  # where, uid, name, element, value, used
    "value_unreadable",  # where, uid, name, element, value, used
    "very_deep_outline",  # levels
]
Param = str | int


@dataclass(frozen=True, slots=True)
class Notice:
    """One warning; ``text`` is a whole English sentence, ``code`` and ``params`` let others say it in their words."""

    kind: NoticeKind
    code: NoticeCode
    params: tuple[tuple[str, Param], ...]
    text: str

    def __str__(self) -> str:
        return self.text
