"""Setting aside: files wait in a holding folder on their own volume, in the tree that they left.

Beside each tree lies its manifest, with which they come back months later, by the program or by
hand, whatever became of catalog and journal.
"""
