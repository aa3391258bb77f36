"""What a task waits for, as cells say it: row numbers, WBS codes, keys of tickets or names, with types and lags."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from tasks.interchange.sheets.amounts import duration_of
from tasks.interchange.sheets.plan import LinkType, TaskLink
from tasks.interchange.sheets.texts import LEAD_MARKS, folded, is_nothing, plain

_TOKEN: Final = re.compile(
    r"(?:no\.?|#|＃|id:?|項番|行)?\s*(?P<ref>.+?)\s*(?:[(（]?(?P<type>fs|ss|ff|sf|終了-開始|開始-開始|終了-終了|開始-終了)[)）]?)?\s*(?P<lag>[+\-−]\s*\d+(?:\.\d+)?\s*(?:[^\d\s()]{0,6}))?\s*",
    re.IGNORECASE,
)
_TYPES: Final = {"終了-開始": "FS", "開始-開始": "SS", "終了-終了": "FF", "開始-終了": "SF"}
_RELATION: Final = re.compile(
    r"(?P<word>後続|先行|follows|precedes|blocked\s*by|is\s*blocked\s*by|blocks|ブロックされている|ブロックしている|ブロック元|ブロック先|ブロック)\s*(?P<ref>#?[A-Za-z0-9_\-]+)(?:\s*[(（](?P<lag>\d+)\s*(?:日|days?)[)）])?",
    re.IGNORECASE,
)
#: Of a relation, whether the other task comes first.
_AFTER: Final = frozenset({"後続", "follows", "blockedby", "isblockedby", "ブロックされている", "ブロック元"})


@dataclass(slots=True)
class Names:
    """By what a task may be called, each with the places of the tasks that are called so."""

    spaces: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def add(self, space: str, text: str, task: int) -> None:
        """One name of one task."""
        key = folded(text).strip(LEAD_MARKS).lstrip("#")
        if key:
            places = self.spaces.setdefault(space, {}).setdefault(key, [])
            # Tasks come in their order: a thousand that are called alike are not looked through for each.
            if places[-1:] != [task]:
                places.append(task)

    def find(self, space: str, text: str) -> list[int]:
        """The tasks that a space knows under a text."""
        key = folded(text).strip(LEAD_MARKS).lstrip("#")
        found = self.spaces.get(space, {}).get(key, [])
        if not found and space == "code":
            found = self.spaces.get(space, {}).get(key.rstrip("."), [])
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """The links of one cell, and what of it was not understood."""

    links: tuple[TaskLink, ...] = ()
    #: Links that go the other way: this task comes first.
    followers: tuple[TaskLink, ...] = ()
    unknown: tuple[str, ...] = ()
    is_doubtful: bool = False


def tokens_of(text: str) -> list[str]:
    """The references of a cell."""
    clean = plain(text.replace("\n", ",").replace("、", ",").replace("，", ","))
    parts = [part.strip() for part in re.split(r"[,;/]", clean)]
    found = []
    for part in parts:
        pieces = part.split() if re.fullmatch(r"#?[\d.\-]+(?:\s+#?[\d.\-]+)+", part) else [part]
        pieces = re.split(r"[・&]", part) if re.fullmatch(r"[\d.]+(?:[・&][\d.]+)+", part) else pieces
        found += [piece for piece in pieces if piece and not is_nothing(piece)]
    return found


def space_of(cells: Sequence[str], names: Names, head: str) -> tuple[str, bool]:
    """Which names a column's cells use, and whether another reading would fit as well."""
    order = ["number", "code", "key", "name", "place", "row"]
    word = folded(head)
    is_said = "wbs" in word
    if is_said:
        order = ["code", "number", "key", "name", "place", "row"]
    elif re.search(r"no|番号|id|項番|#", word):
        order, is_said = ["number", "key", "code", "name", "place", "row"], True
    elif "行" in word:
        order, is_said = ["number", "row", "place", "code", "key", "name"], True
    tokens = [token for cell in cells for token in tokens_of(cell)][:2_000]
    hits = {space: sum(bool(_resolve(token, names, space)) for token in tokens) for space in order}
    best = max(order, key=lambda space: (hits[space], -order.index(space)))
    rivals = [
        space
        for space in order
        if space != best and hits[space] == hits[best] and hits[best] and _differ(tokens, names, best, space)
    ]
    is_open = best in ("place", "row") and bool(rivals)
    return best, is_open or (bool(set(rivals) & {"number", "code", "key"}) and not is_said)


