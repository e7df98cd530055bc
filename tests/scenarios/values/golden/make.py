"""Makes ../golden_*.cpp: files as other programs write them, for the tests of the readers.

Needs numpy, h5py and PyTorch 1.13 (Debian's python3-numpy, python3-h5py, python3-torch). The files
are small and stay as they are; this says how they were made.
"""
import argparse
import base64
import collections
import datetime
import io
import json
import os
import pickle
import sys
import tempfile
import textwrap
import zipfile

import h5py
import numpy as np
import torch

FILES = {"pickles": {}, "arrays": {}, "torch": {}, "archives": {}}


def put(group, name, data):
    FILES[group][name] = bytes(data)


class Slots:
    __slots__ = ("a", "b")


class MyList(list):
    pass


class MyDict(dict):
    pass


class Danger:
    def __reduce__(self):
        return (os.system, ("touch /tmp/executed",))


def pickles():
    slots = Slots()
    slots.a, slots.b = 1, "two"
    mine = MyDict(k=1)
    mine.extra = 2
    value = {
        "small": 1, "negative": -5, "big": 2**70, "big_negative": -(2**70), "of_17_bits": 70000,
        "of_41_bits": 2**40, "real": 0.12, "nan": float("nan"), "inf": float("-inf"), "yes": True,
        "no": False, "none": None, "text": "h\xe4\xdf\u20ac\U0001f600\nu\\", "bytes": b"\0\xff\x80",
        "no_bytes": b"", "set": {"x", "y", "z"}, "frozen": frozenset([1, 2]), "tuple": (1, 2, 3, 4),
        "list": [1, [2, [3]]], "ordered": collections.OrderedDict([("k", 1), ("j", 2)]),
        "default": collections.defaultdict(list, {"q": [1]}),
        "namespace": argparse.Namespace(lr=0.1, name="run", betas=(0.9, 0.999)),
        5: "int", ("p", 1): "tuple", "complex": 1 + 2j, "bytearray": bytearray(b"xyz"),
    }
    for protocol in range(6):
        put("pickles", f"values.{protocol}.pkl", pickle.dumps(value, protocol))
        arrays = {
            "rows": np.arange(6, dtype="f4").reshape(2, 3),
            "columns": np.asfortranarray(np.arange(6, dtype="f4").reshape(2, 3)),
            "big_end": np.arange(3, dtype=">i4"), "scalar": np.float64(0.5),
            "texts": np.array(["ab", "c"]), "objects": np.array([1, "x", None], dtype=object),
            "record": np.zeros(2, dtype=[("a", "<f4"), ("b", "<i8")]),
        }
        put("pickles", f"arrays.{protocol}.pkl", pickle.dumps(arrays, protocol))
    objects = {"slots": slots, "list": MyList([1, 2]), "dict": mine,
               "when": datetime.date(2020, 1, 2)}
    for protocol in (2, 4):
        put("pickles", f"objects.{protocol}.pkl", pickle.dumps(objects, protocol))
    put("pickles", "danger.pkl", pickle.dumps({"x": Danger(), "y": 1}, 4))
    word = "adam"
    copy = "".join(["ad", "am"])
    put("pickles", "interned.pkl", pickle.dumps([word, word, {"name": word}]))
    put("pickles", "copied.pkl", pickle.dumps([word, copy, {"name": "".join(["a", "dam"])}]))
    cycle = [1]
    cycle.append(cycle)
    put("pickles", "cycle.pkl", pickle.dumps(cycle))
    put("pickles", "several.pkl", pickle.dumps(1) + pickle.dumps([2]))


def saved(array):
    out = io.BytesIO()
    np.save(out, array, allow_pickle=True)
    return out.getvalue()


def arrays():
    rows = np.arange(6, dtype="f4").reshape(2, 3)
    put("arrays", "rows.npy", saved(rows))
    put("arrays", "columns.npy", saved(np.asfortranarray(rows)))
    put("arrays", "big_end.npy", saved(rows.astype(">f4")))
    put("arrays", "objects.npy", saved(np.array([1, "x"], dtype=object)))
    put("arrays", "record.npy", saved(np.zeros(2, dtype=[("a", "<f4"), ("b", "<i8", (2,))])))
    put("arrays", "scalar.npy", saved(np.float32(3)))
    put("arrays", "empty.npy", saved(np.zeros((0, 3))))
    put("arrays", "two.npy", saved(np.int64(1)) + saved(np.int64(2)))
    for name, save in (("stored.npz", np.savez), ("deflated.npz", np.savez_compressed)):
        out = io.BytesIO()
        save(out, w=np.arange(3.0), b=np.int32(4))
        put("arrays", name, out.getvalue())


