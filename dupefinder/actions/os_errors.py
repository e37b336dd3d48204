"""What the system says of a fault, as details of reasons carry it."""


def os_error_text(error: Exception) -> str:
    """The system's own words; what the error says where it has none."""
    return getattr(error, "strerror", None) or str(error)
