#include "scenarios/values/difference.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "scenarios/values/compare_leaf.h"

namespace trainwreck::values {
namespace {

constexpr std::uint32_t kNowhere = 0xFFFFFFFFU;
constexpr std::string_view kEverything = "*";

// Two containers that are being walked side by side.
struct Frame {
  NodeId a;
  NodeId b;
  std::size_t next = 0;
  bool clean = true;  // nothing below differs so far
  // Of maps: which entries belong together. Empty when those of one place do.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;

  std::uint64_t pair() const { return (static_cast<std::uint64_t>(a) << 32U) | b; }
};

enum class Want : std::uint8_t { first, parts };

// Walks two trees side by side without recursion. Pairs that proved equal are not walked again, so
// shared nodes cost nothing; a pair that is being walked counts as equal, so cycles end.
class Walk {
 public:
  Walk(const Tree& a, const Tree& b, const CompareOptions& options, Want want)
      : sides_{a, b}, options_(options), want_(want) {}

  void run() {
    visit(sides_.a.root(), sides_.b.root());
    while (!frames_.empty() && !done_) advance();
  }
  const std::vector<Difference>& found() const { return found_; }
  std::vector<std::string> parts() const {
    if (done_) return {std::string(kEverything)};
    return {parts_.begin(), parts_.end()};
  }

 private:
  bool is_list(const Frame& frame) const { return sides_.a.node(frame.a).is(Kind::list); }
  std::size_t children(const Frame& frame) const;
  std::pair<NodeId, NodeId> child(const Frame& frame, std::size_t at) const;
  const Key& key_of(const Frame& frame, std::size_t at) const;
  void advance();
  void visit(NodeId a, NodeId b);
  void enter(NodeId a, NodeId b);
  bool enter_map(Frame& frame);
  void leave();
  bool spend();

  bool has_one_kind(NodeId list);
  void append_step(const Frame& frame, std::string& path, bool& after_file, bool general);
  // The path of what is being visited, in steps: each is where a longer path's step ends.
  std::string path(std::vector<std::size_t>* ends, bool general);
  std::string part();
  bool is_ignored(const std::string& whole, const std::vector<std::size_t>& ends);
  void differ(const Shown& shown);

