# Event files as TensorBoard has them, with times and the process in name and contents, and a table
# that is appended, lie beside the checkpoint.
import json, os, socket, struct, sys, time

import durable

folder = sys.argv[1]
path = os.path.join(folder, "ckpt.json")
state = {"epoch": 0, "w": 0.0}
if os.path.exists(path):
    state = json.load(open(path))
name = "events.out.tfevents.%d.%s.%d" % (time.time(), socket.gethostname(), os.getpid())
with open(os.path.join(folder, name), "wb") as events:
    events.write(struct.pack("<d", time.time()))
    while state["epoch"] < 4:
        state["w"] += 0.5 * (3.0 - state["w"])
        state["epoch"] += 1
        events.write(struct.pack("<dd", time.time(), state["w"]))
        events.flush()
        with open(os.path.join(folder, "log.csv"), "a") as log:
            log.write("%d,%r\n" % (state["epoch"], state["w"]))
        durable.write(path, json.dumps(state).encode())
