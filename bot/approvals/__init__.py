"""Who must approve what, and what became of it: pure functions over the approval record."""
