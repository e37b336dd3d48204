"""History: what was moved to the trash, what became of it, and the way back."""
