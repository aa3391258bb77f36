"""What was agreed on, and how far the plan has come from it."""
