"""What an instructor runs: build, validate, grade.  Nothing in `course` or `release` knows of it."""

import sys

# jsonschema, which nbformat loads, parses a grammar for international web addresses while it is imported.
# That takes 1.7 s in every process, and no notebook schema has such an address; without it the format is unchecked.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
sys.modules.setdefault("isoduration", None)  # type: ignore[arg-type]  # nor a duration: a tenth of a second more
