"""Files that belong to a photo without being it: films, edits, metadata, the RAW beside a JPEG.

Whatever shares a photo's name is its companion, in its folder or in one of companions (see
`folders_beside` and `sibling_folders`), whether the program that wrote it is known or not. Pictures
are not: they are judged themselves, unless they have the photo's whole name and more. Nor are files
that programs make anew by themselves. In doubt a file is a companion: then its photo is left where
it is. What a name says beyond that, by who writes it:

- Live Photos: a film of the photo's stem ("IMG_1.MOV"; exported also "IMG_1_HEVC.MOV",
  "IMG_1.HEIC.MOV"); motion photos that Google parted: "PXL_1.MP" or "PXL_1.mp4".
- Metadata: "IMG_1.xmp" (Adobe), "IMG_1.CR2.xmp" (darktable, digiKam; "IMG_1_01.CR2.xmp" for a
  further version).
- Apple's edits: "IMG_1234.AAE" and "IMG_O1234.AAE" or "IMG_1234O.aae" belong to "IMG_1234.HEIC"
  and to its edited rendering "IMG_E1234.HEIC".
- ExifTool's "IMG_1.jpg_original", Picasa's ".picasaoriginals": the photo before it was changed.
- Google Takeout: "IMG_1.jpg.json", "IMG_1.jpg.supplemental-metadata.json", both cut off where
  the name would be too long, without a copy's number or an edit's suffix: "IMG_1.jpg(1).json"
  belongs to "IMG_1(1).jpg", "IMG_1.jpg.json" also to "IMG_1-edited.jpg". The title in it decides
  between several photos; where it names another one, nobody knows whose it is.
- Canon's voice memos: "SND_0001.WAV" of "IMG_0001.JPG".
- A folder of the photo's name without photos in it: "IMG_1/notes.txt".
- Packages, folders that a Mac shows as one file: "IMG_1.pxd".
- Hidden files: ".IMG_1.jpg.meta". Notes with a word behind the number: "IMG_1-voice.m4a".
- Files of a whole folder that say something of its photos, see `folder_texts`.
"""

from dupefinder.core.companions.folder_companions import FolderCompanions, companions_of

__all__ = ["FolderCompanions", "companions_of"]
