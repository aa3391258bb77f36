"""What a browser would send of a form on a page, so that tests fill in forms as people do."""

from __future__ import annotations

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.is_inside = form_id, False
        self.fields: dict[str, str] = {}
        self.is_text = False
        self.open = ""  # the select or textarea that is being read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = values.get("id") == self.form_id
        if not self.is_inside or (tag in {"input", "select", "textarea"} and "name" not in values):
            return
        if tag == "input" and (values.get("type") != "checkbox" or "checked" in values):
            nothing = "on" if values.get("type") == "checkbox" else ""
            self.fields[values["name"]] = values.get("value", nothing)
        elif tag in {"select", "textarea"}:
            self.open, self.is_text = values["name"], tag == "textarea"
            self.fields.setdefault(self.open, "")
        elif tag == "option" and "selected" in values:
            self.fields[self.open] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.is_inside and self.open and self.is_text:
            # A browser leaves out the first line break of a text area.
            self.fields[self.open] += data.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"select", "textarea"}:
            self.open = ""
        elif tag == "form":
            self.is_inside = False


def fields_of(html: str, form_id: str) -> dict[str, str]:
    """The fields of the form with this id as they stand on the page."""
    reader = _Reader(form_id)
    reader.feed(html)
    return reader.fields
