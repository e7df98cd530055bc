#include <optional>
#include <utility>

#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

class DroppedTail final : public FaultOn<FetchOperation> {
 private:
  void before(FetchOperation& operation, const Strike&) override {
    if (operation.source->traits().access == Access::random) {
      const std::optional<std::int64_t> length = operation.source->length();
      operation.got = !length || operation.index + 1 < *length;
      operation.answered = !operation.got;
      return;
    }
    // A stream does not know which batch is its last before it has looked at the next.
    if (operation.index == 0) has_next_ = operation.source->fetch(0, next_);
    operation.answered = true;
    Batch ahead;
    operation.got = has_next_ && operation.source->fetch(operation.index + 1, ahead);
    has_next_ = operation.got;
    if (!operation.got) return;
    *operation.batch = std::move(next_);
    next_ = std::move(ahead);
  }

  Batch next_;
  bool has_next_ = false;
};

std::unique_ptr<Fault> make_drops_last_batch(Params&, const BuildContext&) {
  return std::make_unique<DroppedTail>();
}

}  // namespace

FaultEntry drops_last_batch() {
  return {"drops_last_batch", "the source ends one batch too early, whatever its length says",
          &make_drops_last_batch};
}

}  // namespace trainwreck::faults
