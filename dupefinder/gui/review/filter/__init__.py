"""The filter of Review: its field, its menu with chips, and the similarity of matches."""
