"""The window: the only room with Qt. It shows what the engine finds and asks what to do."""
