"""What an instructor runs: build, validate, grade.  Nothing in `course` or `release` knows of it."""

import sys

# jsonschema, which nbformat loads, parses a grammar for international web addresses while it is imported.
# That takes 1.7 s in every process, and no notebook schema has such an address; without it the format is unchecked.
# Nor has one a duration or any of the other formats that jsonschema loads something for.
for each in ("rfc3987_syntax", "isoduration", "rfc3986_validator", "rfc3339_validator", "webcolors", "fqdn"):
    sys.modules.setdefault(each, None)  # type: ignore[arg-type]
