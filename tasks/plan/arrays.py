"""Numbers by the ten thousand between PostgreSQL and numpy: arrays in its binary form, without an object a number."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

Array = NDArray[Any]

#: By the type of an array, that of its elements: bool, bigint, smallint, integer and double precision.
_ELEMENTS: Final = {1000: ">i1", 1016: ">i8", 1005: ">i2", 1007: ">i4", 1022: ">f8"}
_BOOLEANS, _BIGINTS = 1000, 1016
_BIGINT: Final = 20
#: Dimensions, whether there are NULLs, the type of the elements; of the one dimension its length and lower bound.
_HEAD: Final = struct.Struct(">iiIii")
_NO_DIMENSION: Final = 12


class _ArrayLoader(Loader):
    """An array without NULLs: each element is its size and its bytes, all of one width."""

    format = Format.BINARY

    def load(self, data: Any) -> Array:
        kind = np.dtype(_ELEMENTS[self.oid])
        if len(data) == _NO_DIMENSION:
            return np.empty(0, kind.newbyteorder("="))
        _dimensions, has_nulls, _element, count, _bound = _HEAD.unpack_from(data)
        if has_nulls:
            raise ValueError("An array with NULLs has no room for them among numbers.")
        cells = np.frombuffer(data, [("size", ">i4"), ("value", kind)], count, _HEAD.size)
        values = cells["value"].astype(kind.newbyteorder("="))
        return values.view(np.bool_) if self.oid == _BOOLEANS else values


class _ArrayDumper(Dumper):
    """Whole numbers as bigint[]."""

    format = Format.BINARY
    oid = _BIGINTS

    def dump(self, obj: Any) -> bytes:
        cells = np.empty(len(obj), [("size", ">i4"), ("value", ">i8")])
        cells["size"], cells["value"] = 8, obj
        return _HEAD.pack(1, 0, _BIGINT, len(obj), 1) + cells.tobytes()


def arrays_cursor() -> CursorWrapper:
    """A cursor whose arrays of numbers are those of numpy, read and given; otherwise like any other.

    Parameters go to the server beside the statement, so each needs its type there: `%s::bigint`.
    """
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)
    cursor.format = Format.BINARY
    for oid in _ELEMENTS:
        cursor.adapters.register_loader(oid, _ArrayLoader)
    cursor.adapters.register_dumper(np.ndarray, _ArrayDumper)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    found: CursorWrapper = wrap(cursor)
    return found
