# shellcheck shell=bash
# The parts of `./trainwreck test`, sourced by the wrapper, whose build() and $full it uses. A part
# that cannot run is a failure, and the other parts go on.
source tests/results.sh
results=build/results

# part NAME COMMAND...: a heading, the counts and the time. The command reports its failures itself.
part() {
  local name=$1 start=$SECONDS before="$passed $failed"
  shift
  say "== $name"
  "$@" || fail "$name (could not run)"
  say "   $((passed - ${before% *})) passed, $((failed - ${before#* })) failed, $((SECONDS - start)) s"
}

run_shard() {
  local program=$1 shard=$2 shards=$3 out=$4 filter=$5
  mkdir -p "$out.tmp"
  local status=0
  GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$shard TMPDIR=$PWD/$out.tmp \
    "${launcher[@]}" timeout --kill-after=10 600 "$program" --gtest_color=no \
    "--gtest_filter=$filter" "--gtest_output=xml:$PWD/$out.xml" >"$out.log" 2>&1 </dev/null || status=$?
  echo "$status" >"$out.status"
  rm -rf "$out.tmp"
}

# unit_tests PRESET TARGET FILTER: every test program of a build, its tests dealt out to the cores.
unit_tests() {
  local preset=$1 target=$2 filter=$3 program name out shard shards ran=0
  if ! build "$preset" "$target"; then
    fail "build of $preset"
    return
  fi
  shards=$(($(nproc) > 1 ? 4 * $(nproc) : 1))
  rm -rf "${results:?}/$preset"
  mkdir -p "$results/$preset"
  while read -r program; do
    [[ -n $program ]] || continue
    program=build/$preset/tests/$program
    for ((shard = 0; shard < shards; shard++)); do
      while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n || true; done
      run_shard "$program" $shard $shards "$results/$preset/${program##*/}.$shard" "$filter" &
    done
  done <"build/$preset/tests/programs.txt"
  wait
  for out in "$results/$preset"/*.status; do
    [[ -f $out ]] || continue
    ran=$((ran + 1))
    out=${out%.status}
    name=${out##*/}
    count "$preset ${name%.*}" "$out.xml" "$(<"$out.status")" "$out.log"
  done
  ((ran > 0)) || fail "$preset (no test program was built)"
}

# Every scenario of the library, under every profile that it speaks of.
library() {
  local log=$results/library.log status=0
  rm -f "$results"/library.*
  build/dev/trainwreck run scenarios/library --all --junit "$results/library.xml" \
    >"$log" 2>&1 </dev/null || status=$?
  count library "$results/library.xml" $status "$log"
}

# The package is moved after its installation: it must not know where it was put.
consumer() {
  local log=$results/consumer.log status=0
  rm -rf build/staged build/installed build/consumer "$results"/consumer.*
  if ! { cmake --install build/dev --prefix build/staged >/dev/null && mv build/staged build/installed &&
    cmake -S tests/consumer -B build/consumer -G Ninja -DCMAKE_PREFIX_PATH="$PWD/build/installed" &&
    ninja -C build/consumer -j "$(nproc)"; } >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    fail "consumer of the installed package (install or build)"
    return
  fi
  ctest --test-dir build/consumer --output-on-failure --no-tests=error --timeout 120 \
    --output-junit "$PWD/$results/consumer.xml" >>"$log" 2>&1 || status=$?
  count consumer "$results/consumer.xml" $status "$log"
}

# one NAME COMMAND...: counts a command that has no finer results than its exit status.
one() {
  local name=$1 log=$results/${1// /_}.log
  shift
  if "$@" >"$log" 2>&1 </dev/null; then
    passed=$((passed + 1))
  else
    tail -n 60 "$log" >&2
    fail "$name"
  fi
}

# Each benchmark runs for a moment: not to measure, but to see that it still can.
benchmarks() {
  local program
  if ! build bench all; then
    fail "build of bench"
    return
  fi
  for program in bench/bench_*.cpp; do
    program=$(basename "$program" .cpp)
    one "$program" timeout 300 "build/bench/$program" --benchmark_min_time=0.01
  done
}

fuzzing() {
  local program
  if ! build fuzz all; then
    fail "build of fuzz"
    return
  fi
  for program in fuzz/fuzz_*.cpp; do
    program=$(basename "$program" .cpp)
    mkdir -p "build/fuzz/corpus_$program"
    one "$program" "build/fuzz/$program" -max_total_time=20 "build/fuzz/corpus_$program" \
      "fuzz/${program/#fuzz_/corpus_}"
  done
}

coverage() {
  local objects=() program
  export LLVM_PROFILE_FILE=$PWD/$results/coverage.%p.profraw
  rm -f "$results"/coverage.*
  unit_tests coverage tests '*'
  while read -r program; do objects+=(-object "build/coverage/tests/$program"); done \
    <build/coverage/tests/programs.txt
  llvm-profdata merge -o "$results/coverage.profdata" "$results"/coverage.*.profraw
  rm -f "$results"/coverage.*.profraw
  unset LLVM_PROFILE_FILE
  llvm-cov report "${objects[@]:1}" -instr-profile "$results/coverage.profdata" \
    -ignore-filename-regex '/(tests|catalogs|usr)/' >"$results/coverage.txt"
  say "   lines covered: $(awk '/^TOTAL/ {print $10}' "$results/coverage.txt"), details in $results/coverage.txt"
}

formatting() {
  local files=()
  mapfile -t files < <(find engine faults scenarios fuzz bench tests -name '*.h' -o -name '*.cpp')
  clang-format --dry-run -Werror "${files[@]}"
}

export UBSAN_OPTIONS=print_stacktrace=1
launcher=()
mkdir -p "$results"
part "unit tests" unit_tests dev all '*'
part "scenarios of the library" library
part "consumer of the installed package" consumer
part "unit tests under address and undefined behaviour sanitizers" unit_tests asan tests '*'
# The kernel may randomise addresses more than this thread sanitizer understands.
setarch "$(uname -m)" -R true 2>/dev/null && launcher=(setarch "$(uname -m)" -R)
part "threads under the thread sanitizer" unit_tests tsan tests '*Worker*:*Executor*:*Thread*'
launcher=()

if ${full:?}; then
  part "formatting" one clang-format formatting
  part "clang-tidy" one clang-tidy build tidy -k 0 all
  compgen -G 'bench/bench_*.cpp' >/dev/null && part "benchmarks" benchmarks
  compgen -G 'fuzz/fuzz_*.cpp' >/dev/null && part "fuzzing" fuzzing
  part "coverage" coverage
fi

say ""
grep -h "^keras observations: " "$results"/dev/observations_tests.*.log || true
for failure in "${failures[@]}"; do say "FAILED $failure"; done
echo "$passed passed, $failed failed"
((failed == 0))
