import json, os, sys

folder = sys.argv[1]
found = sorted(n for n in os.listdir(folder) if n.startswith("checkpoint-"))
w, epoch = 0.0, 0
if found:
    last = os.path.join(folder, found[-1])
    w = json.load(open(os.path.join(last, "weights.json")))["w"]
    epoch = json.load(open(os.path.join(last, "state.json")))["epoch"]
while epoch < 4:
    w += 0.5 * (3.0 - w)
    epoch += 1
    path = os.path.join(folder, "checkpoint-%d" % epoch)
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, "weights.json"), "w") as f:
        json.dump({"w": w}, f)
    with open(os.path.join(path, "state.json"), "w") as f:
        json.dump({"epoch": epoch}, f)
