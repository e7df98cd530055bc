#include <fmt/format.h>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class CheckpointIntact final : public Assertion {
 public:
  explicit CheckpointIntact(Params& params)
      : path_(params.need_text("path", "the file")),
        is_(params.flag("is", true, "false: it is there, but damaged")) {}

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const std::string expected = path_ + (is_ ? ", whole" : ", damaged");
    const std::string* file = file_of(outcome, scope, path_);
    if (file == nullptr) return missed(expected, "there is no such file");
    const std::string damage = damage_of(*file);
    if (damage.empty() == is_) return held();
    return missed(expected, is_ ? damage : "it is whole");
  }

 private:
  static std::string damage_of(const std::string& bytes) {
    try {
      decode(bytes);
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }

  std::string path_;
  bool is_;
};

}  // namespace

AssertionEntry checkpoint_intact() {
  return {"checkpoint_intact", "A checkpoint is there, whole, and its checksum verifies.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<CheckpointIntact>(params);
          }};
}

}  // namespace trainwreck::assertions
