#!/usr/bin/env bash
# Runs every test of the packages named, then each fuzz target for FUZZTIME.
# Ends with a line "N passed, N failed, N skipped" and fails when a test fails.
set -uo pipefail
cd "$(dirname "$0")/.."
mkdir -p .local
log=.local/test.jsonl
# Where Node is, what the real CDK synthesises is applied too.
if command -v node >/dev/null && command -v npm >/dev/null; then tools/local.sh cdk >/dev/null; fi
# Packages that start Envoy or etcd run beside others, but few at a time: their
# bounds in time are about Sluice, not about a crowded machine.
go test -timeout 14m -p 2 -json "$@" >"$log"
status=$?
python3 tools/testreport.py "$log"
report=$?
if [ "$status" -ne 0 ] || [ "$report" -ne 0 ]; then exit 1; fi
if [ "${FUZZTIME:-0}" != 0 ]; then tools/fuzz.sh || exit 1; fi
tail -n 1 .local/test-summary.txt
