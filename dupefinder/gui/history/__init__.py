"""The History page: actions and undo, quarantine folders, photos called different."""