def _differ(tokens: list[str], names: Names, first: str, second: str) -> bool:
    return any(_resolve(token, names, first)[:1] != _resolve(token, names, second)[:1] for token in tokens)


def _resolve(token: str, names: Names, space: str) -> list[int]:
    found = names.find(space, token)
    if found:
        return found
    cut = _TOKEN.fullmatch(token)
    return names.find(space, cut["ref"]) if cut else []


def links_of(text: str, own: int, names: Names, space: str) -> Reading:
    """The links of a cell. A task that waits for itself is not understood."""
    if _RELATION.search(plain(text)):
        return _relations(text, own, names)
    whole = names.find("name", text)
    if whole and space == "name":
        return _sorted([(whole, TaskLink(whole[0]))], own)
    pairs: list[tuple[list[int], TaskLink]] = []
    unknown: list[str] = []
    for token in tokens_of(text):
        read = _link(token, names, space)
        if read is None:
            unknown.append(token)
        else:
            pairs.append(read)
    found = _sorted(pairs, own)
    return Reading(found.links, (), (*unknown, *found.unknown), found.is_doubtful)


def _sorted(pairs: Sequence[tuple[list[int], TaskLink]], own: int) -> Reading:
    links = tuple(link for _places, link in pairs if link.task != own)
    unknown = ("self",) if len(links) < len(pairs) else ()
    return Reading(links, (), unknown, any(len(places) > 1 for places, _ in pairs))


def _link(token: str, names: Names, space: str) -> tuple[list[int], TaskLink] | None:
    places = names.find(space, token)
    if places:
        return places, TaskLink(places[0])
    cut = _TOKEN.fullmatch(token)
    if not cut:
        return None
    for each in (space, "number", "code", "key", "name"):
        places = names.find(each, cut["ref"])
        if places and (each == space or each not in ("number", "code")):
            lag = _lag(cut["lag"])
            if lag is None:
                return None
            word = (cut["type"] or "FS").upper()
            return places, TaskLink(places[0], cast(LinkType, _TYPES.get(word, word)), lag)
    return None


def _lag(text: str | None) -> float | None:
    if not text:
        return 0.0
    clean = text.replace(" ", "").replace("−", "-")
    amount = duration_of(clean[1:], "日")
    if amount.value is None:
        return None
    return -amount.value if clean[0] == "-" else amount.value


def _relations(text: str, own: int, names: Names) -> Reading:
    """次のチケットに後続 #102: this one comes after; 先行: before. Other relations are no order of work."""
    before: list[TaskLink] = []
    after: list[TaskLink] = []
    unknown: list[str] = []
    for found in _RELATION.finditer(plain(text)):
        places = names.find("number", found["ref"]) or names.find("key", found["ref"])
        lag = float(found["lag"] or 0)
        if not places or places[0] == own:
            unknown.append(found["ref"])
        elif folded(found["word"]) in _AFTER:
            before.append(TaskLink(places[0], "FS", lag))
        else:
            after.append(TaskLink(places[0], "FS", lag))
    return Reading(tuple(before), tuple(after), ())


def ancestors(levels: Sequence[int]) -> list[set[int]]:
    """The tasks above each task."""
    found: list[set[int]] = []
    path: list[int] = []
    for at, level in enumerate(levels):
        del path[max(0, level - 1) :]
        found.append(set(path))
        path.append(at)
    return found


def moved(link: TaskLink, places: Mapping[int, int]) -> TaskLink:
    """A link whose task has another place."""
    return link._replace(task=places[link.task])
