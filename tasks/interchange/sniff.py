"""What kind of file this is, told from its first bytes and never from its name."""

import re

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"SQLite format 3\x00", "SQLite database"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"Rar!", "RAR archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ\x00", "xz archive"),
    (b"MPX", "MPX (Microsoft Project 4)"),
    (b"ERMHDR", "Primavera XER"),
    (b"BEGIN:VCALENDAR", "iCalendar"),
    (b"{\\rtf", "RTF document"),
)
_ROOTS = {
    "APIBusinessObjects": "Primavera P6 XML",
    "BusinessObjects": "Primavera P6 XML",
    "Workbook": "Excel XML spreadsheet",
    "workbook": "Excel XML spreadsheet",
    "worksheet": "Excel XML spreadsheet",
    "html": "HTML page",
    "HTML": "HTML page",
    "svg": "SVG picture",
    "plan": "Calligra Plan",
    "vcalendar": "iCalendar XML",
}
_JSON = re.compile(rb"\s*(?:\[|\{\s*[\"}])")


def format_of_bytes(head: bytes) -> str | None:
    """Name of a format that is not XML, or ``None`` when the bytes may well be XML."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(head)
    if head.startswith(_OLE):
        return _ole_kind(head)
    return _text_kind(head)


def format_of_root(root: str, attributes: dict[str, str]) -> str | None:
    """Name of an XML format that is known but is not Microsoft Project's."""
    if root == "project":
        if "mrproject-version" in attributes:
            return "Planner"
        if "view-date" in attributes or "webLink" in attributes:
            return "GanttProject"
    return _ROOTS.get(root)


def _zip_kind(head: bytes) -> str:
    if b"xl/" in head or b"worksheets/" in head:
        return "Excel workbook (.xlsx)"
    if b"word/" in head:
        return "Word document (.docx)"
    if b"application/vnd.oasis.opendocument.spreadsheet" in head:
        return "OpenDocument spreadsheet (.ods)"
    if b"[Content_Types].xml" in head:
        return "Office document (.xlsx, .docx, .pptx)"
    return "ZIP archive"


def _ole_kind(head: bytes) -> str:
    if "Workbook".encode("utf-16-le") in head:
        return "Excel workbook (.xls)"
    if "MSProject".encode("utf-16-le") in head or b"MSProject" in head or "Props".encode("utf-16-le") in head:
        return "Microsoft Project MPP"
    return "Microsoft Project MPP or another Office file of the old kind"


def _text_kind(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace").lstrip("\ufeff \t\r\n").encode()
    elif head[:4] in (b"<\x00?\x00", b"\x00<\x00?", b"<\x00P\x00", b"\x00<\x00P"):
        return None
    if text.startswith(b"<"):
        return None
    if _JSON.match(text):
        return "JSON"
    return "unknown binary file" if b"\x00" in text[:4096] else "text table (CSV) or plain text"
