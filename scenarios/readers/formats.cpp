#include "scenarios/readers/formats.h"

#include <algorithm>
#include <array>

#include "scenarios/pickles/numpy_arrays.h"
#include "scenarios/pickles/pickle.h"
#include "scenarios/pickles/torch.h"
#include "scenarios/readers/text_formats.h"
#include "scenarios/values/zip.h"

namespace trainwreck::values {
namespace {

constexpr std::string_view kH5Magic = "\x89HDF\r\n\x1a\n";

struct NamedFormat {
  std::string_view ending;
  std::string_view format;
};
// Where the name alone has to do: for texts, which look alike, and for what is damaged from its
// first byte on.
constexpr std::array<NamedFormat, 19> kEndings = {{
    {".json", "json"},
    {".ipynb", "json"},
    {".jsonl", "json lines"},
    {".ndjson", "json lines"},
    {".csv", "csv"},
    {".tsv", "tsv"},
    {".pkl", "pickle"},
    {".pickle", "pickle"},
    {".npy", "npy"},
    {".npz", "zip"},
    {".keras", "zip"},
    {".zip", "zip"},
    {".pt", "torch"},
    {".pth", "torch"},
    {".safetensors", "safetensors"},
    {".h5", "h5"},
    {".hdf5", "h5"},
    {".pt2", "zip"},
    {".hdf", "h5"},
}};

std::string_view format_by_name(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const NamedFormat& named : kEndings) {
    if (lower.ends_with(named.ending)) return named.format;
  }
  return "";
}

// Protocols from 2 on begin with their number.
bool is_pickle(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
}

std::string_view format_by_content(std::string_view bytes) {
  if (is_zip(bytes)) return "zip";
  if (is_npy(bytes)) return "npy";
  if (bytes.starts_with(kH5Magic)) return "h5";
  if (is_legacy_torch(bytes)) return "torch";
  if (is_pickle(bytes)) return "pickle";
  if (is_safetensors(bytes)) return "safetensors";
  return "";
}

bool looks_like_json(std::string_view bytes) {
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (bytes[first] == '{' || bytes[first] == '[');
}

bool has_member(const std::vector<ZipMember>& members, std::string_view name) {
  return std::any_of(members.begin(), members.end(),
                     [&](const ZipMember& member) { return member.name == name; });
}

NodeId read_member(std::string_view name, std::string_view bytes, Reading& reading) {
  std::string format(format_of(name, bytes));
  try {
    return read_file(bytes, format, reading);
  } catch (const FormatError& error) {
    throw error.in_file(printable(name));
  }
}

NodeId read_archive(std::string_view bytes, std::string& format, Reading& reading) {
  const std::vector<ZipMember> members = list_zip(bytes);
  if (is_torch_zip(members)) {
    format = "torch";
    return read_torch_zip(bytes, members, reading);
  }
  const bool arrays =
      !members.empty() && std::all_of(members.begin(), members.end(), [](const ZipMember& member) {
        return member.name.ends_with(".npy");
      });
  format = arrays                                                                       ? "npz"
           : has_member(members, "metadata.json") && has_member(members, "config.json") ? "keras"
                                                                                        : "zip";
  const NodeId map = reading.tree.add_map(arrays ? kPlain : kArchive);
  Reading inner{reading.tree, reading.budget, reading.limits, reading.archives + 1};
  for (const ZipMember& member : members) {
    if (member.is_folder()) continue;
    const std::string_view content = unzip(bytes, member, Checksum::needed, reading);
    // The names of arrays are those that np.load() knows.
    const std::string_view name =
        member.name.substr(0, member.name.size() - (arrays ? std::string_view(".npy").size() : 0));
    reading.tree.set(map, {Key::Kind::text, std::string(name)},
                     read_member(member.name, content, inner));
  }
  return map;
}

NodeId read_unknown(std::string_view bytes, std::string& format, Reading& reading) {
  if (looks_like_json(bytes)) {
    try {
      const NodeId value = read_json(bytes, reading);
      format = "json";
      return value;
    } catch (const FormatError&) {
      // It only looked like JSON.
    }
  }
  format = "bytes";
  return reading.tree.add_bytes(bytes);
}

// A table that breaks the rules of CSV may be a log of another kind.
NodeId read_table(std::string_view bytes, char delimiter, std::string& format, Reading& reading) {
  try {
    return read_csv(bytes, delimiter, reading);
  } catch (const FormatError&) {
    format = "bytes";
    return reading.tree.add_bytes(bytes);
  }
}

NodeId read_torch_file(std::string_view bytes, Reading& reading) {
  if (is_legacy_torch(bytes)) return read_legacy_torch(bytes, reading);
  throw FormatError("is no file that torch wrote", 0);
}

}  // namespace

std::string_view format_of(std::string_view name, std::string_view bytes) {
  const std::string_view known = format_by_content(bytes);
  const std::string_view format = known.empty() ? format_by_name(name) : known;
  return format == "h5" && !can_read_h5() ? "" : format;
}

NodeId read_file(std::string_view bytes, std::string& format, Reading& reading) {
  if (reading.archives > reading.limits.archives) {
    throw FormatError(
        "holds files in files, deeper than " + std::to_string(reading.limits.archives), 0);
  }
  if (format == "zip") return read_archive(bytes, format, reading);
  if (format == "npy") return read_npy(bytes, reading);
  if (format == "h5") return read_h5(bytes, reading);
  if (format == "torch") return read_torch_file(bytes, reading);
  if (format == "pickle") return read_pickle_file(bytes, reading);
  if (format == "safetensors") return read_safetensors_values(bytes, reading);
  if (format == "json") return read_json(bytes, reading);
  if (format == "json lines") return read_json_lines(bytes, reading);
  if (format == "csv") return read_table(bytes, ',', format, reading);
  if (format == "tsv") return read_table(bytes, '\t', format, reading);
  return read_unknown(bytes, format, reading);
}

}  // namespace trainwreck::values
