"""The program's own files: private folders, and SQLite files with versions, locks and repair.

It knows nothing of photos. A store (catalog, journal, decisions) describes its file by a
`DatabaseFormat`, whose errors are raised, and builds on `Database`.
"""
