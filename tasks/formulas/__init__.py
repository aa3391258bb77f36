"""The language of formulas in custom fields: read, checked and computed over columns of values. Pure (docs/how-to/write-a-formula.md)."""
