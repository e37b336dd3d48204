"""Review: the groups, the photos of one side by side, and what is decided about them."""
