"""Planted bugs: what tests/planted/*.json say, and the copy of the sources that has them all."""
import json
import pathlib
import subprocess
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "planted"
SOURCES = FOLDER / "src"
HEADER = FOLDER / "planted_switch.h"
VARIABLE = "TRAINWRECK_PLANTED_BUG"

KEYS = {"file", "find", "replace", "suffers", "area"}
OPTIONAL = {"form", "equivalent"}
FORMS = {
    "statements": "if (::trainwreck_planted({n})) {{\n{replace}\n}} else {{\n{find}\n}}",
    "expression": "(::trainwreck_planted({n}) ? ({replace}) : ({find}))",
}
SWITCH = f"""#pragma once
// Made by tests/planted: which planted bug this process has; 0 is none.
#include <cstdlib>
inline bool trainwreck_planted(unsigned bug) {{
  static const unsigned chosen = [] {{
    const char* text = std::getenv("{VARIABLE}");
    return text == nullptr ? 0U : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
  }}();
  return bug == chosen;
}}
"""


def number_of(name):
    """Of the name alone, so that a new bug recompiles no file but its own."""
    return zlib.crc32(name.encode())


def read_bugs(root=ROOT):
    """All bugs by name, and every mistake in them."""
    bugs, mistakes, numbers = {}, [], {}
    for path in sorted((root / "tests" / "planted").glob("*.json")):
        name = path.stem
        try:
            bug = json.loads(path.read_text())
        except ValueError as error:
            mistakes.append(f"{path.name}: {error}")
            continue
        keys = set(bug)
        if not KEYS <= keys <= KEYS | OPTIONAL:
            wrong = sorted((KEYS - keys) | (keys - KEYS - OPTIONAL))
            mistakes.append(f"{path.name}: keys that are missing or unknown: {', '.join(wrong)}")
            continue
        if bug.setdefault("form", "statements") not in FORMS:
            mistakes.append(f"{path.name}: form is one of {', '.join(FORMS)}")
            continue
        other = numbers.setdefault(number_of(name), name)
        if other != name:
            mistakes.append(f"{path.name}: has the number of {other}: give one another name")
        bugs[name] = bug
    return bugs, mistakes


def places(bugs, root=ROOT):
    """By file: (start, end, name) of every bug in order, and every mistake."""
    by_file, mistakes = {}, []
    for name, bug in bugs.items():
        path = root / bug["file"]
        text = path.read_text() if path.is_file() else None
        if text is None:
            mistakes.append(f"{name}: there is no file {bug['file']}")
        elif text.count(bug["find"]) != 1:
            mistakes.append(f"{name}: find is {text.count(bug['find'])} times in {bug['file']}, not once")
        else:
            start = text.index(bug["find"])
            by_file.setdefault(bug["file"], []).append((start, start + len(bug["find"]), name))
    for file, found in by_file.items():
        found.sort()
        for (_, end, name), (start, _, other) in zip(found, found[1:]):
            if start < end:
                mistakes.append(f"{file}: {name} and {other} overlap")
    return by_file, mistakes


def planted_text(text, found, bugs):
    for start, end, name in reversed(found):
        bug = bugs[name]
        switch = FORMS[bug["form"]].format(n=f"{number_of(name)}U", find=text[start:end],
                                           replace=bug["replace"])
        text = text[:start] + switch + text[end:]
    return text


def write_if_changed(path, data):
    """What stays as it was is not compiled again."""
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def make_copy(bugs, by_file):
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    files = {file for file in listed if file and (ROOT / file).is_file()}
    for old in SOURCES.rglob("*"):
        if old.is_file() and str(old.relative_to(SOURCES)) not in files:
            old.unlink()
    for file in sorted(files):
        data = (ROOT / file).read_bytes()
        if file in by_file:
            data = planted_text(data.decode(), by_file[file], bugs).encode()
        write_if_changed(SOURCES / file, data)
        (SOURCES / file).chmod((ROOT / file).stat().st_mode)
    write_if_changed(HEADER, SWITCH.encode())
