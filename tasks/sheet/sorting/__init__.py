"""The order of rows: by up to three columns, within the tree or as a flat list, as an address carries it in `?sort=`."""