  Sides sides_;
  const CompareOptions& options_;
  Want want_;
  bool done_ = false;
  std::uint64_t steps_ = 0;
  std::vector<Frame> frames_;
  std::unordered_set<std::uint64_t> open_;
  std::unordered_set<std::uint64_t> equal_;
  std::unordered_map<NodeId, bool> one_kind_;
  std::vector<Difference> found_;
  std::set<std::string> parts_;
};

std::size_t Walk::children(const Frame& frame) const {
  if (is_list(frame)) {
    return std::min(sides_.a.items(frame.a).size(), sides_.b.items(frame.b).size());
  }
  return frame.pairs.empty() ? sides_.a.entries(frame.a).all.size() : frame.pairs.size();
}

std::pair<NodeId, NodeId> Walk::child(const Frame& frame, std::size_t at) const {
  if (is_list(frame)) return {sides_.a.items(frame.a)[at], sides_.b.items(frame.b)[at]};
  const std::vector<Entry>& left = sides_.a.entries(frame.a).all;
  const std::vector<Entry>& right = sides_.b.entries(frame.b).all;
  if (frame.pairs.empty()) return {left[at].value, right[at].value};
  const auto [a, b] = frame.pairs[at];
  return {a == kNowhere ? kNowhere : left[a].value, b == kNowhere ? kNowhere : right[b].value};
}

const Key& Walk::key_of(const Frame& frame, std::size_t at) const {
  const std::uint32_t a =
      frame.pairs.empty() ? static_cast<std::uint32_t>(at) : frame.pairs[at].first;
  if (a != kNowhere) return sides_.a.key(sides_.a.entries(frame.a).all[a].key);
  return sides_.b.key(sides_.b.entries(frame.b).all[frame.pairs[at].second].key);
}

bool Walk::spend() {
  if (++steps_ <= options_.steps && frames_.size() <= options_.depth) return true;
  found_.push_back({path(nullptr, false), "too much to compare", "too much to compare"});
  done_ = true;
  return false;
}

void Walk::advance() {
  Frame& frame = frames_.back();
  if (frame.next < children(frame)) {
    const auto [a, b] = child(frame, frame.next++);
    if (a == kNowhere || b == kNowhere) {
      differ({"", a == kNowhere ? "nothing" : shown(sides_.a, a),
              b == kNowhere ? "nothing" : shown(sides_.b, b)});
    } else {
      visit(a, b);
    }
    return;
  }
  leave();
}

void Walk::visit(NodeId a, NodeId b) {
  if (!spend()) return;
  if (const auto difference = leaf_difference(sides_, a, b, options_.rtol)) {
    differ(*difference);
    return;
  }
  const Kind kind = sides_.a.node(a).kind;
  if (kind == Kind::list || kind == Kind::map || kind == Kind::object) enter(a, b);
}

void Walk::enter(NodeId a, NodeId b) {
  Frame frame{a, b, 0, true, {}};
  if (equal_.contains(frame.pair()) || open_.contains(frame.pair())) return;
  const bool is_one_part =
      is_list(frame) ? want_ == Want::parts && sides_.a.items(a).size() != sides_.b.items(b).size()
                     : enter_map(frame);
  if (is_one_part) {
    differ({"", shown(sides_.a, a), shown(sides_.b, b)});
    return;
  }
  open_.insert(frame.pair());
  frames_.push_back(std::move(frame));
}

// Pairs the entries up. True for a map that is one part: each side has keys of its own.
bool Walk::enter_map(Frame& frame) {
  const std::vector<Entry>& left = sides_.a.entries(frame.a).all;
  const std::vector<Entry>& right = sides_.b.entries(frame.b).all;
  const auto same_key = [&](const Entry& a, const Entry& b) {
    return sides_.a.key(a.key) == sides_.b.key(b.key);
  };
  if (std::equal(left.begin(), left.end(), right.begin(), right.end(), same_key)) return false;
  std::unordered_map<std::string, std::uint32_t> places;
  const auto name = [](const Key& key) {
    return std::to_string(static_cast<int>(key.kind)) + key.text;
  };
  for (std::uint32_t i = 0; i < right.size(); ++i) places[name(sides_.b.key(right[i].key))] = i;
  for (std::uint32_t i = 0; i < left.size(); ++i) {
    const auto found = places.find(name(sides_.a.key(left[i].key)));
    frame.pairs.emplace_back(i, found == places.end() ? kNowhere : found->second);
    if (found != places.end()) places.erase(found);
  }
  const bool lacking = left.size() + places.size() > right.size();
  for (std::uint32_t i = 0; i < right.size(); ++i) {
    if (places.contains(name(sides_.b.key(right[i].key)))) frame.pairs.emplace_back(kNowhere, i);
  }
  steps_ += left.size() + right.size();
  return want_ == Want::parts && lacking && !places.empty();
}

void Walk::leave() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  open_.erase(frame.pair());
  if (is_list(frame)) {
    const std::size_t left = sides_.a.items(frame.a).size();
    const std::size_t right = sides_.b.items(frame.b).size();
    if (left != right) {
      frame.clean = false;
      differ({"", shown(sides_.a, frame.a), shown(sides_.b, frame.b)});
    }
  }
  if (frame.clean) equal_.insert(frame.pair());
}

// Whether a list's elements mean the same thing, so that what holds for one holds for all.
bool Walk::has_one_kind(NodeId list) {
  const auto [known, is_new] = one_kind_.try_emplace(list, true);
  if (!is_new) return known->second;
  const Node& node = sides_.a.node(list);
  const std::vector<NodeId>& items = sides_.a.items(list);
  known->second = !node.has(kTuple) && std::all_of(items.begin(), items.end(), [&](NodeId item) {
    return sides_.a.node(item).kind == sides_.a.node(items.front()).kind;
  });
  return known->second;
}

void Walk::append_step(const Frame& frame, std::string& path, bool& after_file, bool general) {
  const std::size_t at = frame.next - 1;
  if (is_list(frame)) {
    const bool all = general && has_one_kind(frame.a);
    path += after_file ? "#[" : "[";
    path += all ? std::string(kEverything) : std::to_string(at);
    path += ']';
    after_file = false;
    return;
  }
  const Key& key = key_of(frame, at);
  if (key.kind == Key::Kind::state || key.kind == Key::Kind::items) return;
  if (!path.empty()) path += after_file ? '#' : '.';
  path += key.kind == Key::Kind::arguments ? "(arguments)" : key.text;
  after_file = sides_.a.node(frame.a).has(kArchive);
}

std::string Walk::path(std::vector<std::size_t>* ends, bool general) {
  std::string text;
  bool after_file = false;
  for (const Frame& frame : frames_) {
    append_step(frame, text, after_file, general);
    if (ends != nullptr) ends->push_back(text.size());
  }
  return text;
}

bool Walk::is_ignored(const std::string& whole, const std::vector<std::size_t>& ends) {
  for (std::size_t level = 0; level <= ends.size(); ++level) {
    const std::string_view part =
        std::string_view(whole).substr(0, level == 0 ? 0 : ends[level - 1]);
    const bool ignored =
        std::any_of(options_.ignore.begin(), options_.ignore.end(),
                    [&](const std::string& pattern) { return matches(pattern, part); });
    if (!ignored) continue;
    // All that is left below this part goes without saying.
    for (std::size_t i = level; i < frames_.size(); ++i) frames_[i].next = children(frames_[i]);
    return true;
  }
  return false;
}

// The part that stands for a difference here: of a column the whole.
std::string Walk::part() {
  std::vector<std::size_t> ends;
  std::string whole = path(&ends, true);
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    if (!sides_.a.node(frames_[i].a).has(kColumn)) continue;
    whole.resize(i == 0 ? 0 : ends[i - 1]);
    frames_[i].next = children(frames_[i]);
    break;
  }
  return whole.empty() ? std::string(kEverything) : whole;
}

void Walk::differ(const Shown& shown) {
  for (Frame& frame : frames_) frame.clean = false;
  std::vector<std::size_t> ends;
  std::string whole = path(&ends, false);
  if (!options_.ignore.empty() && is_ignored(whole, ends)) return;
  if (want_ == Want::parts) {
    parts_.insert(part());
    done_ = parts_.size() > options_.most_parts;
  } else {
    found_.push_back({std::move(whole) + shown.index, shown.left, shown.right});
    done_ = true;
  }
}

}  // namespace

std::string Difference::text() const {
  return (path.empty() ? "" : path + ": ") + left + " against " + right;
}

std::optional<Difference> first_difference(const Tree& a, const Tree& b,
                                           const CompareOptions& options) {
  Walk walk(a, b, options, Want::first);
  walk.run();
  if (walk.found().empty()) return std::nullopt;
  return walk.found().front();
}

std::vector<std::string> parts_that_differ(const Tree& a, const Tree& b,
                                           const CompareOptions& options) {
  Walk walk(a, b, options, Want::parts);
  walk.run();
  return walk.parts();
}

// Goes back to the last * when the text does not fit, which is enough: an earlier one could take
// nothing that this one cannot.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (in < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = in;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[in])) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++resume;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

}  // namespace trainwreck::values
