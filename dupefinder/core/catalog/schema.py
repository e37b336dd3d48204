"""The tables of the catalog and the steps from one version of them to the next.

Every name of a file or folder is a BLOB of `os.fsencode`, because a name that is not valid
text cannot be stored as TEXT. Fingerprints are BLOBs of little-endian 64-bit words, because
an SQLite integer has a sign. Small tables (`volumes`, `kinds`) turn the long names that recur
in every row into small numbers.
"""

APPLICATION_ID = 0x64757065
"""Marks an SQLite file as a catalog of this program ("dupe")."""

PAGE_SIZE_BYTES = 8192
"""Two pages hold the 96-pixel grey of a photo."""

FACT_COLUMNS = (
    "format",
    "width_px",
    "height_px",
    "exif_orientation",
    "mode",
    "bits_per_channel",
    "frames",
    "has_alpha",
    "is_raw",
    "is_lossless",
    "quality",
    "sharpness",
    "contrast",
    "taken",
    "camera",
    "has_gps",
    "has_caption",
    "rating",
    "decodes_in_full",
    "extras",
    "extras_digest",
    "icc_digest",
    "picture_digest",
    "word_digests",
    "exposure_ids",
    "parts",
)
"""The columns of `contents` that hold `PhotoFacts`, in the order of its fields."""

_OF_RESULTS = ("contents", "last_files", "last_problems", "last_scan", "pairs", "proofs")
"""Tables that the results of the last scan are made from."""

