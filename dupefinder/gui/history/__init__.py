"""History: what was removed, and bringing it back."""
