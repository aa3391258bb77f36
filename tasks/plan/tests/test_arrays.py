"""Arrays of numbers between PostgreSQL and numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tasks.plan.arrays import arrays_cursor


class TestArraysCursor:
    def test_gives_arrays_of_every_kind(self, db: Any) -> None:
        with arrays_cursor() as cursor:
            cursor.execute(
                "SELECT ARRAY[1, -2]::bigint[], ARRAY[3]::integer[], ARRAY[4]::smallint[],"
                " ARRAY[0.5]::double precision[], ARRAY[true, false], ARRAY[]::bigint[], 'x', NULL::bigint[]"
            )
            whole, integer, small, real, flags, empty, text, none = cursor.fetchone()
        assert [each.tolist() for each in (whole, integer, small, real, flags, empty)] == [
            [1, -2], [3], [4], [0.5], [True, False], [],
        ]  # fmt: skip
        assert [whole.dtype, real.dtype, flags.dtype] == [np.int64, np.float64, np.bool_]
        assert (text, none) == ("x", None)

    def test_refuses_an_array_with_gaps(self, db: Any) -> None:
        with arrays_cursor() as cursor:
            cursor.execute("SELECT ARRAY[1, NULL]::bigint[]")
            with pytest.raises(ValueError, match="NULL"):
                cursor.fetchone()

    def test_takes_arrays(self, db: Any) -> None:
        with arrays_cursor() as cursor:
            some: Any = np.array([1, 2**40, -3])
            cursor.execute("SELECT sum(a)::bigint, count(*) FROM unnest(%s::bigint[]) AS given(a)", [some])
            assert cursor.fetchone() == (2**40 - 2, 3)
            none: Any = np.empty(0, np.int64)
            cursor.execute("SELECT cardinality(%s::bigint[])", [none])
            assert cursor.fetchone() == (0,)
