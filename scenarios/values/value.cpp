#include "scenarios/values/value.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/json_node.h"
#include "engine/base/text.h"

namespace trainwreck::values {
namespace {

constexpr std::size_t kLongestKey = 256;
constexpr std::size_t kLongestSpelling = 4096;
constexpr int kDeepestKey = 8;

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 32U;
  value *= 0xD6E8FEB86659FD93U;
  value ^= value >> 32U;
  value *= 0xD6E8FEB86659FD93U;
  return value ^ (value >> 32U);
}

std::string hash_text(std::string_view bytes) {
  return std::to_string(hash_of(bytes)[0]) + std::to_string(hash_of(bytes)[1]);
}

bool holds_bytes(const Node& node) {
  return node.is(Kind::text) || node.is(Kind::bytes) || node.has(kBig);
}

bool has_entries(const Node& node) { return node.is(Kind::map) || node.is(Kind::object); }

// Spells a value that is used as a key, which is nearly always a number or a small tuple.
class KeySpelling {
 public:
  explicit KeySpelling(const Tree& tree) : tree_(tree) {}

  void spell(NodeId id, int depth) {
    const Node& node = tree_.node(id);
    if (out_.size() > kLongestSpelling || depth > kDeepestKey) {
      out_ += "...";
      return;
    }
    switch (node.kind) {
      case Kind::null:
        out_ += "null";
        return;
      case Kind::flag:
        out_ += node.flag() ? "true" : "false";
        return;
      case Kind::integer:
        out_ += node.has(kBig) ? std::string(tree_.text(id)) : std::to_string(node.integer());
        return;
      case Kind::real:
        out_ += python_number(node.real());
        return;
      case Kind::text:
      case Kind::bytes:
        spell_bytes(tree_.text(id), node.is(Kind::bytes));
        return;
      case Kind::list:
        spell_list(id, depth);
        return;
      case Kind::array:
        out_ += "array";
        return;
      case Kind::map:
      case Kind::object:
        spell_entries(id, depth);
        return;
    }
  }
  std::string take() { return std::move(out_); }

 private:
  void spell_bytes(std::string_view bytes, bool raw) {
    if (raw) out_ += 'b';
    const bool whole = bytes.size() <= kLongestKey;
    out_ += json_text(bytes.substr(0, kLongestKey));
    if (!whole || !is_utf8(bytes)) out_ += "#" + hash_text(bytes);
  }
  void spell_list(NodeId id, int depth) {
    out_ += '(';
    for (const NodeId item : tree_.items(id)) {
      if (out_.back() != '(') out_ += ", ";
      spell(item, depth + 1);
      if (out_.size() > kLongestSpelling) break;
    }
    out_ += ')';
  }
  void spell_entries(NodeId id, int depth) {
    const Entries& entries = tree_.entries(id);
    out_ += entries.class_name;
    out_ += '{';
    for (const Entry& entry : entries.all) {
      if (out_.back() != '{') out_ += ", ";
      out_ += tree_.key(entry.key).text.substr(0, kLongestKey) + ": ";
      spell(entry.value, depth + 1);
      if (out_.size() > kLongestSpelling) break;
    }
    out_ += '}';
  }

  const Tree& tree_;
  std::string out_;
};

}  // namespace

Hash hash_of(std::string_view bytes) {
  Hash hash = {0x9E3779B97F4A7C15U ^ bytes.size(), 0xC2B2AE3D27D4EB4FU};
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, std::min<std::size_t>(8, bytes.size() - at));
    hash[0] = mix(hash[0] ^ word);
    hash[1] = (hash[1] + word) * 0x9FB21C651E98DF25U;
    hash[1] ^= hash[1] >> 29U;
  }
  return {mix(hash[0]), mix(hash[1])};
}

std::string_view Tree::text(NodeId id) const {
  return holds_bytes(nodes_[id]) ? contents_[nodes_[id].at].bytes : std::string_view();
}

const Node* Tree::find(NodeId map, std::string_view key, NodeId* id) const {
  if (!has_entries(nodes_[map])) return nullptr;
  for (const Entry& entry : entries(map).all) {
    if (keys_[entry.key].kind != Key::Kind::text || keys_[entry.key].text != key) continue;
    if (id != nullptr) *id = entry.value;
    return &nodes_[entry.value];
  }
  return nullptr;
}

NodeId Tree::add(Node node) {
  if (nodes_.size() >= most_nodes_) {
    throw FormatError("holds more than " + std::to_string(most_nodes_) + " values", 0);
  }
  nodes_.push_back(node);
  return static_cast<NodeId>(nodes_.size() - 1);
}

