"""The outline and the links of a plan, by row, and in which order the rows can be computed."""

import numpy as np

from tasks.scheduling.compiled.kernel import Array, kernel, maker


@maker
def grouped(keys: Array, count: int) -> tuple[Array, Array]:
    """The places of equal keys, in their order, and where those of each key begin; keys below 0 are left out."""
    first = np.zeros(count + 1, np.int64)
    for key in keys:
        if key >= 0:
            first[key + 1] += 1
    for key in range(count):
        first[key + 1] += first[key]
    place = np.empty(first[count], np.int64)
    at = first.copy()
    for number in range(len(keys)):
        key = keys[number]
        if key >= 0:
            place[at[key]] = number
            at[key] += 1
    return first, place


@maker
def pass_idleness_on(is_active: Array, first_child: Array, child: Array) -> None:
    """A row is active when it and all its summaries are."""
    stack = np.empty(len(is_active), np.int64)
    count = 0
    for row in range(len(first_child) - 1):
        if not is_active[row]:
            stack[count] = row
            count += 1
    while count > 0:
        count -= 1
        row = stack[count]
        for place in range(first_child[row], first_child[row + 1]):
            below = child[place]
            if is_active[below]:
                is_active[below] = False
                stack[count] = below
                count += 1


@maker
def spans(is_active: Array, first_child: Array, child: Array) -> tuple[Array, Array]:
    """The children that each summary reaches over: its active ones, or all when none is."""
    first, rows = np.zeros(len(first_child), np.int64), np.empty(len(child), np.int64)
    count = 0
    for row in range(len(first_child) - 1):
        before = count
        for is_wanted in (True, False):
            if count == before:
                for place in range(first_child[row], first_child[row + 1]):
                    if is_active[child[place]] == is_wanted:
                        rows[count] = child[place]
                        count += 1
        first[row + 1] = count
    return first, rows[:count]


@maker
def has_twins(first: Array, other: Array) -> bool:
    """Whether two rows are linked twice."""
    seen = np.full(len(first) - 1, -1, np.int64)
    for row in range(len(seen)):
        for arrow in range(first[row], first[row + 1]):
            if seen[other[arrow]] == row:
                return True
            seen[other[arrow]] = row
    return False


@kernel
def joins_a_line(before: Array, after: Array, rows: Array) -> bool:
    """Whether a link runs between a summary and what is in it; also when there are too many to climb the outline for.

    Links that hold a task close a circle then, and need not be asked.
    """
    top = len(rows) - 1
    budget = 16 * (len(before) + top)
    for link in range(len(before)):
        for lower, upper in ((before[link], after[link]), (after[link], before[link])):
            above = rows[lower].parent
            while above < top:
                budget -= 1
                if above == upper or budget < 0:
                    return True
                above = rows[above].parent
    return False


@maker
def steps_in_order(rows: Array, child: Array, into: Array, out: Array) -> Array:
    """All steps, each after what it needs; fewer where there is a circle.

    A summary is two steps: it opens before its children, and ``~row`` closes it behind them.
    """
    steps = np.empty(2 * len(rows), np.int64)
    family, is_open = np.empty(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    end = as_rows_stand(rows, into, steps, family, is_open)
    if end < 0:
        waits, unfinished = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
        end = one_by_one(rows, child, out, steps, waits, unfinished)
    return steps[:end]


@kernel
def as_rows_stand(rows: Array, into: Array, steps: Array, family: Array, is_open: Array) -> int:
    """Most plans are written from top to bottom: a summary closes after its last row. How many steps, or -1 for others."""
    top, row, end, depth = len(rows) - 1, 0, 0, 0
    while True:
        while depth > 0 and (row == top or family[depth - 1] != rows[row].parent):
            depth -= 1
            is_open[family[depth]] = False
            steps[end] = ~family[depth]
            end += 1
        if row == top:
            return end
        if depth == 0 and rows[row].parent != top:
            return -1
        for number in range(rows[row].first_in, rows[row + 1].first_in):
            if into[number].other > row or is_open[into[number].other]:
                return -1
        steps[end] = row
        end += 1
        if rows[row].first_child < rows[row + 1].first_child:
            family[depth], is_open[row] = row, True
            depth += 1
        row += 1


@kernel
def first_ones(rows: Array, steps: Array, waits: Array, unfinished: Array) -> int:
    """Count what each row waits for, and begin with those that wait for nothing."""
    count, end = len(rows) - 1, 0
    for row in range(count):
        task, following = rows[row], rows[row + 1]
        waits[row] = following.first_in - task.first_in + (task.parent < count)
        unfinished[row] = following.first_child - task.first_child
        if waits[row] == 0:
            steps[end] = row
            end += 1
    return end


@kernel
def one_by_one(rows: Array, child: Array, out: Array, steps: Array, waits: Array, unfinished: Array) -> int:
    """Whatever waits for nothing any more comes next; how many steps there are that way."""
    count, at = len(rows) - 1, 0
    end = first_ones(rows, steps, waits, unfinished)
    while at < end:
        row = steps[at]
        at += 1
        if row >= 0 and rows[row].first_child < rows[row + 1].first_child:
            for number in range(rows[row].first_child, rows[row + 1].first_child):
                waits[child[number]] -= 1
                if waits[child[number]] == 0:
                    steps[end] = child[number]
                    end += 1
            continue
        row = row if row >= 0 else ~row
        for number in range(rows[row].first_out, rows[row + 1].first_out):
            after = out[number].other
            waits[after] -= 1
            if waits[after] == 0:
                steps[end] = after
                end += 1
        above = rows[row].parent
        if above < count:
            unfinished[above] -= 1
            if unfinished[above] == 0:
                steps[end] = ~above
                end += 1
    return end
