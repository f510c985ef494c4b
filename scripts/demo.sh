#!/usr/bin/env bash
# The main job: a migrated database, the demonstration when the database is empty, the server and its worker.
# PORT (8000) and FRESH=1 (start over) come from the environment; `make demo` prepares everything else.
set -euo pipefail
cd "$(dirname "$0")/.."

export CONSULT_DEMONSTRATION=1
export CONSULT_INSTANCE_PATH=${CONSULT_INSTANCE_PATH:-instance}
port=${PORT:-8000}
# A line per request would drown how to sign in; CONSULT_LOG_LEVEL=INFO brings them back.
export CONSULT_LOG_LEVEL=${CONSULT_LOG_LEVEL:-WARNING}
export CONSULT_BASE_URL=${CONSULT_BASE_URL:-http://127.0.0.1:$port}
# Who publishes, in the legal notice: as invented as the rest.
export CONSULT_LEGAL_NAME=${CONSULT_LEGAL_NAME:-Communauté de communes des Rives d’Ambrelle (démonstration)}
export CONSULT_LEGAL_ADDRESS=${CONSULT_LEGAL_ADDRESS:-1, place du Préau, 00000 Ambrelle}
export CONSULT_LEGAL_EMAIL=${CONSULT_LEGAL_EMAIL:-concertation@rives-d-ambrelle.example}
export CONSULT_LEGAL_DIRECTOR=${CONSULT_LEGAL_DIRECTOR:-Jeanne Rivoire, présidente}
export CONSULT_LEGAL_HOST=${CONSULT_LEGAL_HOST:-La machine sur laquelle tourne cette démonstration}
export CONSULT_LEGAL_DATA_PROTECTION=${CONSULT_LEGAL_DATA_PROTECTION:-donnees@rives-d-ambrelle.example}
consult=.venv/bin/consult
instance=$CONSULT_INSTANCE_PATH
packages=$instance/demo-packages

# A step runs beside this shell, so that a signal reaches it at once and not when it has ended.
step=
stop() {
  [ -z "$step" ] || kill -TERM "$step" 2>/dev/null || true
  wait || true
  exit 143
}
trap stop INT TERM
run() {
  "$@" &
  step=$!
  local status=0
  wait "$step" || status=$?
  step=
  return "$status"
}

if [ "${FRESH:-}" = 1 ]; then
  echo "demo: starting over"
  rm -rf "$instance"/consult.sqlite "$instance"/consult.sqlite-* "$instance"/queue "$instance"/mailbox "$packages"
fi

run "$consult" db upgrade
empty=0
run "$consult" demo status || empty=$?
rule=$(printf '%.0s─' {1..78})
case $empty in
0)
  run .venv/bin/python demo/build.py --output "$packages"
  run "$consult" import --demonstration "$packages"/*/
  echo "$rule"
  run "$consult" demo finish
  ;;
1) # what is there already is kept
  echo "$rule"
  run "$consult" demo sign-in
  ;;
*) exit "$empty" ;;
esac

echo "$rule"

trap - INT TERM
exec "$consult" serve --port "$port"
