// The instructions that would import and call something.
#include <utility>

#include "scenarios/pickles/pickle_machine.h"

namespace trainwreck::values {
namespace {

// Python 3 writes the names of Python 2 into protocols before 3.
std::string_view modern_module(std::string_view module) {
  if (module == "__builtin__") return "builtins";
  if (module == "copy_reg") return "copyreg";
  return module;
}

}  // namespace

std::vector<NodeId> PickleMachine::arguments_of(NodeId tuple) const {
  if (!tree_.node(tuple).is(Kind::list)) refuse("calls something without a tuple");
  // The same tuple may be given to many calls.
  reading_.budget.spend_bytes(tree_.items(tuple).size() * sizeof(NodeId));
  return tree_.items(tuple);
}

// A value that serves as a key many times is spelled only once.
KeyId PickleMachine::key(NodeId value) {
  const auto [found, is_new] = keys_.try_emplace(value, 0);
  if (is_new) {
    Key key = key_of_value(tree_, value);
    reading_.budget.spend_steps(key.text.size() / 4);
    found->second = tree_.key_id(std::move(key));
  }
  return found->second;
}

void PickleMachine::append_all(NodeId list, const std::vector<NodeId>& items) {
  NodeId target = list;
  const Node& node = tree_.node(list);
  if (node.is(Kind::object) || node.is(Kind::map)) {
    // An object of a class that is a list: its items become a list of its own.
    const KeyId own = tree_.key_id({Key::Kind::items, ""});
    target = tree_.add_list();
    for (const Entry& entry : tree_.entries(list).all) {
      if (entry.key == own) target = entry.value;
    }
    tree_.set(list, own, target);
  } else if (!node.is(Kind::list)) {
    refuse("appends to what is no list");
  }
  for (const NodeId item : items) tree_.append(target, item);
}

void PickleMachine::set_all(NodeId map, const std::vector<NodeId>& pairs) {
  const Node& node = tree_.node(map);
  if (!node.is(Kind::map) && !node.is(Kind::object)) refuse("sets an item of what is no map");
  if (pairs.size() % 2 != 0) refuse("has a key without a value");
  for (std::size_t i = 0; i < pairs.size(); i += 2) tree_.set(map, key(pairs[i]), pairs[i + 1]);
}

void PickleMachine::push_class(std::string_view module, std::string_view name) {
  std::string full(modern_module(module));
  full += '.';
  full += name;
  push(tree_.add_object(tree_.keep(std::move(full)), kClass));
}

bool PickleMachine::global(unsigned char instruction) {
  switch (instruction) {
    case 'c': {
      const std::string_view module = bytes_.take_until('\n');
      push_class(module, bytes_.take_until('\n'));
      return true;
    }
    case 0x93: {
      const NodeId name = pop();
      const NodeId module = pop();
      if (!tree_.node(name).is(Kind::text) || !tree_.node(module).is(Kind::text)) {
        refuse("names a class by what is no text");
      }
      push_class(tree_.text(module), tree_.text(name));
      return true;
    }
    case 0x82:
    case 0x83:
    case 0x84: {
      const int size = instruction == 0x84 ? 4 : instruction - 0x81;
      push_class("extension", tree_.keep(std::to_string(bytes_.number(size))));
      return true;
    }
    default:
      return false;
  }
}

void PickleMachine::push_call(NodeId function, std::vector<NodeId> arguments) {
  const Node& node = tree_.node(function);
  if (node.is(Kind::object) && node.has(kClass)) {
    const std::string_view name = tree_.entries(function).class_name;
    if (name == "copyreg.__newobj__" && !arguments.empty()) {
      const NodeId class_id = arguments.front();
      arguments.erase(arguments.begin());
      push_object(class_id, std::move(arguments));
      return;
    }
    if (name == "copyreg._reconstructor" && arguments.size() == 3) {
      // The base's own value counts where there is one: of a dict, a list, a number.
      const NodeId state = arguments[2];
      push_object(arguments.front(), {});
      if (!tree_.node(state).is(Kind::null)) {
        tree_.set(top(), {Key::Kind::items, ""}, state);
      }
      return;
    }
    if (const auto value = known_call(name, arguments, reading_)) {
      push(*value);
      return;
    }
  }
  push_object(function, std::move(arguments));
}

void PickleMachine::push_object(NodeId class_id, std::vector<NodeId> arguments) {
  const Node& node = tree_.node(class_id);
  const bool named = node.is(Kind::object) && node.has(kClass);
  if (named) {
    const std::string_view name = tree_.entries(class_id).class_name;
    const bool plain = name == "collections.OrderedDict" || name == "builtins.dict";
    if (plain && arguments.empty()) {
      push(tree_.add_map());
      return;
    }
  }
  const NodeId object = tree_.add_object(named ? tree_.entries(class_id).class_name : "?");
  if (!named) tree_.set(object, {Key::Kind::text, "(called)"}, class_id);
  if (!arguments.empty()) {
    tree_.set(object, {Key::Kind::arguments, ""}, tree_.add_list(std::move(arguments), kTuple));
  }
  push(object);
}

bool PickleMachine::call(unsigned char instruction) {
  switch (instruction) {
    case 'R': {
      const NodeId arguments = pop();
      const NodeId function = pop();
      push_call(function, arguments_of(arguments));
      return true;
    }
    case 0x81: {
      const NodeId arguments = pop();
      const NodeId class_id = pop();
      push_object(class_id, arguments_of(arguments));
      return true;
    }
    case 0x92: {
      const NodeId named = pop();
      const NodeId arguments = pop();
      const NodeId class_id = pop();
      push_object(class_id, arguments_of(arguments));
      const bool any = tree_.node(named).is(Kind::map) && !tree_.entries(named).all.empty();
      const bool takes = tree_.node(top()).is(Kind::object) || tree_.node(top()).is(Kind::map);
      if (any && takes) tree_.set(top(), {Key::Kind::text, "(named arguments)"}, named);
      return true;
    }
    case 'o': {
      std::vector<NodeId> arguments = pop_to_mark();
      if (arguments.empty()) refuse("makes an object of no class");
      const NodeId class_id = arguments.front();
      arguments.erase(arguments.begin());
      push_object(class_id, std::move(arguments));
      return true;
    }
    case 'i': {
      const std::string_view module = bytes_.take_until('\n');
      const std::string_view name = bytes_.take_until('\n');
      std::vector<NodeId> arguments = pop_to_mark();
      push_class(module, name);
      push_object(pop(), std::move(arguments));
      return true;
    }
    case 'b':
      build();
      return true;
    default:
      return false;
  }
}

void PickleMachine::build() {
  const NodeId state = pop();
  const NodeId object = top();
  if (known_state(object, state, reading_)) return;
  const Node& node = tree_.node(object);
  // What has no room for a state is a value that a known call made: nothing else is in it.
  if (!node.is(Kind::object) && !node.is(Kind::map)) return;
  if (tree_.node(state).is(Kind::null)) return;
  tree_.set(object, {Key::Kind::state, ""}, state);
}

bool PickleMachine::other(unsigned char instruction) {
  switch (instruction) {
    case 0x80:
      if (bytes_.number(1) > 5) refuse("is a pickle of a protocol that nobody knows yet");
      return true;
    case 0x95: {
      const std::uint64_t size = bytes_.number(8);
      if (size > bytes_.left()) refuse("ends too early: a frame is cut");
      return true;
    }
    case 'P':
    case 'Q': {
      const NodeId id = instruction == 'Q' ? pop() : tree_.add_text(bytes_.take_until('\n'));
      if (load_) {
        push(load_(id));
      } else {
        const NodeId object = tree_.add_object("persistent id");
        tree_.set(object, {Key::Kind::state, ""}, id);
        push(object);
      }
      return true;
    }
    case '.':
      stopped_ = true;
      return true;
    default:
      return false;
  }
}

}  // namespace trainwreck::values
