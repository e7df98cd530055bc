# An archive as Keras writes it: configuration, metadata with the time, weights.
import io, json, os, sys, time, zipfile

import durable

path = os.path.join(sys.argv[1], "model.keras")
w, epoch = 0.0, 0
if os.path.exists(path):
    with zipfile.ZipFile(path) as z:
        state = json.loads(z.read("state.json"))
    w, epoch = state["w"], state["epoch"]
while epoch < 4:
    w += 0.5 * (3.0 - w)
    epoch += 1
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("metadata.json", json.dumps(
            {"keras_version": "3", "date_saved": time.strftime("%Y-%m-%d@%H:%M:%S")}))
        z.writestr("config.json", json.dumps({"folder": os.path.abspath(sys.argv[1])}))
        z.writestr("state.json", json.dumps({"w": w, "epoch": epoch}))
    durable.write(path, data.getvalue())
