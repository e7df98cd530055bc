#include <mutex>
#include <string>
#include <utility>

#include "scenarios/readers/formats.h"
#include "scenarios/readers/h5_data.h"
#include "scenarios/readers/h5_library.h"
#include "scenarios/readers/h5_trial.h"

namespace trainwreck::values {
namespace {

constexpr int kDeepestGroup = 64;
constexpr std::uint64_t kStepsOfLink = 1000;
constexpr unsigned kReadOnly = 0;  // H5F_ACC_RDONLY, which calls the library as well

// The library prints its errors and looks for plug-ins that unknown filters name: neither here.
class QuietH5 {
 public:
  QuietH5() {
    h5().Eget_auto2(H5E_DEFAULT, &print_, &argument_);
    h5().Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    h5().PLset_loading_state(0);
  }
  ~QuietH5() { h5().Eset_auto2(H5E_DEFAULT, print_, argument_); }
  QuietH5(const QuietH5&) = delete;
  QuietH5& operator=(const QuietH5&) = delete;

 private:
  H5E_auto2_t print_ = nullptr;
  void* argument_ = nullptr;
};

H5Handle open_in_memory(std::string_view bytes) {
  const H5Handle access(h5().Pcreate(h5().file_access()), h5().Pclose, "an access list");
  h5().Pset_fapl_core(access, 1U << 16U, false);
  // The library's interface lacks a const; it copies the bytes.
  h5().Pset_file_image(access, const_cast<char*>(bytes.data()), bytes.size());
  const hid_t file = h5().Fopen("image.h5", kReadOnly, access);
  if (file < 0) {
    throw FormatError("is no whole HDF5 file: it is cut, was never closed, or is damaged", 0);
  }
  return {file, h5().Fclose, "a file"};
}

// Groups are maps. An attribute stands beside what it belongs to: "dense@units", "@keras_version".
class H5Groups {
 public:
  explicit H5Groups(Reading& reading) : reading_(reading) {}

  NodeId read(hid_t group, const std::string& path, int depth) {
    if (depth > kDeepestGroup) throw FormatError(path + " is nested too deeply", 0);
    const NodeId map = reading_.tree.add_map();
    H5G_info_t info{};
    if (h5().Gget_info(group, &info) < 0) throw FormatError(path + " cannot be listed", 0);
    for (hsize_t i = 0; i < info.nlinks; ++i) {
      reading_.budget.spend_steps(kStepsOfLink);
      read_link(group, link_name(group, i, path), path, depth, map);
    }
    return map;
  }
  void read_attributes(hid_t object, const std::string& name, NodeId map) {
    const int count = h5().Aget_num_attrs(object);
    if (count < 0) throw FormatError(name + " has attributes that cannot be listed", 0);
    for (unsigned i = 0; i < static_cast<unsigned>(count); ++i) {
      reading_.budget.spend_steps(kStepsOfLink);
      const H5Handle attribute(
          h5().Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT),
          h5().Aclose, "an attribute of " + name);
      const std::string key = name + "@" + attribute_name(attribute);
      const NodeId value = read_h5_data(attribute, true, printable(key), reading_);
      reading_.tree.set(map, {Key::Kind::text, key}, value);
    }
  }

 private:
  static std::string link_name(hid_t group, hsize_t at, const std::string& path) {
    const auto ask = [&](char* out, std::size_t size) {
      return h5().Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, at, out, size,
                                   H5P_DEFAULT);
    };
    const auto size = ask(nullptr, 0);
    if (size <= 0) throw FormatError(path + " has a link without a name", 0);
    std::string name(static_cast<std::size_t>(size) + 1, '\0');
    ask(name.data(), name.size());
    name.pop_back();
    return name;
  }
  static std::string attribute_name(hid_t attribute) {
    const auto size = h5().Aget_name(attribute, 0, nullptr);
    if (size <= 0) return "";
    std::string name(static_cast<std::size_t>(size) + 1, '\0');
    h5().Aget_name(attribute, name.size(), name.data());
    name.pop_back();
    return name;
  }

  // Only what lies in the file itself is read: other links may lead into other files.
  void read_link(hid_t group, const std::string& name, const std::string& path, int depth,
                 NodeId map) {
    H5L_info_t info{};
    if (h5().Lget_info(group, name.c_str(), &info, H5P_DEFAULT) < 0) {
      throw FormatError(path + " has a broken link", 0);
    }
    const std::string full = printable(path + name);
    NodeId value = 0;
    if (info.type != H5L_TYPE_HARD) {
      std::string target(info.u.val_size, '\0');
      reading_.budget.spend_bytes(target.size());
      h5().Lget_val(group, name.c_str(), target.data(), target.size(), H5P_DEFAULT);
      value = reading_.tree.add_object("HDF5 link");
      reading_.tree.set(value, {Key::Kind::state, ""},
                        reading_.tree.add_text(reading_.tree.keep(std::move(target))));
      reading_.tree.set(map, {Key::Kind::text, name}, value);
      return;
    }
    const H5Handle object(h5().Oopen(group, name.c_str(), H5P_DEFAULT), h5().Oclose, full);
    switch (h5().Iget_type(object)) {
      case H5I_GROUP:
        value = read(object, path + name + "/", depth + 1);
        break;
      case H5I_DATASET:
        check_storage(object, full);
        value = read_h5_data(object, false, full, reading_);
        break;
      default:
        value = reading_.tree.add_object("HDF5 type");
    }
    reading_.tree.set(map, {Key::Kind::text, name}, value);
    read_attributes(object, name, map);
  }

  static void check_storage(hid_t dataset, const std::string& name) {
    const H5Handle list(h5().Dget_create_plist(dataset), h5().Pclose, "a description of " + name);
    if (h5().Pget_external_count(list) > 0 || h5().Pget_layout(list) == H5D_VIRTUAL) {
      throw FormatError(name + " lies in other files", 0);
    }
  }

  Reading& reading_;
};

NodeId read_h5_tree(std::string_view bytes, Reading& reading) {
  const H5Handle file = open_in_memory(bytes);
  const H5Handle root(h5().Gopen2(file, "/", H5P_DEFAULT), h5().Gclose, "a root");
  H5Groups groups(reading);
  const NodeId map = groups.read(root, "", 0);
  groups.read_attributes(root, "", map);
  return map;
}

}  // namespace

bool can_read_h5() { return H5Library::is_there(); }

NodeId read_h5(std::string_view bytes, Reading& reading) {
  if (!H5Library::is_there()) throw FormatError("is HDF5, whose library is not here", 0);
  // The library keeps its state for the whole process.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const QuietH5 quiet;
  try_h5(
      [&] {
        Tree passing(reading.limits.nodes);
        Budget budget(reading.limits);
        Reading trial{passing, budget, reading.limits, reading.archives};
        read_h5_tree(bytes, trial);
      },
      reading.limits.library_cpu_seconds);
  return read_h5_tree(bytes, reading);
}

}  // namespace trainwreck::values
