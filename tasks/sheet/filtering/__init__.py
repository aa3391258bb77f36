"""Which rows of a plan are shown: quick words and conditions over columns, in the address, in the database, on the page."""
