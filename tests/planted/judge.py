#!/usr/bin/env python3
"""Asks each layer about each planted bug: judge.py [--layer L,S,U] [PATTERN]"""
import argparse
import fnmatch
import json
import os
import signal
import subprocess
import sys
import time

from bugs import FOLDER, ROOT, SOURCES, VARIABLE, number_of, read_bugs
from page import write_page

BUILD = FOLDER / "build"
RESULTS = FOLDER / "results.json"
TIMEOUT = 60
STORIES = ["plain_fit.json", "validation_checkpoint_and_early_stopping.json"]
PROGRAMS = ["engine", "faults", "scenarios", "observations", "fuzz"]
# These take longer than all others together, or time something that -O1 makes slow.
SLOW_SUITES = []


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


def unit_tests(bug):
    """The layer U: None where all pass, else the first test that failed."""
    scratch = FOLDER / "scratch"
    scratch.mkdir(exist_ok=True)
    for area in PROGRAMS:
        log = FOLDER / f"{area}.log"
        status = run([BUILD / "tests" / f"{area}_tests", "--gtest_fail_fast", "--gtest_color=no",
                      "--gtest_filter=-" + ":".join(f"{suite}.*" for suite in SLOW_SUITES)],
                     bug, 4 * TIMEOUT, log)
        if status == 0:
            continue
        lines = log.read_text(errors="replace").splitlines()
        failed = [line.split("] ")[1].split(",")[0].split(" (")[0] for line in lines
                  if line.startswith("[  FAILED  ]")]
        begun = [line.split("] ")[1] for line in lines if line.startswith("[ RUN      ]")]
        return (failed or [f"{how(status)} in {(begun or ['?'])[-1]}"])[0]
    return None


def first_that_finds(bug, layers):
    for letter, layer in layers.items():
        seen = layer(bug)
        if seen is not None:
            return letter, seen
    return "", ""


def chosen_layers(letters):
    """The layers in their order; each has to be silent where no bug is."""
    layers, loud = {}, []
    for letter, layer in {"L": library, "U": unit_tests}.items():
        if letter in letters:
            layers[letter] = layer
            seen = layer(None)
            if seen is not None:
                loud.append(f"{letter}: red with no bug on: {seen}")
    if "S" in letters:
        undisturbed = certificates(None)
        if any(len(one) < 2 or one[0] not in (0, 1) for one in undisturbed):
            loud.append(f"S: no certificate with no bug on: {undisturbed}")
        layers["S"] = lambda bug: sweep(bug, undisturbed)
    return {letter: layers[letter] for letter in "LSU" if letter in layers}, loud


def main():
    parser = argparse.ArgumentParser(prog="./trainwreck test --planted")
    parser.add_argument("--layer", default="L,S,U", help="of L (library), S (sweep), U (unit tests)")
    parser.add_argument("pattern", nargs="?", default="", help="part of a bug's name, or with * and ?")
    options = parser.parse_args()
    letters = options.layer.upper().split(",")
    if set(letters) - set("LSU"):
        parser.error("--layer takes L (library), S (sweep) and U (unit tests), e.g. --layer L,U")
    bugs, _ = read_bugs()
    chosen = [name for name in bugs if fnmatch.fnmatch(name, f"*{options.pattern}*")]
    if not chosen:
        parser.error(f"no planted bug has {options.pattern} in its name")
    layers, loud = chosen_layers(letters)
    if loud:
        print("\n".join(loud))
        return 2
    results = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    found = {letter: 0 for letter in layers}
    survived = []
    for name in chosen:
        start = time.monotonic()
        letter, seen = first_that_finds(name, layers)
        results[name] = {"layer": letter, "seen": seen, "asked": "".join(layers)}
        RESULTS.write_text(json.dumps(results, indent=1))
        if letter:
            found[letter] += 1
        else:
            survived.append(name)
        mark = letter or ("equivalent" if "equivalent" in bugs[name] else "SURVIVED")
        print(f"{name:<50} {bugs[name]['area']:<12} {mark} {seen} ({time.monotonic() - start:.0f} s)",
              flush=True)
    write_page(bugs, results, ROOT / "docs" / "planted.md")
    counts = ", ".join(f"{letter} {count}" for letter, count in found.items())
    print(f"{len(chosen)} planted: {counts}, survived {len(survived)}")
    return 1 if any("equivalent" not in bugs[name] for name in survived) else 0


sys.exit(main())
