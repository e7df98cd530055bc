#!/usr/bin/env python3
"""Asks each layer about each planted bug: judge.py [--layer L,S,U] [PATTERN...]"""
import argparse
import fnmatch
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from bugs import FOLDER, ROOT, SOURCES, VARIABLE, number_of, read_bugs
from page import write_page

BUILD = FOLDER / "build"
RESULTS = FOLDER / "results.json"
TIMEOUT = 60
STORIES = ["plain_fit.json", "validation_checkpoint_and_early_stopping.json"]
PROGRAMS = ["engine", "faults", "scenarios", "observations", "fuzz"]
SLOW_SECONDS = 10  # a suite that takes longer with no bug on is left out, and named


def run(command, bug, timeout, log):
    """How a command ended with this bug: its exit code, or "hangs". Its children end with it."""
    environment = dict(os.environ, **{VARIABLE: str(number_of(bug) if bug else 0)})
    for name in ("XML_OUTPUT_FILE", "TESTBRIDGE_TEST_ONLY", "GITHUB_ACTIONS"):
        environment.pop(name, None)
    with open(log, "wb") as out:
        child = subprocess.Popen(command, cwd=SOURCES, env=environment, stdout=out, start_new_session=True,
                                 stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            return child.wait(timeout)
        except subprocess.TimeoutExpired:
            return "hangs"
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()


def how(status):
    if status == "hangs":
        return "hangs"
    return "" if status == 1 else f"ends with {status}"


def library(bug):
    """The layer L: None where all scenarios hold, else what was seen."""
    report = FOLDER / "library.json"
    report.unlink(missing_ok=True)
    status = run([BUILD / "trainwreck", "run", "scenarios/library", "--all", "--without", "slow",
                  "--without", "real", "--fail-fast", "--json", report], bug, TIMEOUT,
                 FOLDER / "library.log")
    if status == 0:
        return None
    return ", ".join(filter(None, [how(status)] + failed_scenarios(report)[:1])) or "a scenario"


def failed_scenarios(report):
    if not report.is_file():
        return []
    results = json.loads(report.read_text())["results"]
    failed = [one for one in results if one["verdict"]["kind"] in ("failed", "unreached", "error")]
    return [one["path"].removeprefix("scenarios/library/").removesuffix(".json") for one in failed]


def certificates(bug):
    """What a sweep of the stories says, without what names no breach; None where it says nothing."""
    said = []
    for story in STORIES:
        report = FOLDER / "sweep.json"
        report.unlink(missing_ok=True)
        status = run([BUILD / "trainwreck", "sweep", "--profile", "hardened",
                      f"scenarios/library/sweeps/{story}", "--json", report], bug, 3 * TIMEOUT,
                     FOLDER / "sweep.log")
        lines = report.read_text().splitlines() if report.is_file() else []
        keys = ("findings", "broken_undisturbed", "repeats", "nothing_fires_past_the_end")
        said.append([status] + [{key: json.loads(line)[key] for key in keys} for line in lines])
    return said


def sweep(bug, undisturbed):
    for mine, sound in zip(certificates(bug), undisturbed):
        if mine[0] in ("hangs",) or len(mine) != len(sound):
            return how(mine[0]) or "no certificate"
        for one, other in zip(mine[1:], sound[1:]):
            for finding in one["findings"]:
                if finding not in other["findings"]:
                    return finding["signature"]
            broken = [c for c in one["broken_undisturbed"] if c not in other["broken_undisturbed"]]
            if broken:
                return ", ".join(broken)
            if one != other:
                return "another certificate"
        if mine[0] != sound[0]:
            return how(mine[0])
    return None


def run_program(area, bug, left_out, *arguments):
    """How one test program ended, and the lines that it printed."""
    log = FOLDER / f"{area}.log"
    status = run([BUILD / "tests" / f"{area}_tests", "--gtest_color=no",
                  "--gtest_filter=-" + ":".join(left_out), *arguments], bug, 4 * TIMEOUT, log)
    return status, log.read_text(errors="replace").splitlines()


def failed_tests(status, lines):
    failed = [line.split("] ")[1].split(",")[0].split(" (")[0] for line in lines
              if line.startswith("[  FAILED  ]") and "." in line]
    begun = [line.split("] ")[1] for line in lines if line.startswith("[ RUN      ]")]
    return list(dict.fromkeys(failed)) or [f"{how(status)} in {(begun or ['?'])[-1]}"]


def unit_tests(bug, left_out):
    """The layer U: None where all pass, else the first test that failed."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ended = list(pool.map(lambda area: run_program(area, bug, left_out, "--gtest_fail_fast"), PROGRAMS))
    return next((failed_tests(*one)[0] for one in ended if one[0] != 0), None)


def undisturbed_tests(left_out):
    """Which suites are slow, and which tests fail, with no bug on."""
    slow, failed = [], []
    for area in PROGRAMS:
        report = FOLDER / f"{area}.json"
        status, lines = run_program(area, None, left_out, f"--gtest_output=json:{report}")
        if status != 0:
            failed += failed_tests(status, lines)
        for suite in json.loads(report.read_text())["testsuites"] if report.is_file() else []:
            if float(suite["time"].rstrip("s")) > SLOW_SECONDS:
                slow.append(suite["name"] + ".*")
    return slow, failed


def first_that_finds(bug, layers):
    for letter, layer in layers.items():
        seen = layer(bug)
        if seen is not None:
            return letter, seen
    return "", ""


def chosen_layers(letters, left_out):
    """The layers in their order, and which of them are red where no bug is."""
    layers, loud = {}, []
    if "L" in letters:
        layers["L"] = library
        seen = library(None)
        if seen is not None:
            loud.append(f"L: red with no bug on: {seen}")
    if "S" in letters:
        undisturbed = certificates(None)
        if any(len(one) < 2 or one[0] not in (0, 1) for one in undisturbed):
            loud.append(f"S: no certificate with no bug on: {undisturbed}")
        layers["S"] = lambda bug: sweep(bug, undisturbed)
    if "U" in letters:
        slow, failed = undisturbed_tests(left_out)
        loud += [f"U: red with no bug on: {name}" for name in failed]
        if slow:
            print(f"U leaves out, since each takes over {SLOW_SECONDS} s: {', '.join(slow)}", flush=True)
        layers["U"] = lambda bug: unit_tests(bug, left_out + slow)
    return layers, loud


def not_asked(name, letters, results):
    known = results.get(name, {"layer": "", "asked": ""})
    return [] if known["layer"] else [letter for letter in letters if letter not in known["asked"]]


def ask(chosen, bugs, layers, results):
    """Prints a line for each bug. Ctrl-C ends it, and what is known by then stays."""
    for name in chosen:
        start = time.monotonic()
        due = not_asked(name, layers, results)
        letter, seen = first_that_finds(name, {one: layers[one] for one in due})
        asked = results.get(name, {"asked": ""})["asked"] + "".join(due)
        results[name] = {"layer": letter, "seen": seen, "asked": asked}
        RESULTS.write_text(json.dumps(results, indent=1))
        mark = letter or ("equivalent" if "equivalent" in bugs[name] else "SURVIVED")
        print(f"{name:<50} {bugs[name]['area']:<12} {mark} {seen} ({time.monotonic() - start:.0f} s)",
              flush=True)


def main():
    parser = argparse.ArgumentParser(prog="./trainwreck test --planted")
    parser.add_argument("--layer", default="L,S,U", help="of L (library), S (sweep), U (unit tests)")
    parser.add_argument("--without", default="", help="tests that U leaves out: Suite.Name,Suite.*")
    parser.add_argument("--go-on", action="store_true", help="asks only what was not asked before")
    parser.add_argument("patterns", nargs="*", help="parts of bugs' names, or with * and ?")
    options = parser.parse_args()
    letters = options.layer.upper().split(",")
    if set(letters) - set("LSU"):
        parser.error("--layer takes L (library), S (sweep) and U (unit tests), e.g. --layer L,U")
    bugs, _ = read_bugs()
    results = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    chosen = list(dict.fromkeys(name for one in options.patterns or ["*"] for name in bugs
                                if fnmatch.fnmatch(name, f"*{one}*")))
    if not chosen:
        parser.error(f"no planted bug has {' or '.join(options.patterns)} in its name")
    if not options.go_on:
        results = {name: known for name, known in results.items() if name not in chosen}
    chosen = [name for name in chosen if not_asked(name, letters, results)]
    for ends in (signal.SIGINT, signal.SIGTERM):  # also where whoever started this ignores them
        signal.signal(ends, signal.default_int_handler)
    layers, loud = chosen_layers(letters, [name for name in options.without.split(",") if name])
    if loud:
        print("\n".join(loud))
        return 2
    try:
        ask(chosen, bugs, layers, results)
    except KeyboardInterrupt:
        print("interrupted; --go-on goes on from here")
    write_page(bugs, results, ROOT / "docs" / "planted.md")
    done = [results[name]["layer"] for name in chosen if name in results]
    survived = [name for name in chosen if name in results and not results[name]["layer"]]
    counts = ", ".join(f"{letter} {done.count(letter)}" for letter in layers)
    print(f"{len(done)} planted: {counts}, survived {len(survived)}")
    return 1 if any("equivalent" not in bugs[name] for name in survived) else 0


sys.exit(main())
