"""One item of an XML plan at a time, so that a file of any size needs the memory of its largest item."""

from collections.abc import Callable, Iterator
from typing import Protocol
from xml.parsers import expat

from tasks.interchange.refusals import (
    BrokenXml,
    ForbiddenDoctype,
    ForbiddenInclude,
    NotAPlan,
    TextTooLong,
    TooDeep,
    TooManyItems,
    UnsupportedFormat,
)
from tasks.interchange.sniff import format_of_root

NAMESPACE = "http://schemas.microsoft.com/project"
UNASSIGNED = -65535
"""The resource that Microsoft Project names where no one is assigned."""
MAX_DEPTH = 100
MAX_NODES_PER_ITEM = 300_000
MAX_SKIPPED_NODES = 2_000_000
MAX_OUTER_NODES = 5_000
MAX_TOKEN = 1 << 20
_MEGABYTE = 1 << 20
_TEXT_PIECE = 1 << 16
_NAME_SHOWN = 60
_INCLUDE = "/XInclude"  # in the namespaces of all its versions
_TEXT_PIECES = 64

Node = tuple[str, "str | list[Node]"]
"""Name of an element with its text or, when it has any, its children."""

_ITEMS = {
    "OutlineCodes": "OutlineCode",
    "ExtendedAttributes": "ExtendedAttribute",
    "Calendars": "Calendar",
    "Tasks": "Task",
    "Resources": "Resource",
    "Assignments": "Assignment",
}
_NOT_KEPT = frozenset(
    ["Views", "Filters", "Groups", "Tables", "Maps", "Reports", "Drawings", "DataLinks", "VBAProjects"]
)


class Receiver(Protocol):
    """Who takes what is read.

    A root without a namespace, elements of the header, items of the lists, values day by day, names of what is skipped.
    """

    def unnamed(self, root: str) -> None: ...

    def header(self, name: str, value: "str | list[Node]") -> None: ...

    def item(self, name: str, nodes: list[Node]) -> None: ...

    def timephased(self, owner: str, nodes: "list[Node]") -> None: ...

    def skipped(self, parent: str, name: str) -> None: ...


Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def parse_items(chunks: Iterator[bytes], receiver: Receiver) -> None:
    """Feed a whole file; refuses document types, foreign roots and broken XML."""
    _ItemParser(receiver).run(chunks)


