#!/usr/bin/env bash
# Runs every static check, all of them even when one fails, and says how each went.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

names=(types migrations contracts templates scripts translations accessibility asvs privacy format lint)
check_migrations() {
  local instance=$logs/instance
  mkdir "$instance"
  CONSULT_INSTANCE_PATH=$instance CONSULT_DATABASE_URL=sqlite:///$instance/check.sqlite "$bin/consult" db upgrade &&
    CONSULT_INSTANCE_PATH=$instance CONSULT_DATABASE_URL=sqlite:///$instance/check.sqlite "$bin/consult" db check
}
check_types() { "$bin/mypy"; }
check_contracts() { "$bin/lint-imports" --no-logo; }
check_templates() { "$bin/djlint" templates --lint --quiet; }
check_scripts() { # every module is syntax that browsers take
  local module status=0
  for module in consult/static/js/*.js; do
    node --input-type=module --check <"$module" || { echo "in $module"; status=1; }
  done
  return $status
}
check_translations() { "$bin/python" scripts/check_translations.py; }
check_accessibility() { "$bin/python" scripts/accessibility.py --check; }
check_asvs() { "$bin/python" scripts/asvs.py; }
check_privacy() { "$bin/python" scripts/data_map.py; }
check_format() { "$bin/ruff" format --check; }
check_lint() { "$bin/ruff" check; }

timed() { # writes what the check says, then its status and its seconds
  local began=$EPOCHREALTIME status=0
  "check_$1" >"$logs/$1.txt" 2>&1 || status=$?
  echo "$status $(((${EPOCHREALTIME/[.,]/} - ${began/[.,]/}) / 100000))" >"$logs/$1.status"
}

for name in "${names[@]}"; do
  timed "$name" &
done
wait

failed=0
for name in "${names[@]}"; do
  read -r status tenths <"$logs/$name.status"
  if [ "$status" = 0 ]; then
    printf '  ok      %-13s %3d.%d s\n' "$name" $((tenths / 10)) $((tenths % 10))
  else
    failed=$((failed + 1))
    printf '  FAILED  %-13s %3d.%d s\n' "$name" $((tenths / 10)) $((tenths % 10))
    sed 's/^/          /' "$logs/$name.txt"
  fi
done
[ "$failed" = 0 ] || { echo "check: $failed of ${#names[@]} failed"; exit 1; }
echo "check: all ${#names[@]} passed"
