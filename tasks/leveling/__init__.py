"""Levelling: from the plan of a site to a levelled one, applied as one change and taken back as one."""
