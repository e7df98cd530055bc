import json, os, sys

folder = sys.argv[1]
weights = os.path.join(folder, "weights.json")
progress = os.path.join(folder, "progress.json")


def write(path, value):
    with open(path + ".tmp", "w") as f:
        json.dump(value, f)
        f.flush()
        os.fsync(f.fileno())
    os.replace(path + ".tmp", path)
    fd = os.open(folder, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


w, epoch = 0.0, 0
if os.path.exists(progress):
    w, epoch = json.load(open(weights))["w"], json.load(open(progress))["epoch"]
while epoch < 4:
    w += 0.5 * (3.0 - w) + 0.1 * epoch
    epoch += 1
    write(weights, {"w": w})
    write(progress, {"epoch": epoch})