std::uint32_t Tree::add_content(std::string_view bytes) {
  contents_.push_back({bytes, bytes.size(), 0});
  return static_cast<std::uint32_t>(contents_.size() - 1);
}

NodeId Tree::add_flag(bool value) { return add({Kind::flag, kPlain, 0, value ? 1U : 0U}); }

NodeId Tree::add_integer(std::int64_t value) {
  return add({Kind::integer, kPlain, 0, static_cast<std::uint64_t>(value)});
}

NodeId Tree::add_big_integer(std::string spelling) {
  return add({Kind::integer, kBig, add_content(keep(std::move(spelling))), 0});
}

NodeId Tree::add_real(double value) {
  return add({Kind::real, kPlain, 0, std::bit_cast<std::uint64_t>(value)});
}

NodeId Tree::add_text(std::string_view text) {
  return add({Kind::text, kPlain, add_content(text), 0});
}

NodeId Tree::add_bytes(std::string_view bytes) {
  return add({Kind::bytes, kPlain, add_content(bytes), 0});
}

NodeId Tree::add_array(DType type, std::vector<std::int64_t> shape, std::string_view elements) {
  arrays_.push_back({std::move(type), std::move(shape), add_content(elements)});
  return add({Kind::array, kPlain, static_cast<std::uint32_t>(arrays_.size() - 1), 0});
}

NodeId Tree::add_list(std::vector<NodeId> items, std::uint8_t marks) {
  lists_.push_back(std::move(items));
  return add({Kind::list, marks, static_cast<std::uint32_t>(lists_.size() - 1), 0});
}

NodeId Tree::add_map(std::uint8_t marks) {
  entries_.emplace_back();
  return add({Kind::map, marks, static_cast<std::uint32_t>(entries_.size() - 1), 0});
}

NodeId Tree::add_object(std::string_view class_name, std::uint8_t marks) {
  entries_.push_back({class_name, {}});
  return add({Kind::object, marks, static_cast<std::uint32_t>(entries_.size() - 1), 0});
}

std::string_view Tree::keep(std::string bytes) { return kept_.emplace_back(std::move(bytes)); }

KeyId Tree::key_id(Key key) {
  std::string name = std::to_string(static_cast<int>(key.kind)) + key.text;
  const auto [found, is_new] =
      key_ids_.try_emplace(std::move(name), static_cast<KeyId>(keys_.size()));
  if (is_new) keys_.push_back(std::move(key));
  return found->second;
}

void Tree::set(NodeId map, Key key, NodeId value) { set(map, key_id(std::move(key)), value); }

void Tree::set(NodeId map, KeyId key, NodeId value) {
  const std::uint32_t at = nodes_[map].at;
  std::vector<Entry>& all = entries_[at].all;
  const std::uint64_t place = (static_cast<std::uint64_t>(at) << 32U) | key;
  const auto [found, is_new] = places_.try_emplace(place, static_cast<std::uint32_t>(all.size()));
  if (is_new) {
    all.push_back({key, value});
  } else {
    all[found->second].value = value;
  }
}

std::string Tree::key_text(NodeId id) const {
  KeySpelling spelling(*this);
  spelling.spell(id, 0);
  std::string text = spelling.take();
  if (text.size() <= kLongestKey) return text;
  return text.substr(0, kLongestKey / 2) + "#" + hash_text(text);
}

void Tree::sort_sets() {
  for (const Node& node : nodes_) {
    if (!node.is(Kind::list) || !node.has(kSet)) continue;
    std::vector<NodeId>& items = lists_[node.at];
    std::vector<std::pair<std::string, NodeId>> named;
    named.reserve(items.size());
    for (const NodeId item : items) named.emplace_back(key_text(item), item);
    std::stable_sort(named.begin(), named.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = named[i].second;
  }
}

void Tree::detach(std::size_t largest_copy) {
  std::deque<std::string> kept;
  for (Content& content : contents_) {
    if (content.hash != 0) continue;
    if (content.bytes.size() <= largest_copy) {
      content.bytes = kept.emplace_back(content.bytes);
    } else {
      hashes_.push_back(hash_of(content.bytes));
      content.bytes = {};
      content.hash = static_cast<std::uint32_t>(hashes_.size());
    }
  }
  for (Entries& entries : entries_) {
    if (!entries.class_name.empty()) entries.class_name = kept.emplace_back(entries.class_name);
  }
  kept_ = std::move(kept);
}

}  // namespace trainwreck::values
