#include "engine/callbacks/batch_inspector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/errors.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

BatchInspector::Part part_of(const Tensor& tensor) {
  BatchInspector::Part part;
  if (!tensor.present()) return part;
  part.shape = tensor.shape();
  part.dtype = tensor.dtype();
  bool any = false;
  for (const float value : tensor.values()) {
    if (!std::isfinite(value)) {
      ++part.non_finite;
      continue;
    }
    part.min = any ? std::min(part.min, value) : value;
    part.max = any ? std::max(part.max, value) : value;
    any = true;
  }
  return part;
}

bool present(const BatchInspector::Part& part) { return part.dtype != Dtype::none; }

std::string non_finite_text(std::string_view what, const BatchInspector::Part& part) {
  if (part.non_finite == 0) return {};
  return fmt::format("{} of its {} values in {} are not finite", part.non_finite, part.shape.size(),
                     what);
}

std::string rows_text(std::string_view what, const Tensor& tensor, std::int64_t rows) {
  if (!tensor.present() || tensor.rows() == rows) return {};
  return fmt::format("x has {} rows, {} has {}", rows, what, tensor.rows());
}

std::string shape_text(std::string_view what, const BatchInspector::Part& part,
                       const Shape& expected) {
  if (!present(part) || part.shape.without_rows() == expected) return {};
  return fmt::format("the rows of {} have the shape {}, at first it was {}", what,
                     part.shape.without_rows().text(), expected.text());
}

}  // namespace

std::string_view name_of(BatchInspector::Phase phase) {
  switch (phase) {
    case BatchInspector::Phase::train:
      return "train";
    case BatchInspector::Phase::test:
      return "test";
    case BatchInspector::Phase::predict:
      return "predict";
  }
  return "?";
}

BatchInspector::BatchInspector(BatchInspectorOptions options) : options_(options) {
  if (options_.every < 1) {
    throw ValueError(
        fmt::format("batch_inspector: every must be at least 1, got {}", options_.every));
  }
}

void BatchInspector::set_session(Session&) {
  for (RowShapes& shapes : expected_) shapes = {};
  told_ = false;
}

void BatchInspector::inspect(Phase phase, Event& event) {
  const Batch* batch = event.session.batch();
  if (batch == nullptr) return;
  Record record{.phase = phase,
                .epoch = event.epoch,
                .batch = event.index,
                .id = batch->id,
                .x = part_of(batch->x),
                .y = part_of(batch->y),
                .sample_weight = part_of(batch->sample_weight),
                .oddity = {}};
  record.oddity = oddity_of(record, *batch);
  ++inspected_;
  if (!record.oddity.empty()) ++odd_;
  if (!record.oddity.empty() && !told_) {
    told_ = true;
    event.session.warn("batch_inspector.odd_batch",
                       fmt::format("{} batch {} of epoch {} is odd: {}", name_of(phase),
                                   record.batch, record.epoch, record.oddity));
  }
  if (static_cast<std::int64_t>(records_.size()) < options_.max_records) {
    records_.push_back(std::move(record));
  }
}

std::string BatchInspector::oddity_of(const Record& record, const Batch& batch) {
  if (batch.rows() == 0) return "it has no rows";
  RowShapes& expected = expected_[static_cast<std::size_t>(record.phase)];
  if (!expected.known) {
    expected = {
        .known = true, .x = record.x.shape.without_rows(), .y = record.y.shape.without_rows()};
  }
  for (std::string text :
       {rows_text("y", batch.y, batch.rows()),
        rows_text("sample_weight", batch.sample_weight, batch.rows()),
        shape_text("x", record.x, expected.x), shape_text("y", record.y, expected.y),
        non_finite_text("x", record.x), non_finite_text("y", record.y),
        non_finite_text("sample_weight", record.sample_weight)}) {
    if (!text.empty()) return text;
  }
  return {};
}

namespace callbacks {

CallbackEntry batch_inspector() {
  return {"batch_inspector", "records shapes and ranges of the batches and warns of an odd one",
          [](Params& params, const BuildContext&) -> CallbackHandle {
            BatchInspectorOptions options;
            options.every =
                params.integer("every", 1, "look at each n-th batch of an epoch", {.low = 1});
            options.max_records =
                params.integer("max_records", 1000, "how many batches to remember", {.low = 0});
            return std::make_shared<BatchInspector>(options);
          }};
}

}  // namespace callbacks
}  // namespace trainwreck
