# As waits_for_ever.py, and the other end is closed: a child that dies is noticed.
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
    os.close(say)
    done = os.read(answer, 1)
    os.close(answer)
    os.waitpid(child, 0)
    if done != b"y":
        sys.exit("the child that saves has died")
