# Progress on standard error as tqdm draws it, with rates.
import json, os, sys, time

import durable

path = os.path.join(sys.argv[1], "ckpt.json")
state = {"epoch": 0, "w": 0.0}
if os.path.exists(path):
    state = json.load(open(path))
while state["epoch"] < 4:
    began = time.monotonic()
    for step in range(20):
        state["w"] += 0.05 * (3.0 - state["w"])
        rate = (step + 1) / (time.monotonic() - began + 1e-9)
        sys.stderr.write("\repoch %d: %3d%%|%s| %.2fit/s" % (
            state["epoch"] + 1, 5 * (step + 1), "#" * step, rate))
        sys.stderr.flush()
    sys.stderr.write("\n")
    state["epoch"] += 1
    durable.write(path, json.dumps(state).encode())
