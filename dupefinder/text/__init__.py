"""Every word a person reads, once: texts for the codes of the engine and of actions, and figures.

The command line and the window share these; neither is needed here.
"""
