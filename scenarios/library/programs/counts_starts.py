# The checkpoint counts how often the training was started.
import json, os, sys

import durable

path = os.path.join(sys.argv[1], "ckpt.json")
state = {"epoch": 0, "w": 0.0, "restarts": 0}
if os.path.exists(path):
    state = json.load(open(path))
    state["restarts"] += 1
while state["epoch"] < 4:
    state["w"] += 0.5 * (3.0 - state["w"])
    state["epoch"] += 1
    durable.write(path, json.dumps(state).encode())
