"""Views of the sheet: columns, filter, order and chart under a name, which an address carries as `?view=`."""
