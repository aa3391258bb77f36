"""What of a file is not read, or not as it stands: said once for all of it."""

from collections.abc import Mapping

from tasks.interchange.mspdi.fields import Notebook
from tasks.interchange.xml.text import XmlText


def tell_losses(note: Notebook, text: XmlText, blank_rows: int, lost: Mapping[tuple[str, str], int]) -> None:
    """Note what was odd about the text, and by owner and name the elements that are not kept."""
    if text.encoding_assumed:
        note.doubt(
            "encoding_assumed",
            "The file says it is {declared}, but it is UTF-8; it is read as that.",
            declared=text.encoding_assumed,
        )
    if text.old_encoding:
        note.doubt(
            "old_encoding",
            "The file is encoded as {declared}; please look whether its names came through.",
            declared=text.old_encoding,
        )
    if text.controls_removed:
        note.doubt(
            "control_characters_removed",
            "{count} control characters, which XML does not allow, are left out.",
            count=text.controls_removed,
        )
    if blank_rows:
        note.lose("blank_rows_lost", "{count} blank rows are left out.", count=blank_rows)
    for (parent, name), count in sorted(lost.items()):
        if name == "TimephasedData":
            note.lose(
                "timephased_lost",
                "{count} day-by-day values (TimephasedData) of {where} can't be kept; their sums are.",
                count=count,
                where=parent.lower(),
            )
        else:
            note.lose(
                "element_lost",
                "{where} holds {element} ({count} times), which can't be kept.",
                where=parent,
                element=name,
                count=count,
            )
