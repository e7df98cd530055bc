#include "scenarios/campaign/advice.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace trainwreck::campaign {
namespace {

struct Library {
  std::string_view format;
  std::string_view import;
  std::string_view write;  // into the open file f
};

constexpr std::array<Library, 6> kLibraries{{
    {"torch", "torch", "torch.save(state, f)  # not torch.save(state, path): it hides a full disk"},
    {"pickle", "pickle", "pickle.dump(state, f)"},
    {"npz", "numpy", "numpy.savez(f, **arrays)"},
    {"npy", "numpy", "numpy.save(f, array)"},
    {"json", "json", "f.write(json.dumps(state).encode())"},
    {"safetensors", "safetensors.torch", "f.write(safetensors.torch.save(tensors))"},
}};

// Libraries that want a path: what they wrote is synced afterwards.
std::string_view path_writer(const std::string& format) {
  if (format == "h5" || format == "hdf5")
    return "model.save_weights(tmp)  # or h5py.File(tmp, \"w\")";
  if (format == "keras") return "model.save(tmp)  # tmp has to end with .keras";
  return "";
}

std::string python_file(const Setting& setting) {
  std::string_view import = "pickle";
  std::string_view write = "f.write(data)  # the checkpoint's bytes";
  for (const Library& library : kLibraries) {
    if (library.format != setting.format) continue;
    import = library.import;
    write = library.write;
  }
  const bool known = write.find("data") == std::string_view::npos;
  const std::string_view by_path = path_writer(setting.format);
  std::string body = fmt::format(
      "        with open(tmp, \"wb\") as f:\n"
      "            {}\n"
      "            f.flush()\n"
      "            os.fsync(f.fileno())\n",
      write);
  if (!by_path.empty()) {
    body = fmt::format(
        "        {}\n"
        "        with open(tmp, \"rb+\") as f: os.fsync(f.fileno())\n",
        by_path);
  }
  return fmt::format(
      "import os{}\n"
      "def save({}, path):\n"
      "    root, end = os.path.splitext(path)\n"
      "    tmp = root + \".tmp\" + end\n"
      "    try:\n"
      "{}"
      "        os.replace(tmp, path)\n"
      "    except BaseException:\n"
      "        if os.path.exists(tmp): os.remove(tmp)\n"
      "        raise\n"
      "    folder = os.open(os.path.dirname(path) or \".\", os.O_RDONLY)\n"
      "    os.fsync(folder)\n"
      "    os.close(folder)\n",
      known && by_path.empty() ? fmt::format(", {}", import) : "",
      by_path.empty() ? (setting.format == "npz"           ? "arrays"
                         : setting.format == "npy"         ? "array"
                         : setting.format == "safetensors" ? "tensors"
                         : known                           ? "state"
                                                           : "data")
                      : "model",
      body);
}

constexpr std::string_view kPythonFolder =
    "import os, shutil\n"
    "def save(write_files, path):  # write_files(folder) writes what belongs together\n"
    "    tmp = os.path.join(os.path.dirname(path), \"tmp-\" + os.path.basename(path))\n"
    "    shutil.rmtree(tmp, ignore_errors=True)\n"
    "    os.makedirs(tmp)\n"
    "    try:\n"
    "        write_files(tmp)\n"
    "        for name in [*os.listdir(tmp), \".\"]:\n"
    "            fd = os.open(os.path.join(tmp, name), os.O_RDONLY)\n"
    "            os.fsync(fd)\n"
    "            os.close(fd)\n"
    "        os.rename(tmp, path)\n"
    "    except BaseException:\n"
    "        shutil.rmtree(tmp, ignore_errors=True)\n"
    "        raise\n"
    "    parent = os.open(os.path.dirname(path) or \".\", os.O_RDONLY)\n"
    "    os.fsync(parent)\n"
    "    os.close(parent)\n";

constexpr std::string_view kAnyFile =
    "int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);\n"
    "ok = fd >= 0 && write_all(fd, bytes, size) && fsync(fd) == 0;\n"
    "ok = close(fd) == 0 && ok && rename(tmp, path) == 0;\n"
    "if (!ok) { unlink(tmp); return false; }\n"
    "int folder = open(folder_of(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);\n"
    "ok = fsync(folder) == 0;\n"
    "close(folder);\n";

std::string code_for(const Setting& setting) {
  const bool folder = setting.protocol == Protocol::folder_in_place ||
                      setting.protocol == Protocol::folder_renamed ||
                      setting.protocol == Protocol::folder_durable;
  if (!setting.python) return std::string(kAnyFile);
  return folder ? std::string(kPythonFolder) : python_file(setting);
}

std::string sentence_for(const Setting& setting) {
  switch (setting.protocol) {
    case Protocol::folder_in_place:
    case Protocol::folder_renamed:
      return "write into a temporary folder beside it, fsync its files and the folder, rename it, "
             "fsync the parent; at the start take only folders with the final name";
    case Protocol::several_files:
      return "put what belongs together into one file, or into one folder that is renamed; publish "
             "it with one rename";
    case Protocol::deleted_first:
      return "delete the old checkpoint only after the new one is whole and synced; a rename over "
             "it does both";
    case Protocol::rename_without_sync:
      return "flush and fsync the temporary file before the rename, and the folder after it: "
             "without that the new name may come first";
    case Protocol::rename_without_folder:
      return "fsync the folder after the rename: until then the old name may come back";
    default:
      return "write to a temporary file in the same folder, flush, fsync, rename it over the "
             "checkpoint, fsync the folder; remove the temporary file when any of it fails";
  }
}

}  // namespace

std::string advice_for(const Setting& setting, End end, Fault fault, bool by_resume) {
  if (by_resume) {
    const std::string text =
        "save everything that the next step depends on, and restore it: random state of each "
        "library, order and position of the data, optimizer, schedule, best value";
    if (!setting.python) return text;
    return text + "\nstate[\"random\"] = random.getstate()   # save\n" +
           "random.setstate(state[\"random\"])     # resume; JSON makes lists of tuples\n" +
           (setting.format == "torch" ? "state[\"torch\"] = torch.get_rng_state()\n" : "");
  }
  if (is_signal(fault) && end != End::hung) {
    return "let the handler set a flag alone, and save between two steps, as always:\n" +
           sentence_for(setting);
  }
  if (end == End::orphans) {
    return "let children end with their parent: prctl(PR_SET_PDEATHSIG), or a pipe whose end they "
           "see";
  }
  if (end == End::hung && fault == Fault::one_process) {
    return "wait for children with a time limit, and end when one of them is gone";
  }
  if (end == End::silent_failure) {
    return "let a failed save be seen: check what every write, flush and close returns, and exit "
           "with another code than 0\n" +
           code_for(setting);
  }
  if (end == End::started_over) {
    return "keep the last complete checkpoint until the next one is complete, and let the start "
           "fail rather than begin from nothing beside one that it cannot read; " +
           sentence_for(setting) + "\n" + code_for(setting);
  }
  if (end == End::lost_work) return sentence_for(setting);
  return sentence_for(setting) + "\n" + code_for(setting);
}

}  // namespace trainwreck::campaign
