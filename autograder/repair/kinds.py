"""What people hand in that is no notebook, told by its name, and what has to be done about it."""

KINDS = {
    "an archive: unpack it, and put the notebook itself there": (
        *(".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"),
    ),
    "a printout: ask for the notebook itself": (
        *(".pdf", ".html", ".htm", ".mhtml", ".docx", ".doc", ".odt", ".rtf", ".tex", ".md", ".pptx"),
        *(".png", ".jpg", ".jpeg", ".heic", ".gif", ".webp"),
    ),
    "code without the cells: ask for the notebook itself": (".py", ".r", ".m", ".ipynb.py"),
    "a link to a file elsewhere: ask for the file itself": (".gdoc", ".url", ".webloc", ".lnk", ".desktop"),
    "a download that was not finished: ask for it again": (".crdownload", ".part", ".partial", ".download"),
}
"""What a file is, with the cure -> the endings by which it is told."""

UNKNOWN = "no notebook: ask for the notebook itself"


def kind(name: str) -> str:
    """Return what a file that holds no notebook is by its name, with the cure."""
    bare = name.rstrip(" .").lower()
    return next((said for said, endings in KINDS.items() if bare.endswith(endings)), UNKNOWN)
