"""Decisions on groups, without Qt: rules that choose, and summaries of what there is to decide."""
