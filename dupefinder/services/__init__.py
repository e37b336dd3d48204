"""Services for the command line and window: scans, marks, removals, history, backups, search.

Each module has the requests of one kind, as functions or as a session that keeps a resource open.
Nothing here knows Qt or the command line; the window and the command line call nothing below.
Sessions are used by one thread at a time.
"""
