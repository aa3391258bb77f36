"""Reports that are made and mailed by a rule."""
