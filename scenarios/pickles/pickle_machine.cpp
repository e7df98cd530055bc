#include "scenarios/pickles/pickle_machine.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <utility>

#include "engine/base/text.h"

namespace trainwreck::values {
namespace {

// The memo's places are small numbers; spelled out in protocol 0.
std::optional<std::int64_t> small_integer(std::string_view digits) {
  std::int64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

PickleMachine::PickleMachine(std::string_view bytes, std::size_t at, Reading& reading,
                             const PersistentLoad& load)
    : bytes_(bytes, at),
      reading_(reading),
      tree_(reading.tree),
      load_(load),
      null_(tree_.add_null()),
      true_(tree_.add_flag(true)),
      false_(tree_.add_flag(false)) {}

NodeId PickleMachine::run() {
  while (!stopped_) {
    reading_.budget.spend_steps(1);
    const std::size_t before = at();
    const auto instruction = static_cast<unsigned char>(bytes_.take(1).front());
    const bool known = memo(instruction) || number(instruction) || text(instruction) ||
                       empty(instruction) || fill(instruction) || gather(instruction) ||
                       stack(instruction) || global(instruction) || call(instruction) ||
                       raw(instruction) || line(instruction) || other(instruction);
    if (!known) {
      refuse_bytes("is no pickle: unknown instruction " + std::to_string(instruction), before);
    }
  }
  return top();
}

void PickleMachine::refuse(std::string_view why) const { refuse_bytes(why, at()); }

NodeId PickleMachine::top() const {
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) refuse("takes what is not there");
  return stack_.back();
}

NodeId PickleMachine::pop() {
  const NodeId value = top();
  stack_.pop_back();
  return value;
}

std::vector<NodeId> PickleMachine::pop_to_mark() {
  if (marks_.empty()) refuse("looks for a mark that is not there");
  const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<NodeId> values(first, stack_.end());
  stack_.erase(first, stack_.end());
  marks_.pop_back();
  return values;
}

bool PickleMachine::number(unsigned char instruction) {
  switch (instruction) {
    case 'N':
      push(null_);
      return true;
    case 0x88:
    case 0x89:
      push(instruction == 0x88 ? true_ : false_);
      return true;
    case 'K':
      push(tree_.add_integer(static_cast<std::int64_t>(bytes_.number(1))));
      return true;
    case 'M':
      push(tree_.add_integer(static_cast<std::int64_t>(bytes_.number(2))));
      return true;
    case 'J':
      push(tree_.add_integer(static_cast<std::int32_t>(bytes_.number(4))));
      return true;
    case 'G': {  // the only number with the big end first
      std::uint64_t bits = 0;
      for (const char c : bytes_.take(8)) bits = (bits << 8U) | static_cast<unsigned char>(c);
      push(tree_.add_real(std::bit_cast<double>(bits)));
      return true;
    }
    case 0x8A:
      push_long(bytes_.take(bytes_.number(1)));
      return true;
    case 0x8B:
      push_long(bytes_.take(bytes_.number(4)));
      return true;
    default:
      return false;
  }
}

// Protocol 0 writes values as lines of text.
bool PickleMachine::line(unsigned char instruction) {
  if (std::string_view("ILFSV").find(static_cast<char>(instruction)) == std::string_view::npos) {
    return false;
  }
  std::string_view value = bytes_.take_until('\n');
  switch (instruction) {
    case 'I':
      if (value == "00" || value == "01") {
        push(value == "01" ? true_ : false_);
      } else {
        push_decimal(value);
      }
      return true;
    case 'L':
      if (!value.empty() && value.back() == 'L') value.remove_suffix(1);
      push_decimal(value);
      return true;
    case 'F': {
      double real = 0.0;
      const char* end = value.data() + value.size();
      const auto [at, error] = std::from_chars(value.data(), end, real);
      const bool finite = error != std::errc::invalid_argument;
      if (!finite || at != end) refuse("has a number that is none");
      push(tree_.add_real(real));
      return true;
    }
    case 'S':
      if (value.size() < 2) refuse("has a string without quotes");
      push_python2(tree_.keep(unescape_string(value.substr(1, value.size() - 2))));
      return true;
    default:
      push(tree_.add_text(tree_.keep(unescape_unicode(value))));
      return true;
  }
}

bool PickleMachine::text(unsigned char instruction) {
  switch (instruction) {
    case 0x8C:
      push(tree_.add_text(bytes_.take(bytes_.number(1))));
      return true;
    case 'X':
      push(tree_.add_text(bytes_.take(bytes_.number(4))));
      return true;
    case 0x8D:
      push(tree_.add_text(bytes_.take(bytes_.number(8))));
      return true;
    case 'U':
      push_python2(bytes_.take(bytes_.number(1)));
      return true;
    case 'T':
      push_python2(bytes_.take(bytes_.number(4)));
      return true;
    default:
      return false;
  }
}

bool PickleMachine::raw(unsigned char instruction) {
  switch (instruction) {
    case 'C':
      push(tree_.add_bytes(bytes_.take(bytes_.number(1))));
      return true;
    case 'B':
      push(tree_.add_bytes(bytes_.take(bytes_.number(4))));
      return true;
    case 0x8E:  // bytes
    case 0x96:  // a bytearray
      push(tree_.add_bytes(bytes_.take(bytes_.number(8))));
      return true;
    case 0x97:
      refuse("keeps its buffers outside of the file");
    case 0x98:  // makes a buffer read-only
      return true;
    default:
      return false;
  }
}

bool PickleMachine::empty(unsigned char instruction) {
  switch (instruction) {
    case ']':
      push(tree_.add_list());
      return true;
    case '}':
      push(tree_.add_map());
      return true;
    case ')':
      push(tree_.add_list({}, kTuple));
      return true;
    case 0x8F:
      push(tree_.add_list({}, kSet));
      return true;
    default:
      return false;
  }
}

bool PickleMachine::gather(unsigned char instruction) {
  switch (instruction) {
    case 'l':
      push(tree_.add_list(pop_to_mark()));
      return true;
    case 't':
      push(tree_.add_list(pop_to_mark(), kTuple));
      return true;
    case 0x91:
      push(tree_.add_list(pop_to_mark(), kSet));
      return true;
    case 'd': {
      const std::vector<NodeId> pairs = pop_to_mark();
      const NodeId map = tree_.add_map();
      set_all(map, pairs);
      push(map);
      return true;
    }
    case 0x85:
    case 0x86:
    case 0x87: {
      std::vector<NodeId> items(instruction - 0x84U);
      for (std::size_t i = items.size(); i-- > 0;) items[i] = pop();
      push(tree_.add_list(std::move(items), kTuple));
      return true;
    }
    default:
      return false;
  }
}

bool PickleMachine::fill(unsigned char instruction) {
  switch (instruction) {
    case 'a': {
      const NodeId item = pop();
      append_all(top(), {item});
      return true;
    }
    case 'e':
    case 0x90: {
      const std::vector<NodeId> items = pop_to_mark();
      append_all(top(), items);
      return true;
    }
    case 's': {
      const NodeId value = pop();
      const NodeId name = pop();
      set_all(top(), {name, value});
      return true;
    }
    case 'u': {
      const std::vector<NodeId> pairs = pop_to_mark();
      set_all(top(), pairs);
      return true;
    }
    default:
      return false;
  }
}

bool PickleMachine::stack(unsigned char instruction) {
  switch (instruction) {
    case '(':
      marks_.push_back(stack_.size());
      return true;
    case '0':
      // Right after a mark it is the mark that is taken.
      if (!marks_.empty() && marks_.back() == stack_.size()) {
        marks_.pop_back();
      } else {
        pop();
      }
      return true;
    case '1':
      pop_to_mark();
      return true;
    case '2':
      push(top());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::memo(unsigned char instruction) {
  const auto get = [&](std::uint64_t place) {
    const auto found = memo_.find(place);
    if (found == memo_.end()) refuse("uses what it never kept");
    push(found->second);
  };
  const auto spelled = [&] {
    const auto place = small_integer(bytes_.take_until('\n'));
    if (!place || *place < 0) refuse("has no number where one must be");
    return static_cast<std::uint64_t>(*place);
  };
  switch (instruction) {
    case 0x94:
      memo_[memo_.size()] = top();
      return true;
    case 'q':
      memo_[bytes_.number(1)] = top();
      return true;
    case 'r':
      memo_[bytes_.number(4)] = top();
      return true;
    case 'p':
      memo_[spelled()] = top();
      return true;
    case 'h':
      get(bytes_.number(1));
      return true;
    case 'j':
      get(bytes_.number(4));
      return true;
    case 'g':
      get(spelled());
      return true;
    default:
      return false;
  }
}

// What Python 2 calls a string is a text if it can be.
void PickleMachine::push_python2(std::string_view bytes) {
  push(is_ascii(bytes) ? tree_.add_text(bytes) : tree_.add_bytes(bytes));
}

void PickleMachine::push_long(std::string_view bytes) {
  if (bytes.size() > 8) {
    push(tree_.add_big_integer(decimal_of(bytes)));
    return;
  }
  std::uint64_t value = !bytes.empty() && (bytes.back() & '\x80') != 0 ? ~0ULL : 0ULL;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
  }
  push(tree_.add_integer(static_cast<std::int64_t>(value)));
}

void PickleMachine::push_decimal(std::string_view digits) {
  if (const auto value = small_integer(digits)) {
    push(tree_.add_integer(*value));
    return;
  }
  const std::string_view bare = digits.substr(digits.starts_with('-') ? 1 : 0);
  if (bare.empty() || bare.find_first_not_of("0123456789") != std::string_view::npos) {
    refuse("has a number that is none");
  }
  push(tree_.add_big_integer(std::string(digits)));
}

}  // namespace trainwreck::values
