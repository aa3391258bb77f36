"""Links as arrows: straight lines from one bar to the other, drawn for one section of rows."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from tasks.gantt.geometry.bars import DIAMOND, MIDDLE, Box, box_of, is_drawn, top_of
from tasks.gantt.geometry.markup import number
from tasks.gantt.geometry.rows import Canvas, ChartLink, End
from tasks.gantt.geometry.scale import ROW_HEIGHT

_OUT: Final = 5  # px that an arrow leaves its bar before it turns
_NEAR: Final = 9  # px: below this gap an arrow drops onto the bar
_ROUND: Final = 7  # px out before it goes back along a row's edge
_HEAD: Final = 4.5  # px from the tip back to the end of the line


class _Place(NamedTuple):
    box: Box
    y: float
    is_milestone: bool

    @property
    def edge(self) -> float:
        """Half the height of what an arrow drops onto."""
        return DIAMOND if self.is_milestone else 6


class _Route(NamedTuple):
    line: str
    head: str


def draw_arrows(links: Iterable[ChartLink], sheet: Canvas, first_row: int, count: int) -> str:
    """Four paths at most: a hundred arrows are as few elements as one, and critical ones lie on top."""
    plain: list[_Route] = []
    critical: list[_Route] = []
    for link in links:
        if not _is_seen(link, first_row, count) or not _are_drawn(link, sheet):
            continue
        is_critical = link.is_critical and sheet.shown.critical
        (critical if is_critical else plain).append(_route(link, sheet, first_row, count))
    return _paths(plain, "") + _paths(critical, "--critical")


def _is_seen(link: ChartLink, first_row: int, count: int) -> bool:
    upper, lower = sorted((link.before.row, link.after.row))
    return upper < first_row + count and lower >= first_row


def _are_drawn(link: ChartLink, sheet: Canvas) -> bool:
    return is_drawn(sheet, link.before.kind) and is_drawn(sheet, link.after.kind)


def _paths(routes: list[_Route], modifier: str) -> str:
    if not routes:
        return ""
    line = "gantt-link" + (f" gantt-link{modifier}" if modifier else "")
    head = "gantt-link__head" + (f" gantt-link__head{modifier}" if modifier else "")
    lines = "".join(route.line for route in routes)
    heads = "".join(route.head for route in routes)
    return f'<path class="{line}" d="{lines}"/><path class="{head}" d="{heads}"/>'


def _place(end: End, sheet: Canvas, first_row: int, count: int) -> _Place:
    # An end far outside is drawn just outside: the picture is cut there anyway, and the path stays short.
    row = min(max(end.row, first_row - 2), first_row + count + 1)
    box = box_of(sheet.scale, end.start, end.finish, end.kind)
    return _Place(box, top_of(row, first_row) + MIDDLE, end.kind == "milestone")


def _route(link: ChartLink, sheet: Canvas, first_row: int, count: int) -> _Route:
    before = _place(link.before, sheet, first_row, count)
    after = _place(link.after, sheet, first_row, count)
    if link.type == "FS":
        return _finish_to_start(before, after)
    if link.type == "SS":
        turn = min(before.box.left, after.box.left) - _NEAR
        return _into_start(after, f"M{number(before.box.left)} {number(before.y)}H{number(turn)}")
    if link.type == "FF":
        turn = max(before.box.right, after.box.right) + _NEAR
        return _into_finish(after, f"M{number(before.box.right)} {number(before.y)}H{number(turn)}")
    return _start_to_finish(before, after)


def _finish_to_start(before: _Place, after: _Place) -> _Route:
    right, left = before.box.right, after.box.left
    begin = f"M{number(right)} {number(before.y)}"
    gap = left - right
    if gap >= _NEAR:
        return _into_start(after, f"{begin}H{number(right + min(_OUT, gap - 6))}")
    if gap > -_NEAR or (after.is_milestone and left + DIAMOND >= right - _OUT):
        return _onto(before, after)
    edge = _edge_between(before, after)
    return _into_start(after, f"{begin}H{number(right + _ROUND)}V{number(edge)}H{number(left - _NEAR)}")


def _start_to_finish(before: _Place, after: _Place) -> _Route:
    left, right = before.box.left, after.box.right
    begin = f"M{number(left)} {number(before.y)}"
    gap = left - right
    if gap >= _NEAR:
        return _into_finish(after, f"{begin}H{number(left - min(_OUT, gap - 6))}")
    edge = _edge_between(before, after)
    return _into_finish(after, f"{begin}H{number(left - _ROUND)}V{number(edge)}H{number(right + _NEAR)}")


def _edge_between(before: _Place, after: _Place) -> float:
    """The edge of the target's row on the side the arrow comes from."""
    top = after.y - MIDDLE
    return top if before.y < after.y else top + ROW_HEIGHT


def _into_start(after: _Place, line: str) -> _Route:
    tip, y = after.box.left - 0.5, number(after.y)
    return _Route(f"{line}V{y}H{number(tip - _HEAD)}", f"M{number(tip)} {y}l-6 -3.5v7z")


def _into_finish(after: _Place, line: str) -> _Route:
    tip, y = after.box.right + 0.5, number(after.y)
    return _Route(f"{line}V{y}H{number(tip + _HEAD)}", f"M{number(tip)} {y}l6 -3.5v7z")


def _onto(before: _Place, after: _Place) -> _Route:
    """Down, or up, onto the bar: there is no room to go in from the side."""
    right, left = before.box.right, after.box.left
    x = left + DIAMOND if after.is_milestone else max(right + 3, left + 3.5)
    way = -1 if before.y < after.y else 1
    tip = after.y + way * (after.edge + 0.5)
    line = f"M{number(right)} {number(before.y)}H{number(x)}V{number(tip + way * 6)}"
    return _Route(line, f"M{number(x)} {number(tip)}l-3.5 {way * 6}h7z")
