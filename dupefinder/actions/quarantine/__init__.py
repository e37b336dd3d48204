"""Quarantine: files wait in a folder on their own volume, in their old tree.

A manifest beside each tree lets them come back months later: by the program, by hand if the journal
is lost, or to a folder that the person names.
"""
