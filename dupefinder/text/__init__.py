"""Texts shared by command line and window: for codes of the engine and of actions, and figures.

Nothing here depends on either of the two.
"""
