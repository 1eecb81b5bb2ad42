#!/usr/bin/env bash
# Installs the build, has the installed command make a project, builds that against the installed SDK, runs
# its tests, and plays its strategy as users do: inline, in processes and in an ensemble, all of which must
# end in the same digest. With TRANCHE_SLOW_TESTS=1 projects of the other roles too.
#   external_project.sh BUILD COMPILER
set -euo pipefail

build_dir="$1"
compiler="$2"
work="$(mktemp --directory)"
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() { echo "$*" >&2; exit 1; }
digest_of() { sed -n 's/.*"digest":"\([0-9a-f]*\)".*/\1/p' "$1"; }

echo "-- cmake --install"
cmake --install "$build_dir" --prefix "$work/prefix" > install.txt || { cat install.txt; exit 1; }
export PATH="$work/prefix/bin:$PATH"
[[ ! -e prefix/include/tranche/sim/market.h ]] || fail "the market's inner state is installed"

echo "-- tranche agent new"
tranche agent new investor bold-investor
for name in Bold bold--x class value-investor; do
  if tranche agent new investor "$name" --directory refused 2> refused.txt; then fail "made $name"; fi
  grep -q "tranche agent new: " refused.txt
done
[[ ! -e refused ]]
if tranche agent new investor bold-investor 2> refused.txt; then fail "overwrote a project"; fi
grep -q "not empty" refused.txt

echo "-- the project builds and its tests pass"
build() {
  cmake -S "$1" -B "$1/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" > configure.txt \
    || { cat configure.txt; exit 1; }
  cmake --build "$1/build" > build.txt || { cat build.txt; exit 1; }
}
build bold-investor
ctest --test-dir bold-investor/build --output-on-failure

echo "-- its strategy plays"
cat > bold.textproto <<END
extends: "$work/prefix/share/tranche/scenarios/duopoly.textproto"
name: "bold"
agents { name: "harbor-fund" strategy: "bold-investor" }
END
plugin=(--plugin bold-investor/build/libbold_investor.so)
tranche validate bold.textproto "${plugin[@]}"
if tranche validate bold.textproto > without.txt; then fail "the strategy is there without its plug-in"; fi
tranche run bold.textproto "${plugin[@]}" --inline --json --quiet --log inline.tranche > inline.json
tranche run bold.textproto "${plugin[@]}" --json --quiet --log processes.tranche > processes.json
tranche sweep bold.textproto "${plugin[@]}" --seeds 1..2 --quiet --logs logs -o results.db
tranche replay logs/bold-p0-s1.tranche --json > sweep.json
expected="$(digest_of inline.json)"
[[ -n "$expected" ]] || fail "no digest"
for run in processes sweep; do
  [[ "$(digest_of "$run.json")" == "$expected" ]] || fail "$run: $(digest_of "$run.json"), not $expected"
done
tranche diff inline.tranche processes.tranche
tranche run bold.textproto "${plugin[@]}" --strategy harbor-fund=value-investor --inline --json --quiet \
  --log default.tranche > default.json
[[ "$(digest_of default.json)" != "$expected" ]] || fail "the strategy makes no difference"

echo "-- its twin in Python, with Debian's packages alone"
tranche agent new investor bold-investor --lang python --directory twin
export PYTHONPATH="$work/prefix/share/tranche/python"
(cd twin && /usr/bin/python3 -m unittest --verbose bold_investor_test.py)
# A registered strategy plays under the external name too: then the runs are the same to the digest.
duopoly="$work/prefix/share/tranche/scenarios/duopoly.textproto"
play=(--json --quiet --strategy harbor-fund=external:bold-investor)
tranche run "$duopoly" "${play[@]}" --inline "${plugin[@]}" --log cpp.tranche > cpp.json
tranche run "$duopoly" "${play[@]}" --agent-command harbor-fund="/usr/bin/python3 twin/bold_investor.py" \
  --log python.tranche > python.json
[[ "$(digest_of python.json)" == "$(digest_of cpp.json)" ]] || fail "Python: $(digest_of python.json), not $(digest_of cpp.json)"
echo "-- one digest: $expected, and under the external name $(digest_of python.json)"

if [[ -z "${TRANCHE_SLOW_TESTS:-}" ]]; then
  echo "-- the other roles are for TRANCHE_SLOW_TESTS=1"
  exit 0
fi
for role in lab cloud regulator; do
  echo "-- a $role"
  tranche agent new "$role" "my-$role"
  build "my-$role"
  ctest --test-dir "my-$role/build" --output-on-failure
  tranche agent new "$role" "my-$role" --lang python --directory "python-$role"
  (cd "python-$role" && /usr/bin/python3 -m unittest "my_${role}_test.py")
done
