"""docs/planted.md: what finds each planted bug."""
HEAD = """# Planted bugs

Each file of tests/planted is a bug as a careful programmer would slip, with what a user would suffer
from it. `./trainwreck test --planted` puts all of them into one copy of the sources, switches one on
at a time, and asks in turn: the scenario library (L), a sweep of two stories (S), the unit tests
(U). The first that turns red has found it; the others are not asked. A user's own engine has no
unit tests of ours, so what L or S finds counts most. "Not tried" is what was not held against all
three. This page is written by that command.
"""


def cells(*words):
    return "| " + " | ".join(str(word).replace("|", "\\|") for word in words) + " |"


def mark_of(name, bugs, results):
    if name not in results:
        return "not tried"
    if results[name]["layer"]:
        return results[name]["layer"]
    if "equivalent" in bugs[name]:
        return "equivalent"
    return "survived" if set("LSU") <= set(results[name]["asked"]) else "not tried"


def write_page(bugs, results, path):
    marks = {name: mark_of(name, bugs, results) for name in bugs}
    kinds = ["L", "S", "U", "survived", "equivalent", "not tried"]
    lines = [HEAD, cells("area", *kinds, "all"), cells(*["---"] * (len(kinds) + 2))]
    areas = sorted({bug["area"] for bug in bugs.values()})
    for area in areas + ["all"]:
        mine = [marks[name] for name, bug in bugs.items() if area in ("all", bug["area"])]
        lines.append(cells(area, *(mine.count(kind) for kind in kinds), len(mine)))
    lines += ["", cells("bug", "a user would suffer", "found by", "what turned red"),
              cells(*["---"] * 4)]
    for name, bug in bugs.items():
        seen = results.get(name, {}).get("seen", "")
        if marks[name] == "equivalent":
            seen = bug["equivalent"]
        elif marks[name] == "not tried" and name in results:
            seen = f"nothing in {', '.join(results[name]['asked'])}"
        lines.append(cells(name, bug["suffers"], marks[name], seen))
    path.write_text("\n".join(lines) + "\n")
