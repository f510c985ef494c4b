#!/usr/bin/env bash
# Installs what pip cannot bring: the libraries of the PDF renderer and, for tests, a database server, a browser
# and the PDF tools; for the audit also Java, which the HTML checker runs on. Only what is missing; without the
# right to install, one sentence says what to ask for.
# Usage: scripts/system_packages.sh runtime|test|audit
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/sbin:/usr/sbin

# The list is held in a variable: a pipe that grep leaves early would count as a failure.
libraries=$(ldconfig -p 2>/dev/null || true)
has_library() { [[ $libraries == *"$1"* ]]; }
has_command() { command -v "$1" >/dev/null; }
has_file() { compgen -G "$1" >/dev/null; }

missing=()
want() { # want PACKAGE CHECK ARGUMENT
  "$2" "$3" || missing+=("$1")
}

can_create_environments() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

want python3-venv can_create_environments "$(scripts/find_python.sh)"
want libpango-1.0-0 has_library libpango-1.0.so.0
want libpangoft2-1.0-0 has_library libpangoft2-1.0.so.0
want libharfbuzz-subset0 has_library libharfbuzz-subset.so.0
want fonts-dejavu-core has_file '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'
if [ "${1:-runtime}" != runtime ]; then
  want postgresql has_file '/usr/lib/postgresql/*/bin/initdb'
  want chromium has_command chromium
  want poppler-utils has_command pdftotext
fi
if [ "${1:-runtime}" = audit ]; then
  want default-jre-headless has_command java
fi

[ ${#missing[@]} -gt 0 ] || exit 0

if ! has_command apt-get; then
  installer=()
elif [ "$(id -u)" = 0 ]; then
  installer=(env DEBIAN_FRONTEND=noninteractive apt-get)
elif has_command sudo && sudo --non-interactive true 2>/dev/null; then
  installer=(sudo --non-interactive env DEBIAN_FRONTEND=noninteractive apt-get)
else
  installer=()
fi

if [ ${#installer[@]} -eq 0 ]; then
  echo "Consult needs ${missing[*]}, which this account may not install: ask for 'apt-get install ${missing[*]}'." >&2
  exit 1
fi

install=("${installer[@]}" -qq -o DPkg::Lock::Timeout=120 install --yes --no-install-recommends "${missing[@]}")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "system: installing ${missing[*]}"
# The package lists are fetched only when the ones at hand do not do.
"${install[@]}" >"$log" 2>&1 ||
  { "${installer[@]}" -qq update && "${install[@]}"; } >"$log" 2>&1 ||
  { cat "$log" >&2; echo "Consult needs ${missing[*]}, and apt-get could not install them." >&2; exit 1; }
