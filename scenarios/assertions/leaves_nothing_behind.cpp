#include <fmt/format.h>

#include "engine/checkpoint/save.h"
#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class LeavesNothingBehind final : public Assertion {
 public:
  explicit LeavesNothingBehind(Params&) {}

  Finding check(const Outcome& outcome, const AssertionScope&) const override {
    std::vector<std::string> left;
    for (const auto& [path, bytes] : outcome.files) {
      if (is_temporary(path)) left.push_back(path);
    }
    const Resources& resources = outcome.resources;
    note(left, resources.files_left_open, "open file");
    note(left, resources.tasks_left, "task");
    note(left, resources.memory_left_reserved, "reserved byte");
    if (left.empty()) return held();
    return missed("nothing left behind", fmt::format("{}", fmt::join(left, ", ")));
  }

 private:
  static void note(std::vector<std::string>& left, std::int64_t count, std::string_view what) {
    if (count > 0) left.push_back(fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"));
  }
};

}  // namespace

AssertionEntry leaves_nothing_behind() {
  return {"leaves_nothing_behind",
          "No unfinished file, open file, task or reserved memory is left at the end.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<LeavesNothingBehind>(params);
          }};
}

}  // namespace trainwreck::assertions
