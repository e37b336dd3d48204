"""The Search page: near-duplicates of a photo in the catalog."""
