# shellcheck shell=bash
# `./trainwreck test --only PATTERN`, sourced by the wrapper, whose build() and $only it uses. In the
# build folder `only` every test file is a program of its own, so that nothing is compiled or linked
# but what the matching tests need.
source tests/results.sh
results=build/results/only

# Prints "FILE SUITE.NAME" for every test of the files, as GoogleTest calls it.
tests_of() {
  awk '/^TEST(_F|_P)?\(/ {
    head = $0
    while (head !~ /\)/ && (getline line) > 0) head = head line
    sub(/^[^(]*\(/, "", head); sub(/\).*/, "", head); gsub(/ /, "", head); sub(/,/, ".", head)
    print FILENAME, head
  }' "$@"
}

# Prints each file with a matching test, once. A pattern is a part of a file's path or of
# SUITE.NAME, and may have * and ? in it.
matching_files() {
  local file name last="" files=()
  mapfile -t files < <(find tests -name '*_test.cpp' -not -path 'tests/consumer/*' | sort)
  while read -r file name; do
    # shellcheck disable=SC2053  # the pattern is one
    [[ $file != "$last" && ($file == *$only* || $name == *$only*) ]] || continue
    echo "$file"
    last=$file
  done < <(tests_of "${files[@]}")
}

# tests/engine/base/text_test.cpp -> engine.base.text_test, as tests/CMakeLists.txt names programs.
program_of() {
  local program=${1#tests/}
  program=${program%.cpp}
  echo "${program//\//.}"
}

only=${only#"$PWD"/}
# The file that somebody works on stands for its test.
[[ ! -f $only || $only == *_test.cpp ]] || only=${only%.*}
mapfile -t files < <(matching_files)
if ((${#files[@]} == 0)); then
  say "./trainwreck test --only $only: no file below tests/ has that in its path, and no test in its name"
  exit 2
fi
programs=()
for file in "${files[@]}"; do programs+=("$(program_of "$file")"); done

rm -rf "$results"
mkdir -p "$results"
launcher=()
if build only "${programs[@]}"; then
  for i in "${!files[@]}"; do
    filter="*$only*"
    # shellcheck disable=SC2053
    [[ ${files[i]} != *$only* ]] || filter='*'
    wait_for_a_core
    run_shard "build/only/tests/${programs[i]}" 0 1 "$results/${programs[i]}" "$filter" &
  done
  wait
  for program in "${programs[@]}"; do
    count "$program" "$results/$program.xml" "$(<"$results/$program.status")" "$results/$program.log"
  done
else
  fail "build of only"
fi
for failure in "${failures[@]}"; do say "FAILED $failure"; done
echo "$passed passed, $failed failed"
((failed == 0))
