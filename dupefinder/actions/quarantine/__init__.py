"""Setting aside: files wait in a quarantine folder on their own volume, in the tree that they left.

Beside each tree lies its manifest, with which they come back months later: by the program, by
hand where the journal is lost, or to a folder that the person names.
"""
