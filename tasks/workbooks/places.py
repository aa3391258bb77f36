"""Where what stands in a workbook, counted from 0; what comes back is found by the same words."""

from typing import Final

from tasks.interchange.sheets.returned import BASE_SHEET, GROUP, HEAD, KEYS

#: The hidden column of keys, and the first one of the table.
KEY, TABLE = 0, 1
#: Above the rows: a title of three rows, the hidden row with the names of columns, the heads.
SEAL_ROW, NAMES, HEADS = 0, 3, 4
#: The lists of cells that are one of a few.
LISTS_SHEET: Final = "_itdo_lists"

__all__ = ["BASE_SHEET", "GROUP", "HEAD", "HEADS", "KEY", "KEYS", "LISTS_SHEET", "NAMES", "SEAL_ROW", "TABLE"]
