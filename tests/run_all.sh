# shellcheck shell=bash
# The parts of `./trainwreck test`, sourced by the wrapper, whose build(), say() and $full it uses.
# Every count comes from a result file that a test program wrote. A part that cannot run, crashes or
# hangs is one failure under its own name, and the other parts go on.
passed=0
failed=0
failures=()
results=build/results

fail() {
  failed=$((failed + 1))
  failures+=("$1")
}

# part NAME COMMAND...: a heading and the time. The command reports its failures itself.
part() {
  local name=$1 start=$SECONDS before="$passed $failed"
  shift
  say "== $name"
  "$@"
  say "   $((passed - ${before% *})) passed, $((failed - ${before#* })) failed, $((SECONDS - start)) s"
}

# Prints "passed failed skipped" of a JUnit file from GoogleTest or ctest, and then the names of what
# failed. Nothing if the file does not hold as many tests as it says.
read_results() {
  awk '
    function close_test() {
      if (test == "") return
      if (bad) { failed++; names = names test "\n" } else if (skipped_here) skipped++; else passed++
      test = ""
    }
    match($0, /tests="[0-9]+"/) && !said { stated = substr($0, RSTART + 7, RLENGTH - 8); said = 1 }
    /^[ \t]*<testcase / {
      close_test()
      match($0, / name="[^"]*"/); name = substr($0, RSTART + 7, RLENGTH - 8)
      match($0, /classname="[^"]*"/); suite = substr($0, RSTART + 11, RLENGTH - 12)
      test = suite == name ? name : suite "." name
      bad = 0; skipped_here = /status="notrun"/
    }
    /^[ \t]*<(failure|error)[ >]/ { bad = 1 }
    /^[ \t]*<skipped[ >]/ { skipped_here = 1 }
    END {
      close_test()
      if (said && passed + failed + skipped == stated)
        printf "%d %d %d\n%s", passed, failed, skipped, names
    }' "$1" 2>/dev/null
}

# count NAME FILE STATUS LOG: adds the results of one program, which ended with STATUS.
count() {
  local name=$1 file=$2 status=$3 log=$4 counts names
  { read -r -a counts && mapfile -t names; } < <(read_results "$file") || counts=()
  if ((${#counts[@]} != 3)); then
    tail -n 60 "$log" >&2
    fail "$name (ended with status $status and left no whole result file)"
    return
  fi
  passed=$((passed + counts[0]))
  failed=$((failed + counts[1]))
  local test
  for test in "${names[@]}"; do failures+=("$name: $test"); done
  ((counts[2] == 0)) || say "   $name: ${counts[2]} skipped"
  if ((status != 0)); then
    grep -v -e '^\[ *\(OK\|RUN\) ' -e '^\[---' -e '^$' "$log" | tail -n 200 >&2
    ((counts[1] > 0)) || fail "$name (every test passed, yet it ended with status $status)"
  fi
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

# unit_tests PRESET FILTER: every test program of a build, its tests dealt out to the cores.
unit_tests() {
  local preset=$1 filter=$2 program name out shard shards ran=0
  if ! build "$preset" all; then
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

# The package is moved after its installation: it must not know where it was put.
consumer() {
  local log=$results/consumer.log status=0
  rm -rf build/staged build/installed build/consumer "$results"/consumer.*
  if ! { cmake --install build/dev --prefix build/staged && mv build/staged build/installed &&
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

export UBSAN_OPTIONS=print_stacktrace=1
launcher=()
mkdir -p "$results"
part "unit tests" unit_tests dev '*'
part "consumer of the installed package" consumer
part "unit tests under address and undefined behaviour sanitizers" unit_tests asan '*'
# The kernel may randomise addresses more than this thread sanitizer understands.
setarch "$(uname -m)" -R true 2>/dev/null && launcher=(setarch "$(uname -m)" -R)
part "threads under the thread sanitizer" unit_tests tsan '*Worker*:*Executor*:*Thread*'
launcher=()

say ""
for failure in "${failures[@]}"; do say "FAILED $failure"; done
echo "$passed passed, $failed failed"
((failed == 0))