class _ItemParser:
    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.expat = expat.ParserCreate("utf-8")
        self.expat.buffer_text = True
        self.expat.buffer_size = _TEXT_PIECE
        self.expat.StartDoctypeDeclHandler = self._doctype
        self.expat.EntityDeclHandler = self._doctype
        self.expat.CharacterDataHandler = self._text
        self.prefix = ""
        self.container = ""
        self.captured = ""
        self.skipped_parent = ""
        self.depth = 0
        self.nodes = 0
        self.outer_nodes = 0
        self.stack: list[list[Node] | None] = []
        self.parts: list[str] = []
        self._listen(self._root_start, self._outer_end)

    def run(self, chunks: Iterator[bytes]) -> None:
        fed = 0
        try:
            for chunk in chunks:
                self.expat.Parse(chunk, False)
                fed += len(chunk)
                # A tag or comment without an end is scanned from its beginning with every chunk.
                if fed - self.expat.CurrentByteIndex > MAX_TOKEN:
                    raise TextTooLong(limit_mb=MAX_TOKEN // _MEGABYTE)
            self.expat.Parse(b"", True)
        except expat.ExpatError as error:
            raise BrokenXml(
                line=error.lineno,
                column=error.offset + 1,
                reason=expat.ErrorString(error.code) or "unreadable",
            ) from None
        finally:
            # They hold the parser, which holds the receiver, and would be let go of only after a while.
            self.expat.StartElementHandler = self.expat.EndElementHandler = None
            self.expat.StartDoctypeDeclHandler = self.expat.EntityDeclHandler = None
            self.expat.CharacterDataHandler = None

    def _listen(self, start: Start, end: End) -> None:
        if self.prefix:
            local = self._local
            self.expat.StartElementHandler = lambda tag, attributes: start(local(tag), attributes)
            self.expat.EndElementHandler = lambda tag: end(local(tag))
        else:
            self.expat.StartElementHandler = start
            self.expat.EndElementHandler = end

    def _local(self, tag: str) -> str:
        """The name in the plan's own namespace; one with a colon is of another."""
        return tag[len(self.prefix) :] if tag.startswith(self.prefix) else ":" + tag

    def _doctype(self, *_: object) -> None:
        raise ForbiddenDoctype(line=self.expat.CurrentLineNumber)

    def _refuse_include(self, tag: str, attributes: dict[str, str]) -> None:
        """Other files are never asked for; a file that wants them would not be the plan that its author sees."""
        if tag.endswith(":include") or any(_INCLUDE in value for value in attributes.values()):
            raise ForbiddenInclude(line=self.expat.CurrentLineNumber)

    def _text(self, data: str) -> None:
        self.parts.append(data)
        if len(self.parts) > _TEXT_PIECES:
            raise TextTooLong(limit_mb=_TEXT_PIECE * _TEXT_PIECES // _MEGABYTE)

    # The root

    def _root_start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, local = tag.rpartition(":")
        namespace = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        if local != "Project" or (namespace and namespace.rstrip("/") != NAMESPACE):
            known = format_of_root(local, attributes)
            if known:
                raise UnsupportedFormat(format=known)
            raise NotAPlan(root=tag[:_NAME_SHOWN])
        if attributes:
            self._refuse_include(local, attributes)
        if not namespace:
            self.receiver.unnamed(tag)
        self.prefix = prefix + ":" if prefix else ""
        self._listen(self._outer_start, self._outer_end)

    # Between the items

    def _outer_start(self, tag: str, attributes: dict[str, str]) -> None:
        if attributes or ":" in tag:
            self._refuse_include(tag, attributes)
        if self.container:
            if tag == _ITEMS[self.container]:
                self._capture(tag)
                return
            self._count_outer()
            self._skip(self.container, tag)
        elif tag in _ITEMS:
            self.container = tag
        elif tag in _NOT_KEPT:
            self._skip("Project", tag)
        elif ":" in tag:
            self._count_outer()
            self._skip("Project", tag)
        else:
            self._count_outer()
            self._capture(tag)

    def _outer_end(self, tag: str) -> None:
        self.container = ""
        self.parts.clear()

    def _count_outer(self) -> None:
        """The head of a file has about a hundred elements, and lists hold nothing but their items."""
        self.outer_nodes += 1
        if self.outer_nodes > MAX_OUTER_NODES:
            raise TooManyItems(kind="unknown element", limit=MAX_OUTER_NODES)

    # Inside an item

    def _capture(self, tag: str) -> None:
        self.captured = tag
        self.stack = [None]
        self.parts.clear()
        self.nodes = MAX_NODES_PER_ITEM
        self._listen(self._inner_start, self._inner_end)

    def _inner_start(self, tag: str, attributes: dict[str, str]) -> None:
        if attributes:
            self._refuse_include(tag, attributes)
        self.stack.append(None)
        self.parts.clear()
        if len(self.stack) > MAX_DEPTH:
            raise TooDeep(limit=MAX_DEPTH)

    def _inner_end(self, tag: str) -> None:
        stack, parts = self.stack, self.parts
        value = stack.pop() or "".join(parts)
        parts.clear()
        if not stack:
            self._finish(value)
        elif tag == "TimephasedData" and isinstance(value, list):
            # There may be thousands for one assignment, which is more than all the rest of a file.
            self.nodes += len(value)
            self.receiver.timephased(self.captured, value)
        elif ":" in tag:
            self._refuse_include(tag, {})
            # Written again it would have a prefix that no one has declared.
            self.receiver.skipped(self.captured, tag[:_NAME_SHOWN])
        else:
            self._add((tag, value))

    def _add(self, node: Node) -> None:
        self.nodes -= 1
        if self.nodes < 0:
            raise TooManyItems(kind="element", limit=MAX_NODES_PER_ITEM)
        siblings = self.stack[-1]
        if siblings is None:
            self.stack[-1] = [node]
        else:
            siblings.append(node)

    def _finish(self, value: "str | list[Node]") -> None:
        self._listen(self._outer_start, self._outer_end)
        if self.container:
            self.receiver.item(self.captured, value if isinstance(value, list) else [])
        else:
            self.receiver.header(self.captured, value)

    # Things that are not kept

    def _skip(self, parent: str, tag: str) -> None:
        self.depth = 1
        self.captured = tag
        self.skipped_parent = parent
        self.nodes = MAX_SKIPPED_NODES
        self._listen(self._skip_start, self._skip_end)

    def _skip_start(self, tag: str, attributes: dict[str, str]) -> None:
        if attributes or ":" in tag:
            self._refuse_include(tag, attributes)
        self.depth += 1
        self.nodes -= 1
        if self.nodes < 0:
            raise TooManyItems(kind="element", limit=MAX_SKIPPED_NODES)

    def _skip_end(self, tag: str) -> None:
        self.depth -= 1
        self.parts.clear()
        if self.depth == 0:
            if self.nodes < MAX_SKIPPED_NODES or self.container or ":" in self.captured:
                self.receiver.skipped(self.skipped_parent, self.captured[:_NAME_SHOWN])
            self._listen(self._outer_start, self._outer_end)
