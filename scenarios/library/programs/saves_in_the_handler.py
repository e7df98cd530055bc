# The handler saves in place, whatever was under way.
import json, os, signal, sys

import durable

path = os.path.join(sys.argv[1], "ckpt.json")
state = {"epoch": 0, "w": 0.0}


def handler(number, frame):
    with open(path, "w") as f:
        json.dump({"epoch": state["epoch"]}, f)
    sys.exit(128 + number)


signal.signal(signal.SIGTERM, handler)
if os.path.exists(path):
    state = json.load(open(path))
while state["epoch"] < 4:
    state["w"] += 0.5 * (3.0 - state["w"])
    state["epoch"] += 1
    durable.write(path, json.dumps(state).encode())
