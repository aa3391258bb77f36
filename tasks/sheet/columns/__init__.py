"""The columns of a plan: what a sheet, a drawer, the table beside the chart and a report show of a task."""
