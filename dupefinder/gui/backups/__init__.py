"""The Backups page: compare backups with a library, review missing photos, and act."""
