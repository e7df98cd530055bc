#include <fmt/format.h>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class CheckpointAbsent final : public Assertion {
 public:
  explicit CheckpointAbsent(Params& params) : path_(params.need_text("path", "the file")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const std::string* file = file_of(outcome, scope, path_);
    if (file == nullptr) return held();
    return missed("no " + path_, fmt::format("a file of {} bytes", file->size()));
  }

 private:
  std::string path_;
};

}  // namespace

AssertionEntry checkpoint_absent() {
  return {"checkpoint_absent", "There is no file of this name.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<CheckpointAbsent>(params);
          }};
}

}  // namespace trainwreck::assertions
