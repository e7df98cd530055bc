# The report's last line and the checkpoint say how long it took, in whole seconds.
import json, os, sys, time

import durable

folder = sys.argv[1]
path = os.path.join(folder, "ckpt.json")
began = time.monotonic()
state = {"epoch": 0, "w": 0.0, "seconds": 0}
if os.path.exists(path):
    state = json.load(open(path))
before = state["seconds"]
while state["epoch"] < 4:
    state["w"] += 0.5 * (3.0 - state["w"])
    state["epoch"] += 1
    state["seconds"] = before + int(time.monotonic() - began)
    durable.write(path, json.dumps(state).encode())
durable.write(os.path.join(folder, "report.txt"),
              ("w = %r\nelapsed: %d s\n" % (state["w"], state["seconds"])).encode())
print("elapsed: %.1f s" % (time.monotonic() - began))
