import json, os, random, sys

import durable

random.seed(7)
path = os.path.join(sys.argv[1], "ckpt.json")
state = {"epoch": 0, "w": 0.0}
if os.path.exists(path):
    state = json.load(open(path))
    print("resuming after epoch %d; the random state is not restored" % state["epoch"], flush=True)
while state["epoch"] < 6:
    state["w"] += random.random()
    state["epoch"] += 1
    durable.write(path, json.dumps(state).encode())
