"""Judges a history of transactions on lists: whether one order of all of them explains what each was told. Pure."""
