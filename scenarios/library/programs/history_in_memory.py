import json, os, sys

import durable

path = os.path.join(sys.argv[1], "ckpt.json")
state = {"epoch": 0, "w": 0.0}
if os.path.exists(path):
    state = json.load(open(path))
history = []
while state["epoch"] < 6:
    state["w"] += 0.5 * (3.0 - state["w"])
    state["epoch"] += 1
    history.append(state["w"])
    durable.write(path, json.dumps(state).encode())
if history:
    durable.write(os.path.join(sys.argv[1], "history.json"), json.dumps(history).encode())
