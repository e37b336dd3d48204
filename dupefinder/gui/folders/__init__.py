"""The first page: which folders are looked at, their roles, and how photos are matched."""
