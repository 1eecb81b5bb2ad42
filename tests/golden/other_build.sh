#!/usr/bin/env bash
# Builds the core with the other compiler, without optimisation, and plays the golden runs: what a
# run comes to must not depend on how Tranche was built. Usage: other_build.sh SOURCE_DIR BUILD_DIR
set -euo pipefail
source_dir=$1
build_dir=$2
cmake -S "$source_dir" -B "$build_dir" -G Ninja \
  -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 >/dev/null
cmake --build "$build_dir" --target golden_digest -- -j "${JOBS:-2}" >"$build_dir/build.txt" ||
  { cat "$build_dir/build.txt"; exit 1; }
"$build_dir/tests/golden_digest" "$source_dir"
