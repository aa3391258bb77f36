"""Reading an address: text and numbers that cannot be made dangerous or endless."""

from django.http import QueryDict

LONGEST = 100


def text(query: QueryDict, name: str) -> str:
    """A text of the address, without what a database cannot hold, cut to what a person types."""
    return query.get(name, "").replace("\x00", "").strip()[:LONGEST]


def positive(typed: str | None, default: int, most: int) -> int:
    """A whole number kept between 1 and `most`; nonsense means the default."""
    try:
        return min(max(int(typed or default), 1), most)
    except ValueError:
        return default
