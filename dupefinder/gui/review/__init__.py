"""Review: the groups, the photos of one side by side, and the decisions on them."""
