"""Search by photo: a photo is shown, and its near-duplicates in the catalog are found."""
