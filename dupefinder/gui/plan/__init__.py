"""Acting: the plan before it, the strip after it."""
