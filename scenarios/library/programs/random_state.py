import os, pickle, random, sys

import durable

random.seed(7)
path = os.path.join(sys.argv[1], "ckpt.pkl")
state = {"epoch": 0, "w": 0.0}
if os.path.exists(path):
    state = pickle.load(open(path, "rb"))
    random.setstate(state["random"])
while state["epoch"] < 6:
    state["w"] += random.random()
    state["epoch"] += 1
    state["random"] = random.getstate()
    durable.write(path, pickle.dumps(state))
