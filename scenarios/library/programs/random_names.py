# Temporary files have random names, and a failed save says so and is tried again.
import json, os, sys, tempfile

folder = sys.argv[1]
path = os.path.join(folder, "ckpt.json")


def write(data):
    fd, tmp = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(fd, "wb") as f:
            f.write(data)
            f.flush()
            os.fsync(f.fileno())
        os.replace(tmp, path)
    except BaseException:
        if os.path.exists(tmp):
            os.remove(tmp)
        raise
    parent = os.open(folder, os.O_RDONLY)
    os.fsync(parent)
    os.close(parent)


state = {"epoch": 0, "w": 0.0}
if os.path.exists(path):
    state = json.load(open(path))
while state["epoch"] < 4:
    state["w"] += 0.5 * (3.0 - state["w"])
    state["epoch"] += 1
    try:
        write(json.dumps(state).encode())
    except OSError as error:
        print("could not save, trying once more:", error, flush=True)
        write(json.dumps(state).encode())
