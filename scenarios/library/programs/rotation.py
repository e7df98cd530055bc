# The last two checkpoints are kept; a half one is skipped.
import json, os, sys

import durable

folder = sys.argv[1]


def number(name):
    return int(name[6:-5])


def checkpoints():
    names = [n for n in os.listdir(folder) if n.startswith("epoch-") and n.endswith(".json")]
    return sorted(names, key=number)


state = {"epoch": 0, "w": 0.0}
if checkpoints():
    state = json.load(open(os.path.join(folder, checkpoints()[-1])))
while state["epoch"] < 11:
    state["w"] += 0.5 * (3.0 - state["w"])
    state["epoch"] += 1
    durable.write(os.path.join(folder, "epoch-%d.json" % state["epoch"]),
                  json.dumps(state).encode())
    for name in checkpoints()[:-2]:
        os.remove(os.path.join(folder, name))
for name in checkpoints()[:-2]:
    os.remove(os.path.join(folder, name))
