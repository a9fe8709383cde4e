#!/usr/bin/env bash
# Runs each fuzz target of the module for FUZZTIME (default 30s), two at a time,
# and fails when one finds something. The failing input is kept in testdata/fuzz.
set -uo pipefail
cd "$(dirname "$0")/.."
export FUZZTIME=${FUZZTIME:-30s}
targets=$(git grep -hlE '^func Fuzz' -- '*_test.go' 2>/dev/null | sort -u)
[ -n "$targets" ] || exit 0
one() {
  log=$(mktemp)
  if go test -run '^$' -fuzz "^$2\$" -fuzztime "$FUZZTIME" -parallel 1 -timeout 10m "./$1" >"$log" 2>&1; then
    echo "ok   fuzz $1 $2 $FUZZTIME"
  else
    echo "FAIL fuzz $1 $2"; cat "$log"; rm -f "$log"; return 1
  fi
  rm -f "$log"
}
export -f one
for file in $targets; do
  dir=$(dirname "$file")
  grep -oE '^func Fuzz[A-Za-z0-9_]*' "$file" | sed "s|^func |$dir |"
done | xargs -P 2 -L 1 bash -c 'one "$0" "$1"'
