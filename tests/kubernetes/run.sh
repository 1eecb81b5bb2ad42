#!/usr/bin/env bash
# Runs the tests of the manifests with the program named; installs their npm packages when they are
# missing or another version.
#   run.sh PROGRAM
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ ! node_modules/.package-lock.json -nt package-lock.json ]]; then
  npm ci --no-audit --no-fund --silent
  touch node_modules/.package-lock.json
fi
TRANCHE="$1" exec node --test kubernetes.test.mjs
