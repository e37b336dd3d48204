"""The Compare page: photos side by side over the whole window, down to the pixel."""
