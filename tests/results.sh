# shellcheck shell=bash
# Running test programs and counting their results, sourced by run_all.sh and run_only.sh. Every count comes from a result file that a test
# program wrote; a program that crashed, hung or was cut short is one failure under its own name.
passed=0
failed=0
failures=()

say() { printf '%s\n' "$*" >&2; }

fail() {
  failed=$((failed + 1))
  failures+=("$1")
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
  local name=$1 file=$2 status=$3 log=$4 counts names test
  { read -r -a counts && mapfile -t names; } < <(read_results "$file") || counts=()
  if ((${#counts[@]} != 3)); then
    tail -n 60 "$log" >&2
    local last
    last=$(sed -n 's/^\[ RUN      \] //p' "$log" | tail -n 1)
    fail "$name (ended with status $status${last:+ in $last} and left no whole result file)"
    return
  fi
  passed=$((passed + counts[0]))
  failed=$((failed + counts[1]))
  for test in "${names[@]}"; do failures+=("$name: $test"); done
  ((counts[2] == 0)) || say "   $name: ${counts[2]} skipped"
  if ((status != 0)); then
    grep -v -e '^\[ *\(OK\|RUN\) ' -e '^\[---' -e '^$' "$log" | tail -n 200 >&2 || true
    ((counts[1] > 0)) || fail "$name (every test passed, yet it ended with status $status)"
  fi
}

# run_shard PROGRAM SHARD SHARDS OUT FILTER: leaves OUT.xml, OUT.log and OUT.status.
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

wait_for_a_core() {
  while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n || true; done
}
