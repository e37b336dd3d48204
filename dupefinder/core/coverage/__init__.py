"""Coverage of backups by a library: the photos that given folders share."""
