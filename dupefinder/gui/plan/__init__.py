"""The Plan page: every photo that would go, and the button that carries it out."""
