#!/usr/bin/env bash
# Prints the first Python 3.11 or later on this machine ($PYTHON is asked first); says so when there is none.
set -euo pipefail

for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11; do
  if command -v "$candidate" >/dev/null &&
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    command -v "$candidate"
    exit 0
  fi
done
echo "Consult needs Python 3.11 or later; install it, or name one with PYTHON=/path/to/python make demo." >&2
exit 1
