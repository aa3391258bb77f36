"""What starts, in the words of this test: containers with what they are given, and the ways between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Mount:
    """What lies at a path of a container: a file or folder of the repository, a volume, a secret."""

    source: str
    writes: bool = False
    #: Of a single file, or of each file of a folder by its name below it.
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Address:
    """Where a container asks something, and what says so."""

    host: str
    port: int
    why: str


@dataclass(frozen=True)
class Container:
    """One container of one place: compose, or a cluster."""

    place: str
    name: str
    #: What runs in it: a key of `programs.PROGRAMS`.
    program: str
    given: Mapping[str, str] = field(default_factory=dict)
    #: Names of secrets that reach it by any way, as their place calls them.
    secrets: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    mounts: Mapping[str, Mount] = field(default_factory=dict)
    user: str = ""
    networks: frozenset[str] = frozenset()
    #: Names by which others find it.
    hosts: frozenset[str] = frozenset()
    #: Ports that are open to people or to the machine: outside and inside.
    published: tuple[tuple[str, int], ...] = ()
    #: Ports by the names that a cluster gives them, and labels of its pod.
    ports: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def text(self, path: str) -> str:
        """Content of a file that is mounted; empty where none is."""
        for where, mount in self.mounts.items():
            if where == path and "" in mount.texts:
                return mount.texts[""]
            if path.startswith(f"{where.rstrip('/')}/"):
                found = mount.texts.get(path.removeprefix(where).lstrip("/"))
                if found is not None:
                    return found
        return ""

    def holds(self, path: str) -> bool:
        """Whether something is mounted at a path; or above it, and has a file of this name where its files are known."""
        for where, mount in self.mounts.items():
            if path == where:
                return True
            if path.startswith(f"{where.rstrip('/')}/"):
                name = path.removeprefix(where).lstrip("/")
                return (
                    not mount.texts
                    or name in mount.texts
                    or any(each.startswith(f"{name}/") for each in mount.texts)
                )
        return False


@dataclass(frozen=True)
class Installation:
    """All containers of a place, and how one reaches another."""

    place: str
    containers: tuple[Container, ...]
    #: `reach(asker, address)`: what is wrong with this way; empty when nothing is.
    reach: Callable[[Installation, Container, Address], str]
    #: What an operator fills in, and which of it some container takes.
    filled: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    #: Secrets of a cluster by `secret/key`, with the example that its list shows.
    listed: Mapping[str, str] = field(default_factory=dict)
    #: Other objects of a cluster that rules look at.
    objects: tuple[Mapping[str, Any], ...] = ()

    def one(self, name: str) -> Container:
        """The container of this name."""
        (found,) = [each for each in self.containers if each.name == name]
        return found

    def with_changed(self, name: str, **changes: Any) -> Installation:
        """The same place with something of one container put differently."""
        return replace(
            self,
            containers=tuple(
                replace(each, **changes) if each.name == name else each for each in self.containers
            ),
        )
