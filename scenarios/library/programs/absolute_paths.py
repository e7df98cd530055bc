# Its checkpoints and the file that names the last one hold absolute paths.
import json, os, sys

import durable

folder = os.path.abspath(sys.argv[1])
latest = os.path.join(folder, "latest")
w, epoch = 0.0, 0
if os.path.exists(latest):
    state = json.load(open(open(latest).read()))
    w, epoch = state["w"], state["epoch"]
while epoch < 4:
    w += 0.5 * (3.0 - w)
    epoch += 1
    path = os.path.join(folder, "epoch-%d.json" % epoch)
    durable.write(path, json.dumps({"w": w, "epoch": epoch, "path": path}).encode())
    durable.write(latest, path.encode())
