#pragma once

#include <optional>
#include <string>

#include "engine/loop/loop_state.h"
#include "engine/trainer/batch_feed.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {

// Which markers each of `epochs` epochs sees: "[0 1][2]"; "!" where its supply ran dry.
inline std::string dealt(BatchFeed& feed, int epochs) {
  std::string text;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    feed.begin_epoch();
    text += "[";
    while (const Batch* batch = feed.next()) {
      text +=
          (text.back() == '[' ? "" : " ") + std::to_string(static_cast<std::int64_t>(batch->x[0]));
    }
    text += feed.supply() == Supply::dry ? "!]" : "]";
    feed.end_epoch();
  }
  return text;
}

struct FeedScene : Scene {
  explicit FeedScene(Policy the_policy) : Scene(the_policy), state(*model, policy, seams()) {}
  LoopState state;
  Session& session = state.session;
};

// A stream that begins anew in each pass.
class LoopingStream final : public DataSource {
 public:
  explicit LoopingStream(std::int64_t batches) : batches_(batches) {}
  SourceTraits traits() const override { return {.name = "stream", .access = Access::stream}; }
  std::optional<std::int64_t> length() const override { return declared; }
  void start_pass(const Pass&) override { next_ = 0; }
  bool fetch(std::int64_t, Batch& out) override {
    if (next_ >= batches_) return false;
    out = marker_batch(next_++);
    return true;
  }
  std::optional<std::int64_t> declared;

 private:
  std::int64_t batches_;
  std::int64_t next_ = 0;
};

}  // namespace trainwreck::testing
