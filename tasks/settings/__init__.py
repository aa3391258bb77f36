"""What the dates of a plan are computed by: from which end, until which day, by which calendar, in days of how many hours."""
