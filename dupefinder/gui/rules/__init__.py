"""Choosing by rules: the page, its list of rules, their words."""
