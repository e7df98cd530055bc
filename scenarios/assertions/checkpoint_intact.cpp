#include <fmt/format.h>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "scenarios/findings.h"

namespace trainwreck::assertions {
namespace {

class CheckpointIntact final : public Assertion {
 public:
  explicit CheckpointIntact(Params& params) : path_(params.need_text("path", "the file")) {}

  Finding check(const Outcome& outcome, const AssertionScope&) const override {
    const auto file = outcome.files.find(path_);
    if (file == outcome.files.end()) return missed(path_ + ", whole", "there is no such file");
    try {
      decode(file->second);
      return held();
    } catch (const Error& error) {
      return missed(path_ + ", whole", error.what());
    }
  }

 private:
  std::string path_;
};

}  // namespace

AssertionEntry checkpoint_intact() {
  return {"checkpoint_intact", "A checkpoint is there, whole, and its checksum verifies.",
          [](Params& params, const BuildContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<CheckpointIntact>(params);
          }};
}

}  // namespace trainwreck::assertions
