"""Elements onto a stream of bytes, a few hundred rows at a time."""

from collections.abc import Iterable
from typing import Protocol
from xml.sax.saxutils import escape

from tasks.interchange.xml.items import Node
from tasks.interchange.xml.text import CONTROLS

_ROWS_AT_ONCE = 200
_CONTROL_TABLE = dict.fromkeys(CONTROLS)


class OutStream(Protocol):
    def write(self, data: bytes, /) -> object: ...


class XmlWriter:
    def __init__(self, stream: OutStream) -> None:
        self.stream = stream
        self.parts: list[str] = []
        self.waiting = 0

    def raw(self, text: str) -> None:
        self.parts.append(text)

    def nodes(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self._node(node)

    def _node(self, node: Node) -> None:
        name, value = node
        if isinstance(value, str):
            self.parts.append(f"<{name}>{_escaped(value)}</{name}>" if value else f"<{name}/>")
            return
        self.parts.append(f"<{name}>")
        for child in value:
            self._node(child)
        self.parts.append(f"</{name}>")

    def rows(self, container: str, name: str, rows: Iterable[list[Node]]) -> None:
        self.raw(f"\n<{container}>\n")
        for row in rows:
            self.raw(f"<{name}>")
            self.nodes(row)
            self.raw(f"</{name}>\n")
            self.waiting += 1
            if self.waiting >= _ROWS_AT_ONCE:
                self.flush()
        self.raw(f"</{container}>")

    def flush(self) -> None:
        self.stream.write("".join(self.parts).encode())
        self.parts.clear()
        self.waiting = 0


def _escaped(text: str) -> str:
    # A bare carriage return would come back as a line feed.
    return escape(text.translate(_CONTROL_TABLE), {"\r": "&#13;"})
