import json, os, shutil, sys

folder = sys.argv[1]
found = sorted(n for n in os.listdir(folder) if n.startswith("checkpoint-"))
w, epoch = 0.0, 0
if found:
    last = os.path.join(folder, found[-1])
    w = json.load(open(os.path.join(last, "weights.json")))["w"]
    epoch = json.load(open(os.path.join(last, "state.json")))["epoch"]


def sync(path):
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


def save(path):
    tmp = os.path.join(folder, "tmp-" + os.path.basename(path))
    shutil.rmtree(tmp, ignore_errors=True)
    os.makedirs(tmp)
    try:
        for name, value in [("weights.json", {"w": w}), ("state.json", {"epoch": epoch})]:
            with open(os.path.join(tmp, name), "w") as f:
                json.dump(value, f)
                f.flush()
                os.fsync(f.fileno())
        sync(tmp)
        os.rename(tmp, path)
    except BaseException:
        shutil.rmtree(tmp, ignore_errors=True)
        raise
    sync(folder)


while epoch < 4:
    w += 0.5 * (3.0 - w)
    epoch += 1
    save(os.path.join(folder, "checkpoint-%d" % epoch))
