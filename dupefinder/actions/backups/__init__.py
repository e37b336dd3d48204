"""Actions on the answer of a comparison: copy what a library lacks, remove what it already has."""
