import json, os, sys

path = os.path.join(sys.argv[1], "ckpt.json")
state = {"epoch": 0, "w": 0.0}
try:
    state = json.load(open(path))
except (OSError, ValueError):
    print("no checkpoint, starting from scratch")
while state["epoch"] < 4:
    state["w"] += 0.5 * (3.0 - state["w"])
    state["epoch"] += 1
    with open(path, "w") as f:
        json.dump(state, f)
