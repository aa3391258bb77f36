"""Why a network cannot be scheduled; every error holds the ids that it is about."""


class NetworkError(ValueError):
    """The plan contradicts itself; ``task_ids`` are the tasks to look at."""

    kind = "network"

    def __init__(self, message: str, task_ids: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.task_ids = task_ids


class DuplicateTask(NetworkError):
    """Two rows have the same id."""

    kind = "duplicate_task"

    def __init__(self, task_id: int) -> None:
        super().__init__(f"Task {task_id} occurs twice; ids have to be unique.", (task_id,))


class UnknownTask(NetworkError):
    """A link, parent or assignment names a task that is not in the plan."""

    kind = "unknown_task"

    def __init__(self, task_id: int, named_by: str) -> None:
        super().__init__(
            f"{named_by} names task {task_id}, which is not part of the plan.",
            (task_id,),
        )


class UnknownResource(NetworkError):
    """An assignment names a resource that is not in the plan."""

    kind = "unknown_resource"

    def __init__(self, task_id: int, resource_id: int) -> None:
        super().__init__(
            f"Task {task_id} is assigned to resource {resource_id}, which is not part of the plan.",
            (task_id,),
        )
        self.resource_id = resource_id


class LinkToItself(NetworkError):
    """A task waits for itself."""

    kind = "link_to_itself"

    def __init__(self, task_id: int) -> None:
        super().__init__(f"Task {task_id} cannot wait for itself; remove that link.", (task_id,))


class LinkToAncestor(NetworkError):
    """A summary and one of its own rows are linked."""

    kind = "link_to_ancestor"

    def __init__(self, predecessor_id: int, successor_id: int) -> None:
        super().__init__(
            f"Task {successor_id} cannot wait for task {predecessor_id}: one is part of the other; remove that link.",
            (predecessor_id, successor_id),
        )


class DuplicateLink(NetworkError):
    """Two tasks are linked twice."""

    kind = "duplicate_link"

    def __init__(self, predecessor_id: int, successor_id: int) -> None:
        super().__init__(
            f"Task {successor_id} waits for task {predecessor_id} twice; keep one of the two links.",
            (predecessor_id, successor_id),
        )


class CircularLinks(NetworkError):
    """Tasks wait for each other in a circle; ``task_ids`` names it in order."""

    kind = "circle"

    def __init__(self, task_ids: tuple[int, ...]) -> None:
        names = " -> ".join(str(task_id) for task_id in (*task_ids, task_ids[0]))
        super().__init__(
            f"Tasks wait for each other in a circle: {names}. Remove one of the links.",
            task_ids,
        )


class CircularOutline(NetworkError):
    """Tasks are parents of each other in a circle."""

    kind = "outline_circle"

    def __init__(self, task_ids: tuple[int, ...]) -> None:
        names = " -> ".join(str(task_id) for task_id in (*task_ids, task_ids[0]))
        super().__init__(f"Tasks contain each other in a circle: {names}.", task_ids)


class NegativeDuration(NetworkError):
    """A duration below zero."""

    kind = "negative_duration"

    def __init__(self, task_id: int) -> None:
        super().__init__(
            f"Task {task_id} has a negative duration; durations are zero or more.",
            (task_id,),
        )


class MissingConstraintDate(NetworkError):
    """A constraint that needs a date has none."""

    kind = "missing_constraint_date"

    def __init__(self, task_id: int, constraint_type: str) -> None:
        super().__init__(
            f"Task {task_id} has the constraint {constraint_type}, but no date for it.",
            (task_id,),
        )


class ImpossibleConstraint(NetworkError):
    """A date that is honoured breaks a link: the task would lie before what it waits for."""

    kind = "impossible_constraint"

    def __init__(self, task_id: int, predecessor_id: int, constraint_type: str) -> None:
        super().__init__(
            f"Task {task_id} is held by its constraint {constraint_type} before task {predecessor_id} lets it; "
            "move the date, or remove the link.",
            (task_id, predecessor_id),
        )
        self.constraint_type = constraint_type


class DateOutOfRange(NetworkError):
    """A date is centuries away, or a duration or lag lasts that long: mistyped rather than meant."""

    kind = "date_out_of_range"

    def __init__(self, task_id: int, what: str) -> None:
        super().__init__(
            f"The {what} of task {task_id} is out of range; dates lie between the years 1874 and 2271.",
            (task_id,),
        )
        self.what = what


class UnknownLink(NetworkError):
    """An edit names a link that is not in the plan."""

    kind = "unknown_link"

    def __init__(self, predecessor_id: int, successor_id: int) -> None:
        super().__init__(
            f"There is no such link from task {predecessor_id} to task {successor_id}.",
            (predecessor_id, successor_id),
        )


class Unsuitable(Exception):
    """A plan that quick passes leave to the reference: it says what is wrong with it, or computes what they do not."""
