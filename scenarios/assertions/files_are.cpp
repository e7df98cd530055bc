#include <fmt/format.h>

#include <algorithm>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class FilesAre final : public Assertion {
 public:
  explicit FilesAre(Params& params)
      : below_(params.text("below", "", "only look below this folder")),
        paths_(params.texts("paths", "all of them, in any order")) {
    std::sort(paths_.begin(), paths_.end());
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    std::vector<std::string> actual;
    for (const auto& [path, bytes] : files_of(outcome, scope)) {
      if (path.starts_with(below_)) actual.push_back(path);
    }
    if (actual == paths_) return held();
    return missed(fmt::format("{}", fmt::join(paths_, ", ")),
                  actual.empty() ? "no file" : fmt::format("{}", fmt::join(actual, ", ")));
  }

 private:
  std::string below_;
  std::vector<std::string> paths_;
};

}  // namespace

AssertionEntry files_are() {
  return {"files_are", "Exactly these files are on the disk afterwards.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<FilesAre>(params);
          }};
}

}  // namespace trainwreck::assertions
