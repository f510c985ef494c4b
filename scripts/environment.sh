#!/usr/bin/env bash
# Prepares .venv from requirements/<lock>.lock, hashes checked, with the project itself installed editable.
# Usage: scripts/environment.sh runtime|dev
set -euo pipefail
cd "$(dirname "$0")/.."
lock=requirements/$1.lock

python=$(scripts/find_python.sh)
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  rm -rf .venv
  "$python" -m venv .venv || {
    echo "$python cannot create virtual environments; on Debian and Ubuntu: apt-get install python3-venv." >&2
    exit 1
  }
fi

pip=(.venv/bin/python -m pip --disable-pip-version-check --no-input)
echo "environment: installing $lock"
"${pip[@]}" install -qq --require-hashes --only-binary :all: -r "$lock"
"${pip[@]}" install -qq --no-deps --no-build-isolation --editable .
