"""The Folders page: folders to scan, their roles, and how photos are matched."""
