# Strings that are one object before a resume are two after it, so that pickles differ in bytes.
import os, pickle, sys

import durable

path = os.path.join(sys.argv[1], "ckpt.pkl")
name = sys.intern("adam")
state = {"epoch": 0, "w": [0.0, 0.0], "optimizer": name, "best": name}
if os.path.exists(path):
    state = pickle.load(open(path, "rb"))
    state["best"] = "".join(list(state["optimizer"]))
while state["epoch"] < 4:
    state["w"] = [x + 0.5 * (3.0 - x) for x in state["w"]]
    state["epoch"] += 1
    durable.write(path, pickle.dumps(state))
