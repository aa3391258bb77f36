"""What may be recorded, each action declared once: its name, its words, what it touches, and how it is taken back.

An app declares its own actions in a module `declared.py`, which its `apps.py` imports. The history, the drawer of a task, the loads,
the notices and the lists ask the declaration; none of them compares names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, Flag, auto
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.utils.functional import Promise

    Words = Promise | str


#: Under this name fields of a new task hold what it waits for, as `Values.LINKS` do.
PREDECESSORS: Final = "predecessors"


class Touch(Flag):
    """What else changes with the action, so that something has to follow it."""

    NOTHING = 0
    #: Lists over many projects, whose caches are renewed.
    LISTS = auto()
    #: What is needed of people: for the task that it is about, or else for the whole plan.
    LOADS = auto()
    #: The load of a single task, by a planner who answers for the days that it fills.
    BY_HAND = auto()
    #: Who works on a task: those who come new are told.
    TEAM = auto()
    #: What a person can do on a day.
    CAPACITY = auto()


class Values(Enum):
    """What `before` and `after` of an entry hold."""

    #: Fields of the target by their names.
    FIELDS = auto()
    #: Predecessors of a task: type and lag by the id of the other task.
    LINKS = auto()
    #: People of a task: percent by the id of the resource.
    UNITS = auto()
    #: Places in the plan: row and level by the id of the task.
    PLACES = auto()
    #: What is gone: how many, the first names and ids.
    GONE = auto()


class Undo(Enum):
    """How an action is taken back."""

    #: It is not: the record does not hold all that it changed, or others rely on it already.
    NONE = auto()
    #: By its inverse: `before` holds all that was set, as far as `after` names it, so that setting it again takes the action back.
    INVERSE = auto()


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of entry of the record."""

    #: noun.past
    name: str
    #: What is said of it in a history; `{what}` is the task or the person that it happened to.
    sentence: Words
    #: The same at the task itself, which need not be named.
    short: Words = ""
    touches: Touch = Touch.NOTHING
    undo: Undo = Undo.NONE
    values: Values = Values.FIELDS
    #: Of what happens to a plan: why its author cannot take it back as a step, said to those who read the declaration.
    stays: str = ""
    #: The field whose bare value `before` and `after` are, where they are no fields by name.
    single_field: str = ""


@dataclass(frozen=True, slots=True)
class ActionGroup:
    """Actions that a reader of the record picks together."""

    noun: str
    #: No part of what makes two groups the same: its text depends on the reader's language.
    label: Words = field(compare=False)
    #: Whether a project's own history has them, beside the organization's record.
    is_of_project: bool = False


class UndeclaredActionError(LookupError):
    """An action is recorded that no app has declared."""


_actions: Final[dict[str, Action]] = {}
_groups: Final[dict[ActionGroup, list[Action]]] = {}


def declare(group: ActionGroup, *actions: Action) -> None:
    """Add actions to what may be recorded. Raises ValueError for a name that is declared already."""
    for action in actions:
        if action.name in _actions:
            raise ValueError(f"declared twice: {action.name}")
        _actions[action.name] = action
    _groups.setdefault(group, []).extend(actions)


def declared(name: str) -> Action:
    """The declaration of an action. Raises UndeclaredActionError."""
    try:
        return _actions[name]
    except KeyError:
        raise UndeclaredActionError(f"no app declares the action {name!r}: add it to a declared.py") from None


def action_named(name: str) -> Action:
    """The declaration of an action that stands in the record; of one that another release has written, its bare name."""
    return _actions.get(name) or Action(name, sentence=name, short=name)


def groups(*, of_project: bool | None = None) -> dict[str, ActionGroup]:
    """Groups by their nouns, in the order of their declaration: those of a project's history, the others, or all."""
    return {each.noun: each for each in _groups if of_project in (None, each.is_of_project)}


def names_in(noun: str) -> list[str]:
    """The actions of a group; none where there is no such group."""
    return [action.name for group, actions in _groups.items() if group.noun == noun for action in actions]
