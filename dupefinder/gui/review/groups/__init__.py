"""The groups in Review: which are shown, their list, and its painting."""
