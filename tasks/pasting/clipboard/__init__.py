"""What a clipboard holds, as other programs write it: read into a table, and written from one. Pure."""
