"""The tables of the journal, and how those of an earlier version become them."""

MIGRATIONS = (
    # Every path is a BLOB of `os.fsencode`: a name that is not valid text cannot be stored as
    # TEXT.
    """
    CREATE TABLE actions (
        action_id INTEGER PRIMARY KEY AUTOINCREMENT,
        started_ns INTEGER NOT NULL,
        finished_ns INTEGER,
        undone_ns INTEGER
    );
    CREATE TABLE steps (
        step_id INTEGER PRIMARY KEY AUTOINCREMENT,
        action_id INTEGER NOT NULL REFERENCES actions,
        path BLOB NOT NULL,
        size_bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        digest BLOB NOT NULL,
        survivor BLOB NOT NULL,
        evidence TEXT NOT NULL,
        state TEXT NOT NULL,
        trash_path BLOB,
        skip_code TEXT,
        skip_detail BLOB
    );
    CREATE INDEX steps_by_action ON steps (action_id);
    CREATE INDEX steps_unsettled ON steps (state) WHERE state IN ('intended', 'undoing');
    """,
    # 2: kinds of action; what a file went for, so that months later it is still known.
    """
    ALTER TABLE actions ADD COLUMN kind TEXT NOT NULL DEFAULT 'trash';
    ALTER TABLE actions ADD COLUMN target BLOB;
    ALTER TABLE steps RENAME COLUMN trash_path TO place;
    ALTER TABLE steps ADD COLUMN kind TEXT NOT NULL DEFAULT 'trash';
    ALTER TABLE steps ADD COLUMN survivor_digest BLOB NOT NULL DEFAULT x'';
    ALTER TABLE steps ADD COLUMN survivor_size_bytes INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE steps ADD COLUMN attributes BLOB NOT NULL DEFAULT x'';
    UPDATE steps SET survivor_digest = digest, survivor_size_bytes = size_bytes
        WHERE evidence = 'same-bytes';
    CREATE INDEX steps_by_survivor ON steps (survivor_digest);
    """,
)
"""What makes each version of the one before, the first of an empty file. Steps that were released
never change."""
