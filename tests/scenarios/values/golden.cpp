#include "tests/scenarios/values/golden.h"

#include <map>
#include <stdexcept>

#include "scenarios/values/show.h"

namespace trainwreck::values {
namespace {

std::string decoded(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = (bits << 6U) | static_cast<std::uint32_t>(kDigits.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
  }
  return bytes;
}

const std::map<std::string, std::string>& all_golden() {
  static const std::map<std::string, std::string> files = [] {
    std::map<std::string, std::string> all;
    for (const auto group :
         {golden_pickles(), golden_arrays(), golden_torch(), golden_archives()}) {
      for (const auto& [name, text] : group) all[std::string(name)] = decoded(text);
    }
    return all;
  }();
  return files;
}

std::string spelled_entries(const Tree& tree, NodeId id) {
  std::string text(tree.entries(id).class_name);
  text += '{';
  for (const Entry& entry : tree.entries(id).all) {
    if (text.back() != '{') text += ", ";
    const Key& key = tree.key(entry.key);
    const bool own = key.kind == Key::Kind::state || key.kind == Key::Kind::items;
    text += own ? "" : key.kind == Key::Kind::arguments ? "with " : key.text + ": ";
    text += spelled(tree, entry.value);
  }
  return text + "}";
}

}  // namespace

const std::string& golden(const std::string& name) {
  const auto found = all_golden().find(name);
  if (found == all_golden().end()) throw std::out_of_range("no golden file " + name);
  return found->second;
}

std::vector<std::string> golden_names() {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : all_golden()) names.push_back(name);
  return names;
}

Limits small_limits() {
  Limits limits;
  limits.nodes = 100'000;
  limits.unpacked_bytes = 1'000'000;
  limits.steps = 1'000'000;
  limits.library_cpu_seconds = 1;
  return limits;
}

ReadResult read_golden(const std::string& name) { return read_values(name, golden(name)); }

std::string compared(const ReadResult& a, const ReadResult& b, const CompareOptions& options) {
  const auto difference = first_difference(a, b, options);
  return difference ? difference->text() : "same";
}

std::string compared(const std::string& a, const std::string& b, const CompareOptions& options) {
  return compared(read_golden(a), read_golden(b), options);
}

std::string spelled(const Tree& tree, NodeId id) {
  const Node& node = tree.node(id);
  if (node.is(Kind::map) || (node.is(Kind::object) && !node.has(kClass))) {
    return spelled_entries(tree, id);
  }
  std::string text = node.is(Kind::list) ? "[" : shown(tree, id);
  if (node.is(Kind::list)) {
    for (const NodeId item : tree.items(id)) {
      text += (text.size() > 1 ? ", " : "") + spelled(tree, item);
    }
    text += "]";
  }
  if (node.is(Kind::array)) {
    const std::string_view elements = tree.elements(id);
    const DType& type = tree.array(id).type;
    for (std::size_t at = 0; at < elements.size(); at += type.size) {
      text += " " + element_text(type, elements.substr(at, type.size));
    }
  }
  if (node.is(Kind::bytes)) {
    text += " " + element_text(raw_dtype("bytes", tree.text(id).size()), tree.text(id));
  }
  return text;
}

std::string spelled(const ReadResult& result) { return spelled(result.tree, result.tree.root()); }

}  // namespace trainwreck::values
