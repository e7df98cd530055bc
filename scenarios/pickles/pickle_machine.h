#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scenarios/pickles/pickle.h"

namespace trainwreck::values {

// The stack machine that a pickle is a program for. Each method named for a group of instructions
// returns false for one that is not of its group.
class PickleMachine {
 public:
  PickleMachine(std::string_view bytes, std::size_t at, Reading& reading,
                const PersistentLoad& load);
  NodeId run();
  std::size_t at() const { return bytes_.at(); }

 private:
  bool number(unsigned char instruction);
  bool line(unsigned char instruction);
  bool text(unsigned char instruction);
  bool raw(unsigned char instruction);
  bool empty(unsigned char instruction);
  bool gather(unsigned char instruction);
  bool fill(unsigned char instruction);
  bool stack(unsigned char instruction);
  bool memo(unsigned char instruction);
  bool global(unsigned char instruction);
  bool call(unsigned char instruction);
  bool other(unsigned char instruction);

  [[noreturn]] void refuse(std::string_view why) const;
  void push(NodeId value) { stack_.push_back(value); }
  NodeId top() const;
  NodeId pop();
  // All values above the last mark, which is taken away.
  std::vector<NodeId> pop_to_mark();
  void push_python2(std::string_view bytes);
  void push_long(std::string_view bytes);
  void push_decimal(std::string_view digits);
  void append_all(NodeId list, const std::vector<NodeId>& items);
  void set_all(NodeId map, const std::vector<NodeId>& pairs);
  void push_call(NodeId function, std::vector<NodeId> arguments);
  void push_object(NodeId class_id, std::vector<NodeId> arguments);
  void build();
  void push_class(std::string_view module, std::string_view name);
  KeyId key(NodeId value);
  std::vector<NodeId> arguments_of(NodeId tuple) const;

  Bytes bytes_;
  Reading& reading_;
  Tree& tree_;
  const PersistentLoad& load_;
  std::vector<NodeId> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, NodeId> memo_;
  std::unordered_map<NodeId, KeyId> keys_;
  NodeId null_;
  NodeId true_;
  NodeId false_;
  bool stopped_ = false;
};

// Texts of protocol 0: what stands between the quotes, and Python's raw-unicode-escape.
std::string unescape_string(std::string_view text);
std::string unescape_unicode(std::string_view text);
// Of a little-endian two's complement integer of any size.
std::string decimal_of(std::string_view bytes);

}  // namespace trainwreck::values
