"""Decoding side by side: threads, helper processes that may die alone, and what they share."""
