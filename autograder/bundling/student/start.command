#!/bin/sh
# Opens the course: a double click on macOS, `sh start.sh` on Linux.
cd "$(dirname "$0")" || exit 1
if [ ! -f start.py ]; then echo "Unpack the whole zip first."; exit 1; fi
for python in python3.13 python3.12 python3.11 python3.14 python3; do
  if command -v "$python" >/dev/null 2>&1 &&
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
    exec "$python" start.py "$@"
  fi
done
echo "Python 3.11 to 3.14 is needed. Get one at https://www.python.org/downloads/, then start this again."
exit 1
