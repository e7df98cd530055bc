import os, sys

import torch



def save(state, path):
    tmp = path + ".tmp"
    try:
        with open(tmp, "wb") as f:
            torch.save(state, f)  # not torch.save(state, path): it hides a full disk
            f.flush()
            os.fsync(f.fileno())
        os.replace(tmp, path)
    except BaseException:
        if os.path.exists(tmp):
            os.remove(tmp)
        raise
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


torch.manual_seed(1)
path = os.path.join(sys.argv[1], "ckpt.pt")
model = torch.nn.Linear(8, 1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
x = torch.linspace(-1, 1, 64).reshape(8, 8)
epoch = 0
if os.path.exists(path):
    state = torch.load(path)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    epoch = state["epoch"]
while epoch < 4:
    loss = ((model(x) - 1) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    epoch += 1
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
    save(state, path)
