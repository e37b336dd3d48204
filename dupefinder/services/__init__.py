"""Services for the command line and window: scans, marks, removals, history, backups, search.

Each module has the requests of one kind, as functions or as a session that keeps a resource open.
Nothing here depends on Qt or the command line; both call services rather than the layers below.
Sessions are used by one thread at a time.
"""
