#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scenarios/values/dtype.h"

namespace trainwreck::values {

enum class Kind : std::uint8_t {
  null,
  flag,
  integer,
  real,
  text,
  bytes,
  array,
  list,
  map,
  object  // of a class that nobody here knows: its name, and entries for its arguments and state
};

using NodeId = std::uint32_t;

// What else is to be known about a node.
enum Mark : std::uint8_t {
  kPlain = 0,
  kBig = 1,      // an integer of more than 64 bits, told in decimal or hexadecimal
  kTuple = 2,    // a list of fixed places, which mean different things
  kSet = 4,      // a list whose order means nothing; sort_sets() settles it
  kArchive = 8,  // a map of files; their names end with # in paths
  kColumn = 16,  // a list that is ignored as a whole or not at all
  kClass = 32,   // a class or function itself, not an object of it
};

struct Node {
  Kind kind = Kind::null;
  std::uint8_t marks = kPlain;
  std::uint32_t at = 0;    // where the tree keeps what does not fit in here
  std::uint64_t bits = 0;  // of a flag, integer or real

  bool is(Kind wanted) const { return kind == wanted; }
  bool has(Mark mark) const { return (marks & mark) != 0; }
  bool flag() const { return bits != 0; }
  std::int64_t integer() const { return static_cast<std::int64_t>(bits); }
  double real() const { return std::bit_cast<double>(bits); }
};

// The name of an entry. Its kind tells 1 from "1", and what an object consists of from what it
// contains.
struct Key {
  enum class Kind : std::uint8_t {
    text,
    other,      // any other value, told as text
    arguments,  // that an object was made with
    state,      // of an object
    items       // of a list of a class of its own
  };
  Kind kind = Kind::text;
  std::string text;

  bool operator==(const Key&) const = default;
};

using KeyId = std::uint32_t;

struct Entry {
  KeyId key = 0;
  NodeId value = 0;
};

// Of a map or an object. No key is there twice.
struct Entries {
  std::string_view class_name;
  std::vector<Entry> all;  // as they came; the order is no value
};

// Bytes in the file or kept by the tree, or no more than their hash.
struct Content {
  std::string_view bytes;
  std::uint64_t size = 0;
  std::uint32_t hash = 0;  // from 1, in the tree's hashes; 0 while the bytes are here
};

struct Array {
  DType type;
  std::vector<std::int64_t> shape;
  std::uint32_t content = 0;  // row by row, little-endian
};

using Hash = std::array<std::uint64_t, 2>;
Hash hash_of(std::string_view bytes);

// The values in a file. Nodes may have several parents and even be their own ancestors, as in
// Python; who walks them has to expect that. Texts, bytes and arrays may be views into the file,
// so its bytes have to outlive the tree, until detach().
class Tree {
 public:
  explicit Tree(std::size_t most_nodes = 10'000'000) : most_nodes_(most_nodes) {}
  Tree(Tree&&) = default;
  Tree& operator=(Tree&&) = default;

  NodeId root() const { return root_; }
  void set_root(NodeId root) { root_ = root; }
  std::size_t size() const { return nodes_.size(); }
  const Node& node(NodeId id) const { return nodes_[id]; }

  // The bytes or the text of such a node, or the spelling of a big integer; empty for others.
  std::string_view text(NodeId id) const;
  const Content& content(std::uint32_t at) const { return contents_[at]; }
  const Hash& hash(const Content& content) const { return hashes_[content.hash - 1]; }
  const Array& array(NodeId id) const { return arrays_[nodes_[id].at]; }
  std::string_view elements(NodeId id) const { return contents_[array(id).content].bytes; }
  const std::vector<NodeId>& items(NodeId id) const { return lists_[nodes_[id].at]; }
  // Of a map or an object.
  const Entries& entries(NodeId id) const { return entries_[nodes_[id].at]; }
  const Key& key(KeyId id) const { return keys_[id]; }
  // The value of an entry with this text for a key, or null.
  const Node* find(NodeId map, std::string_view key, NodeId* id = nullptr) const;

  // Each of these throws FormatError when the tree is full.
  NodeId add_null() { return add({}); }
  NodeId add_flag(bool value);
  NodeId add_integer(std::int64_t value);
  NodeId add_big_integer(std::string spelling);
  NodeId add_real(double value);
  // The bytes must outlive the tree; those that keep() returns do.
  NodeId add_text(std::string_view text);
  NodeId add_bytes(std::string_view bytes);
  NodeId add_array(DType type, std::vector<std::int64_t> shape, std::string_view elements);
  NodeId add_list(std::vector<NodeId> items = {}, std::uint8_t marks = kPlain);
  NodeId add_map(std::uint8_t marks = kPlain);
  NodeId add_object(std::string_view class_name, std::uint8_t marks = kPlain);

  std::string_view keep(std::string bytes);
  void append(NodeId list, NodeId item) { lists_[nodes_[list].at].push_back(item); }
  // In a map or an object; replaces the value of an entry that is there.
  void set(NodeId map, Key key, NodeId value);
  void set(NodeId map, KeyId key, NodeId value);
  KeyId key_id(Key key);
  // Makes one node what another one is: for objects that become something else once their state
  // is known.
  void become(NodeId id, NodeId other) { nodes_[id] = nodes_[other]; }
  // The name by which a value stands as a key: short, and different for different values but for
  // those that are objects.
  std::string key_text(NodeId id) const;
  // To be called once, at the end.
  void sort_sets();

  // Copies what is smaller than so many bytes and keeps a hash of the rest, so that the file's
  // bytes may go. Comparing still tells whether anything differs, but no longer which element.
  void detach(std::size_t largest_copy = 4096);

 private:
  NodeId add(Node node);
  std::uint32_t add_content(std::string_view bytes);

  std::size_t most_nodes_;
  NodeId root_ = 0;
  std::vector<Node> nodes_;
  std::vector<Content> contents_;
  std::vector<Hash> hashes_;
  std::vector<Array> arrays_;
  std::vector<std::vector<NodeId>> lists_;
  std::vector<Entries> entries_;
  std::map<std::string, KeyId, std::less<>> key_ids_;  // by kind and text
  std::deque<Key> keys_;
  std::unordered_map<std::uint64_t, std::uint32_t> places_;  // of an entry, by map and key
  std::deque<std::string> kept_;
};

}  // namespace trainwreck::values
