"""The chosen group in Review: a head, and a card for each of its photos."""
