"""Where what stands in a workbook, counted from 0; what comes back is found by the same words."""

from typing import Final

#: The hidden column of keys, and the first one of the table.
KEY, TABLE = 0, 1
#: Above the rows: a title of three rows, the hidden row with the names of columns, the heads.
SEAL_ROW, NAMES, HEADS = 0, 3, 4
#: By this the row of names is known, wherever it stands then.
KEYS: Final = "#itdo-keys"
#: Sheets that only programs see.
BASE_SHEET, LISTS_SHEET = "_itdo", "_itdo_lists"
