"""Files whose content lies in a cloud: reading one would download it, so none is opened.

Windows and macOS say so in a file's attributes. Other systems do not, but a file without a
single allocated block has no content here. That sign needs care:

- Small files may live inside the inode or the directory (ext4, btrfs, NTFS), without a block:
  only files above `INLINE_BYTES` count.
- Network, FUSE and overlay systems may report no blocks for any file: the walk believes the
  sign only on local file systems known to report them, or where another file of the same
  device has some, and never on a network.
- macOS keeps files that it compressed in an attribute, without a block: those are flagged.
- A sparse file that is one hole looks the same. It holds zeros only, thus no photo.
"""

from dupefinder.core.picture_names import PHOTO_EXTENSIONS, extension

INLINE_BYTES = 4096
"""The largest file that a file system keeps without a block of its own."""

_ATTRIBUTES = (
    (0x400000, "FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS"),
    (0x40000, "FILE_ATTRIBUTE_RECALL_ON_OPEN"),
    (0x1000, "FILE_ATTRIBUTE_OFFLINE"),
)
_SF_DATALESS = 0x40000000
_UF_COMPRESSED = 0x20


def recall_sign(status: object) -> str | None:
    """The attribute by which the system says that the content is elsewhere; None without one.

    Args:
        status: What `os.stat` gave, or anything with its fields.
    """
    attributes = getattr(status, "st_file_attributes", 0)
    for bit, name in _ATTRIBUTES:
        if attributes & bit:
            return name
    return "SF_DATALESS" if getattr(status, "st_flags", 0) & _SF_DATALESS else None


def has_no_blocks(status: object) -> bool:
    """True for a file too large for the inode without an allocated block.

    Args:
        status: What `os.stat` gave, or anything with its fields.
    """
    return (
        getattr(status, "st_blocks", None) == 0
        and getattr(status, "st_size", 0) > INLINE_BYTES
        and not getattr(status, "st_flags", 0) & _UF_COMPRESSED
    )


def stands_for_photo(name: str) -> bool:
    """True for the small file that iCloud Drive, Nextcloud or ownCloud puts in a photo's place.

    iCloud writes ".IMG_1.HEIC.icloud", the others "IMG_1.HEIC.nextcloud" and ".owncloud".
    """
    original, _, last = name.rpartition(".")
    return last in ("icloud", "nextcloud", "owncloud") and extension(original) in PHOTO_EXTENSIONS
