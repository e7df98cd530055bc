import json, os, sys

import durable

path = os.path.join(sys.argv[1], "ckpt.json")
state = {"epoch": 0, "w": 0.0, "history": []}
if os.path.exists(path):
    state = json.load(open(path))
while state["epoch"] < 6:
    state["w"] += 0.5 * (3.0 - state["w"])
    state["epoch"] += 1
    state["history"].append(state["w"])
    durable.write(path, json.dumps(state).encode())
durable.write(os.path.join(sys.argv[1], "history.json"), json.dumps(state["history"]).encode())
