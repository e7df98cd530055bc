#include "engine/combine/joined_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/errors.h"
#include "engine/combine/join_child.h"
#include "engine/combine/padding.h"

namespace trainwreck {

namespace {

// Where a batch of the whole comes from.
struct Place {
  std::size_t child = 0;
  std::int64_t round = 0;
  std::int64_t position = 0;
};

// What all joins share: who hears what when.
class Children {
 public:
  Children(Sources sources, std::string name)
      : name_(std::move(name)), children_(join_children(std::move(sources), name_)) {}

  JoinChildren& all() { return children_; }
  const JoinChildren& all() const { return children_; }
  std::int64_t size() const { return static_cast<std::int64_t>(children_.size()); }
  SourceTraits traits() const { return {.name = name_, .shuffles_rows = true, .joins = true}; }
  const std::string& name() const { return name_; }

  void start_pass(const Pass& pass) {
    for (JoinChild& child : children_) child.start_pass(pass);
  }
  void end_epoch() {
    for (JoinChild& child : children_) child.end_epoch();
  }
  void fetch(const Place& place, Batch& out) {
    for (std::size_t i = 0; i < children_.size(); ++i) {
      const bool next = i == place.child;
      children_[i].end_epoch_if_finished(next ? place.round : -1, next ? place.position : -1);
    }
    children_[place.child].fetch(place.round, place.position, out);
  }
  std::int64_t shortest() const {
    return std::min_element(children_.begin(), children_.end(), by_length)->length();
  }
  std::int64_t longest() const {
    return std::max_element(children_.begin(), children_.end(), by_length)->length();
  }

 private:
  static bool by_length(const JoinChild& a, const JoinChild& b) { return a.length() < b.length(); }

  std::string name_;
  JoinChildren children_;
};

class Concatenated final : public DataSource {
 public:
  explicit Concatenated(Sources sources) : children_(std::move(sources), "concatenate") {}
  SourceTraits traits() const override { return children_.traits(); }
  std::optional<std::int64_t> length() const override {
    std::int64_t sum = 0;
    for (const JoinChild& child : children_.all()) sum += child.length();
    return sum;
  }
  void start_pass(const Pass& pass) override { children_.start_pass(pass); }
  void on_epoch_end() override { children_.end_epoch(); }
  bool fetch(std::int64_t index, Batch& out) override {
    check_batch_index(children_.name(), index, *length());
    Place place{.position = index};
    while (place.position >= children_.all()[place.child].length()) {
      place.position -= children_.all()[place.child++].length();
    }
    children_.fetch(place, out);
    return true;
  }

 private:
  Children children_;
};

class Interleaved final : public DataSource {
 public:
  Interleaved(Sources sources, Until until)
      : children_(std::move(sources), "interleave"), until_(until) {
    if (until_ == Until::longest) refuse_empty_children();
  }
  SourceTraits traits() const override { return children_.traits(); }
  std::optional<std::int64_t> length() const override {
    if (until_ == Until::first) return children_.size() * children_.shortest();
    if (until_ == Until::longest) return children_.size() * children_.longest();
    std::int64_t sum = 0;
    for (const JoinChild& child : children_.all()) sum += child.length();
    return sum;
  }
  void start_pass(const Pass& pass) override {
    children_.end_epoch();
    const std::int64_t longest = children_.longest();
    for (JoinChild& child : children_.all()) {
      const std::int64_t own = std::max<std::int64_t>(child.length(), 1);
      child.set_rounds(until_ == Until::longest ? (longest + own - 1) / own : 1);
    }
    children_.start_pass(pass);
  }
  void on_epoch_end() override { children_.end_epoch(); }
  bool fetch(std::int64_t index, Batch& out) override {
    check_batch_index(children_.name(), index, *length());
    children_.fetch(until_ == Until::all ? place_without_finished(index) : place_in_turn(index),
                    out);
    return true;
  }

 private:
  void refuse_empty_children() const {
    for (std::int64_t i = 0; i < children_.size(); ++i) {
      const JoinChild& child = children_.all()[static_cast<std::size_t>(i)];
      if (child.length() > 0) continue;
      throw ValueError(fmt::format("interleave: source {} ({}) has no batch to begin again with", i,
                                   child.name()));
    }
  }

