"""Cells whose value is one of a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from tasks.sheet.parsing import read_choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db import models

    from tasks.models import Task
    from tasks.sheet.reading import Reader

CHOICE_HINT: Final = gettext_lazy("一覧にある言葉から選んで入力してください。")


def labels_of(choices: type[models.TextChoices]) -> Callable[[], list[str]]:
    """The labels, in the reader's language."""
    return lambda: [str(label) for label in choices.labels]


def chosen(choices: type[models.TextChoices]) -> Callable[[str, Task, Reader], str]:
    """Reads a value by its label, by a part of it that only one has, or as files call it."""
    return lambda text, _task, _reader: read_choice(
        text, [(str(value), str(label)) for value, label in choices.choices]
    )
