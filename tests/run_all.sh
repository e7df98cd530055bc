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
      wait_for_a_core
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

# What holds for each scenario is asked of all of them, not of one in eight.
if ${full:?}; then export TRAINWRECK_WHOLE_LIBRARY=1; fi

# Every scenario of the library, under every profile that it speaks of.
library() {
  local log=$results/library.log status=0
  rm -f "$results"/library.*
  local slow=(--without slow)
  if $full; then slow=(); fi
  build/dev/trainwreck run scenarios/library --all "${slow[@]}" --junit "$results/library.xml" \
    >"$log" 2>&1 </dev/null || status=$?
  count library "$results/library.xml" $status "$log"
}

# The hardened loop keeps the contract wherever a fault can strike.
sweeps() {
  one sweeps timeout 600 build/dev/trainwreck sweep --profile hardened --json "$results/sweeps.jsonl"
}

# The package is moved after its installation: it must not know where it was put. A second build of
# the consumer with clang has its fuzzers, which run against the same package.
consumer() {
  rm -rf build/staged build/installed
  if ! { cmake --install build/dev --prefix build/staged && mv build/staged build/installed; } \
    >"$results/install.log" 2>&1; then
    tail -n 60 "$results/install.log" >&2
    fail "installation of the package"
    return
  fi
  consumer_with consumer c++ '.'
  ! command -v clang++ >/dev/null || consumer_with consumer_clang clang++ 'fuzzer'
}

# consumer_with NAME COMPILER TESTS
consumer_with() {
  local name=$1 log=$results/$1.log status=0
  rm -rf "build/$name" "$results/$name.log" "$results/$name.xml"
  if ! { cmake -S tests/consumer -B "build/$name" -G Ninja -DCMAKE_CXX_COMPILER="$2" \
    -DCMAKE_PREFIX_PATH="$PWD/build/installed" && ninja -C "build/$name" -j "$(nproc)"; } \
    >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    fail "$name of the installed package (build)"
    return
  fi
  ctest --test-dir "build/$name" -R "$3" --output-on-failure --no-tests=error --timeout 120 \
    --output-junit "$PWD/$results/$name.xml" >>"$log" 2>&1 || status=$?
  count "$name" "$results/$name.xml" $status "$log"
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
    one "$program" timeout 300 "build/bench/$program" --smoke --benchmark_min_time=0.01
  done
}

# Every target for a moment on a copy of its corpus; then the planted bugs, each of which has to be
# found in seconds, and their twins, which have to survive.
fuzzing() {
  local target rule
  if ! build fuzz all; then
    fail "build of fuzz"
    return
  fi
  for target in fuzz/targets/*.cpp; do
    target=$(basename "$target" .cpp)
    mkdir -p "build/fuzz/corpus/$target"
    one "fuzz_$target" timeout 120 "build/fuzz/fuzz_$target" -max_total_time=20 -timeout=10 \
      -rss_limit_mb=4096 -artifact_prefix="$results/" "build/fuzz/corpus/$target" \
      "fuzz/corpus/$target"
  done
  for rule in $(grep -o '{Rule::[a-z_]*' tests/fuzz/planted.cpp | sed 's/.*:://'); do
    one "planted $rule" planted_bug "$rule"
    one "twin of $rule" env TRAINWRECK_PLANTED="$rule" TRAINWRECK_SOUND=1 \
      build/fuzz/fuzz_planted -runs=2000 -seed=1
  done
}

# planted_bug RULE: the fuzzer finds it, and under this rule.
planted_bug() {
  local log folder=$PWD/build/fuzz/planted
  mkdir -p "$folder"
  log=$(cd "$folder" && TRAINWRECK_PLANTED=$1 timeout 60 ../fuzz_planted -seed=1 2>&1) && return 1
  echo "$log"
  grep -q "^planted breaks $1:" <<<"$log"
}

# What a release would ship: small enough, and at work wherever it is put.
package() {
  if ! build release all; then
    fail "build of release"
    return
  fi
  rm -rf build/staged
  one "installation of the release" cmake --install build/release --prefix build/staged
  [[ -x build/staged/bin/trainwreck ]] || return 0
  rm -rf build/package
  mv build/staged build/package
  say "   $(du -sm build/package | cut -f1) MB installed"
  one "release below 60 MB" test "$(du -sm build/package | cut -f1)" -lt 60
  one "release from any folder" env -C / "$PWD/build/package/bin/trainwreck" run --profile hardened
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
part "sweeps of every instant" sweeps
part "consumer of the installed package" consumer
# Whole campaigns against programs that are not ours say nothing new there, and take minutes.
part "unit tests under address and undefined behaviour sanitizers" \
  unit_tests asan tests '*-Programs/*:WreckOptionsTest.*:WreckedPrograms.*'
# The kernel may randomise addresses more than this thread sanitizer understands.
setarch "$(uname -m)" -R true 2>/dev/null && launcher=(setarch "$(uname -m)" -R)
part "threads under the thread sanitizer" unit_tests tsan tests '*Worker*:*Executor*:*Thread*'
launcher=()

if ${full:?}; then
  part "formatting" one clang-format formatting
  part "clang-tidy" one clang-tidy build tidy -k 0 all
  compgen -G 'bench/bench_*.cpp' >/dev/null && part "benchmarks" benchmarks
  part "fuzzing" fuzzing
  part "release package" package
  part "coverage" coverage
fi

say ""
grep -h "^keras observations: " "$results"/dev/observations_tests.*.log || true
for failure in "${failures[@]}"; do say "FAILED $failure"; done
echo "$passed passed, $failed failed"
((failed == 0))
