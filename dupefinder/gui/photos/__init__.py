"""Sources of pictures for the window, and the desktop's programs that show a photo."""