def torch_file(value, name, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        torch.save(value, path, **options)
        with open(path, "rb") as file:
            return file.read()


def state(change=0.0, word="run"):
    model = collections.OrderedDict()
    model["0.weight"] = torch.arange(4.0).reshape(2, 2) + torch.tensor([[0.0, 0.0], [change, 0.0]])
    model["0.bias"] = torch.nn.Parameter(torch.tensor([0.12, 0.13]))
    return {
        "model": model, "epoch": 3, "name": word, "half": torch.arange(3).half(),
        "brain": torch.arange(3).bfloat16(), "turned": torch.arange(6.0).reshape(2, 3).t(),
        "sliced": torch.arange(10)[2:8:2], "expanded": torch.ones(1).expand(3),
        "flags": torch.tensor([True, False]), "scalar": torch.tensor(1.5),
    }


def rewritten(data, change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        change(None, new)
    return out.getvalue()


def torch_files():
    put("torch", "state.pt", torch_file(state(), "state.pt"))
    put("torch", "renamed.pt", torch_file(state(word="".join(["r", "un"])), "another_name.pt"))
    put("torch", "changed.pt", torch_file(state(change=0.5), "state.pt"))
    old = dict(_use_new_zipfile_serialization=False)
    put("torch", "legacy.pt", torch_file(state(), "legacy.pt", **old))
    put("torch", "plain.pkl", pickle.dumps({"w": torch.arange(3.0), "e": 1}))
    small = torch_file({"w": torch.tensor([1.0, 2.0])}, "big.pt")

    def turn(name, data):
        if name is None:
            data.writestr("big/byteorder", "big")
        elif "/data/" in name:
            return np.frombuffer(data, "<f4").astype(">f4").tobytes()
        return data

    put("torch", "small.pt", small)
    put("torch", "big_end.pt", rewritten(small, turn))


def keras(date, weight):
    out = io.BytesIO()
    weights = io.BytesIO()
    with h5py.File(weights, "w", libver="latest") as file:
        file.create_dataset("layers/dense/vars/0", data=np.array([1.0, weight], dtype="f4"))
        file.attrs["name"] = "dense"
    put("archives", f"weights.{weight}.h5", weights.getvalue())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3", "date_saved": date}))
        archive.writestr("config.json", json.dumps({"name": "model", "layers": [{"units": 2}]}))
        archive.writestr("model.weights.h5", weights.getvalue())
    return out.getvalue()


def archives():
    put("archives", "monday.keras", keras("2026-11-30@10:00:00", 2.0))
    put("archives", "tuesday.keras", keras("2026-12-01@11:11:11", 2.0))
    put("archives", "other.keras", keras("2026-11-30@10:00:00", 3.0))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.bin", bytes(100_000))
    put("archives", "bomb.zip", out.getvalue())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        with archive.open("a.json", "w", force_zip64=True) as member:
            member.write(b'{"x": [1, 2]}')
    put("archives", "zip64.zip", out.getvalue())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.json", "{}")
    put("archives", "bzip2.zip", out.getvalue())


def write(group, files, folder):
    table = "kGolden" + group.capitalize()
    lines = ["// Made by golden/make.py.", '#include "tests/scenarios/values/golden.h"', "",
             "namespace trainwreck::values {", "namespace {", "",
             f"constexpr GoldenFile {table}[] = {{"]
    for name, data in sorted(files.items()):
        text = base64.b64encode(data).decode()
        lines.append(f'    {{"{name}",')
        pieces = textwrap.wrap(text, 90)
        lines += [f'     "{piece}"' for piece in pieces[:-1]] + [f'     "{pieces[-1]}"}},']
    lines += ["};", "", "}  // namespace", "",
              f"std::span<const GoldenFile> golden_{group}() {{ return {table}; }}", "",
              "}  // namespace trainwreck::values", ""]
    with open(os.path.join(folder, f"golden_{group}.cpp"), "w") as out:
        out.write("\n".join(lines))
    print(group, sum(map(len, files.values())), len(lines))


pickles()
arrays()
torch_files()
archives()
for group, files in FILES.items():
    write(group, files, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
