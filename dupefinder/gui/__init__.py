"""The window, the only package with Qt: shows the findings of the engine, and takes decisions."""
