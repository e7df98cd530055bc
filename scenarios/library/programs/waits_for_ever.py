# A child writes the checkpoint. Nobody notices when it is gone.
import json, os, sys

import durable

path = os.path.join(sys.argv[1], "ckpt.json")
state = {"epoch": 0, "w": 0.0}
if os.path.exists(path):
    state = json.load(open(path))
while state["epoch"] < 3:
    state["w"] += 0.5 * (3.0 - state["w"])
    state["epoch"] += 1
    answer, say = os.pipe()
    child = os.fork()
    if child == 0:
        durable.write(path, json.dumps(state).encode())
        os.write(say, b"y")
        os._exit(0)
    os.read(answer, 1)  # its own copy of the other end keeps this one waiting
    os.waitpid(child, 0)