  Place place_in_turn(std::int64_t index) const {
    const auto child = static_cast<std::size_t>(index % children_.size());
    const std::int64_t length = std::max<std::int64_t>(children_.all()[child].length(), 1);
    const std::int64_t turn = index / children_.size();
    return {child, turn / length, turn % length};
  }

  // Turns fall into stretches in which the same children take part.
  Place place_without_finished(std::int64_t index) const {
    std::int64_t turn = 0;
    while (true) {
      std::int64_t active = 0;
      std::int64_t end = 0;  // of the stretch
      for (const JoinChild& child : children_.all()) {
        const std::int64_t length = child.length();
        if (length <= turn) continue;
        end = active++ == 0 ? length : std::min(end, length);
      }
      if (index >= (end - turn) * active) {
        index -= (end - turn) * active;
        turn = end;
        continue;
      }
      return {nth_active(index % active, turn), 0, turn + index / active};
    }
  }

  std::size_t nth_active(std::int64_t n, std::int64_t turn) const {
    std::size_t child = 0;
    while (children_.all()[child].length() <= turn || n-- > 0) ++child;
    return child;
  }

  Children children_;
  Until until_;
};

class Zipped final : public DataSource {
 public:
  Zipped(Sources sources, Unequal unequal)
      : children_(std::move(sources), "zip"), unequal_(unequal) {
    check_lengths();
  }
  SourceTraits traits() const override { return children_.traits(); }
  std::optional<std::int64_t> length() const override { return children_.shortest(); }
  void start_pass(const Pass& pass) override {
    children_.start_pass(pass);
    check_lengths();
    pass_ = pass.number;
  }
  void on_epoch_end() override { children_.end_epoch(); }
  bool fetch(std::int64_t index, Batch& out) override {
    check_batch_index(children_.name(), index, *length());
    for (RowCollector* rows : {&x_, &y_, &weight_}) rows->clear();
    for (std::size_t i = 0; i < children_.all().size(); ++i) {
      children_.fetch({i, 0, index}, part_);
      add(x_, part_.x);
      add(y_, part_.y);
      add(weight_, part_.sample_weight);
      check_part(i);
    }
    x_.finish(std::nullopt, out.x);
    y_.finish(std::nullopt, out.y);
    weight_.finish(std::nullopt, out.sample_weight);
    out.samples.clear();
    out.id = {.source = 0, .epoch = pass_, .index = index};
    return true;
  }

 private:
  void check_lengths() const {
    if (unequal_ == Unequal::shortest) return;
    const std::int64_t expected = children_.all()[0].length();
    for (std::size_t i = 1; i < children_.all().size(); ++i) {
      const JoinChild& child = children_.all()[i];
      if (child.length() == expected) continue;
      throw ValueError(fmt::format("zip: source 0 ({}) has {} batches, source {} ({}) has {}",
                                   children_.all()[0].name(), expected, i, child.name(),
                                   child.length()));
    }
  }

  static void add(RowCollector& rows, const Tensor& tensor) {
    if (!tensor.present()) return;
    for (std::int64_t i = 0; i < tensor.rows(); ++i) {
      rows.add(tensor.row(i), tensor.shape().without_rows());
    }
  }

  void check_part(std::size_t i) const {
    const auto check = [&](const char* what, const RowCollector& rows) {
      if (rows.rows() == 0 || rows.rows() == x_.rows()) return;
      throw ShapeError(fmt::format("zip: with source {} ({}) there are {} rows of x, {} of {}", i,
                                   children_.all()[i].name(), x_.rows(), rows.rows(), what));
    };
    check("y", y_);
    check("sample_weight", weight_);
  }

  Children children_;
  Unequal unequal_;
  std::int64_t pass_ = 0;
  Batch part_;
  RowCollector x_{"zip: x"}, y_{"zip: y"}, weight_{"zip: sample_weight"};
};

}  // namespace

std::shared_ptr<DataSource> concatenate_sources(Sources sources) {
  return std::make_shared<Concatenated>(std::move(sources));
}

std::shared_ptr<DataSource> interleave_sources(Sources sources, Until until) {
  return std::make_shared<Interleaved>(std::move(sources), until);
}

std::shared_ptr<DataSource> zip_sources(Sources sources, Unequal unequal) {
  return std::make_shared<Zipped>(std::move(sources), unequal);
}

}  // namespace trainwreck
