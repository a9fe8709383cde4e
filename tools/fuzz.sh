#!/usr/bin/env bash
# Runs each fuzz target of the module for FUZZTIME seconds (default 30), two at
# a time, and fails when one finds something. However many targets there are,
# all together take FUZZBUDGET seconds (default 450): each gets less when there
# are many. The failing input is kept in testdata/fuzz.
set -uo pipefail
cd "$(dirname "$0")/.."
each=${FUZZTIME:-30}
budget=${FUZZBUDGET:-450}
targets=$(git grep --untracked -oE '^func Fuzz[A-Za-z0-9_]*' -- '*_test.go' | sed -E 's|^(.*)/[^/]*:func (.*)$|\1 \2|' | sort -u)
[ -n "$targets" ] || exit 0
count=$(printf '%s\n' "$targets" | wc -l)
share=$((2 * budget / count))
[ "$share" -lt "$each" ] && each=$share
[ "$each" -lt 1 ] && each=1
export each
one() {
  log=$(mktemp)
  if go test -run '^$' -fuzz "^$2\$" -fuzztime "${each}s" -fuzzminimizetime 10x -parallel 1 -timeout 10m "./$1" >"$log" 2>&1; then
    echo "ok   fuzz $1 $2 ${each}s"
  else
    echo "FAIL fuzz $1 $2"; cat "$log"; rm -f "$log"; return 1
  fi
  rm -f "$log"
}
export -f one
printf '%s\n' "$targets" | xargs -P 2 -L 1 bash -c 'one "$0" "$1"'
