# shellcheck shell=bash
# `./trainwreck test --planted [--layer L,S,U] [PATTERN]`, sourced by the wrapper, whose say() and
# $planted it uses. All bugs of tests/planted are in one copy of the sources, each behind a switch.
planted_sources=$PWD/build/planted/src
planted_build=$PWD/build/planted/build

python3 tests/planted/plant.py >&2 || exit 2
if [[ ! -f $planted_build/build.ninja ]]; then
  say "Configuring build/planted/build"
  cmake -S "$planted_sources" -B "$planted_build" -G Ninja -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_CXX_FLAGS="-O1 -g0 -include $PWD/build/planted/planted_switch.h" \
    >build/planted/configure.log 2>&1 || {
    cat build/planted/configure.log >&2
    exit 3
  }
fi
ninja --quiet -C "$planted_build" -j "$(nproc)" trainwreck engine_tests faults_tests scenarios_tests \
  observations_tests fuzz_tests >build/planted/build.log 2>&1 || {
  grep -E -A 12 'error|FAILED' build/planted/build.log >&2 || tail -n 60 build/planted/build.log >&2
  say "The copy with the planted bugs does not compile; build/planted/build.log has all of it."
  exit 3
}
python3 tests/planted/judge.py "${planted[@]}"