MIGRATIONS = (
    """
CREATE TABLE volumes (
    volume INTEGER PRIMARY KEY,
    volume_id BLOB NOT NULL UNIQUE
);
CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    volume INTEGER NOT NULL,
    relative_path BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    content_id INTEGER,
    problem_code TEXT,
    problem_detail TEXT NOT NULL DEFAULT '',
    needs_shield INTEGER NOT NULL DEFAULT 0,
    seen_scan INTEGER NOT NULL DEFAULT 0,
    UNIQUE (volume, relative_path)
);
CREATE INDEX files_by_content ON files (content_id) WHERE content_id IS NOT NULL;
CREATE TABLE in_flight (
    volume INTEGER NOT NULL,
    relative_path BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    PRIMARY KEY (volume, relative_path)
) WITHOUT ROWID;
CREATE TABLE contents (
    content_id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    parts_digest BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    fingerprint_version INTEGER NOT NULL,
    pixel_digest BLOB,
    detail_px INTEGER,
    format TEXT NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    exif_orientation INTEGER NOT NULL,
    mode TEXT NOT NULL,
    bits_per_channel INTEGER NOT NULL,
    frames INTEGER NOT NULL,
    has_alpha INTEGER NOT NULL,
    is_raw INTEGER NOT NULL,
    is_lossless INTEGER NOT NULL,
    quality INTEGER,
    sharpness REAL,
    contrast REAL,
    taken TEXT,
    camera TEXT,
    has_gps INTEGER NOT NULL,
    has_caption INTEGER NOT NULL,
    rating INTEGER,
    decodes_in_full INTEGER,
    extras TEXT NOT NULL,
    extras_digest BLOB,
    icc_digest BLOB,
    picture_digest BLOB
);
CREATE INDEX contents_by_parts ON contents (size_bytes, parts_digest);
CREATE TABLE pixels (
    content_id INTEGER PRIMARY KEY,
    chroma BLOB NOT NULL,
    grey BLOB NOT NULL,
    thumbnail BLOB NOT NULL
);
CREATE TABLE kinds (
    kind INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    variants INTEGER,
    words INTEGER
);
CREATE TABLE fingerprints (
    kind INTEGER NOT NULL,
    content_id INTEGER NOT NULL,
    words BLOB NOT NULL,
    PRIMARY KEY (kind, content_id)
) WITHOUT ROWID;
CREATE TABLE searches (
    kind INTEGER PRIMARY KEY,
    radius_bits INTEGER NOT NULL
);
CREATE TABLE searched (
    kind INTEGER NOT NULL,
    content_id INTEGER NOT NULL,
    PRIMARY KEY (kind, content_id)
) WITHOUT ROWID;
CREATE TABLE pairs (
    kind INTEGER NOT NULL,
    a INTEGER NOT NULL,
    b INTEGER NOT NULL CHECK (a < b),
    distance_bits INTEGER NOT NULL,
    orientation INTEGER NOT NULL,
    confirm_version INTEGER,
    evidence INTEGER,
    distance256_bits INTEGER,
    likeness REAL,
    PRIMARY KEY (kind, a, b)
) WITHOUT ROWID;
CREATE TABLE scans (
    scan_id INTEGER PRIMARY KEY,
    started_ns INTEGER NOT NULL,
    finished_ns INTEGER,
    duration_s REAL,
    folders BLOB NOT NULL
);
""",
    # 2
    """
CREATE TABLE last_files (
    path BLOB PRIMARY KEY,
    volume INTEGER NOT NULL,
    relative_path BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    device BLOB NOT NULL,
    inode BLOB NOT NULL,
    protected INTEGER NOT NULL,
    content_id INTEGER NOT NULL,
    is_gone INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE last_problems (
    path BLOB NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE TABLE last_scan (
    scan_id INTEGER NOT NULL,
    search_hash TEXT NOT NULL,
    rotations INTEGER NOT NULL,
    threshold_bits INTEGER NOT NULL,
    shown_bits INTEGER NOT NULL
);
""",
    # 3
    """
CREATE TABLE inner_pictures (
    content_id INTEGER PRIMARY KEY,
    "left" REAL NOT NULL,
    top REAL NOT NULL,
    "right" REAL NOT NULL,
    bottom REAL NOT NULL,
    grey BLOB NOT NULL
);
ALTER TABLE pairs ADD COLUMN view_a INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pairs ADD COLUMN view_b INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pairs ADD COLUMN placement BLOB;
""",
    # 4
    """
ALTER TABLE last_scan ADD COLUMN parts INTEGER NOT NULL DEFAULT 1;
""",
    # 5
    """
ALTER TABLE volumes ADD COLUMN name BLOB;
ALTER TABLE volumes ADD COLUMN seen_ns INTEGER;
""",
    # 6
    """
ALTER TABLE contents ADD COLUMN word_digests TEXT NOT NULL DEFAULT '';
""",
    # 7
    """
ALTER TABLE contents ADD COLUMN exposure_ids TEXT NOT NULL DEFAULT '';
""",
    # 8
    """
CREATE TABLE proofs (
    goes INTEGER NOT NULL,
    stays INTEGER NOT NULL,
    version INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    cause TEXT,
    differences TEXT NOT NULL,
    stays_is_poorer INTEGER NOT NULL,
    PRIMARY KEY (goes, stays)
) WITHOUT ROWID;
""",
    # 9
    """
ALTER TABLE contents ADD COLUMN parts BLOB NOT NULL DEFAULT x'';
""",
    # 10
    """
ALTER TABLE last_files ADD COLUMN is_new INTEGER NOT NULL DEFAULT 0;
ALTER TABLE last_scan ADD COLUMN preferred BLOB NOT NULL DEFAULT x'';
ALTER TABLE last_scan ADD COLUMN between_only INTEGER NOT NULL DEFAULT 0;
""",
    # 11
    """
CREATE TABLE kept_results (
    key BLOB NOT NULL,
    digest BLOB NOT NULL,
    is_current INTEGER NOT NULL
);
CREATE TABLE kept_parts (
    name TEXT NOT NULL,
    piece INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (name, piece)
);
"""
    + "".join(
        f"""
CREATE TRIGGER {table}_{event.lower()} AFTER {event} ON {table} BEGIN
    UPDATE kept_results SET is_current = 0 WHERE is_current;
END;
"""
        for table in _OF_RESULTS
        for event in ("INSERT", "UPDATE", "DELETE")
    ),
    # 12
    """
ALTER TABLE contents DROP COLUMN detail_px;
""",
)
"""SQL statements by version: the first makes the tables in an empty file, each other one changes
those of the version before. Statements that were released never change."""
