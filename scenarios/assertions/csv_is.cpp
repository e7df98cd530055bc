#include <fmt/format.h>

#include <sstream>

#include "scenarios/flow/outcome.h"
#include "scenarios/judge/findings.h"

namespace trainwreck::assertions {
namespace {

class CsvIs final : public Assertion {
 public:
  explicit CsvIs(Params& params) : path_(params.need_text("path", "the file")) {
    lines_ = maybe_texts(params, "lines", "exactly these");
    header_ = params.maybe_text("header", "the first line");
    rows_ = params.maybe_integer("rows", "lines after the first", {.low = 0});
  }

  Finding check(const Outcome& outcome, const AssertionScope& scope) const override {
    const std::string* file = file_of(outcome, scope, path_);
    if (file == nullptr) return missed(path_, "there is no such file");
    const std::vector<std::string> actual = split(*file);
    if (lines_ && actual != *lines_) {
      return missed(fmt::format("{}", fmt::join(*lines_, " | ")),
                    fmt::format("{}", fmt::join(actual, " | ")));
    }
    const std::string first = actual.empty() ? "an empty file" : actual.front();
    if (header_ && *header_ != first) return missed(*header_, first);
    const auto rows = static_cast<std::int64_t>(actual.empty() ? 0 : actual.size() - 1);
    if (rows_ && rows != *rows_) {
      return missed(fmt::format("{} rows", *rows_), fmt::format("{} rows", rows));
    }
    return held();
  }

 private:
  static std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
      if (line.ends_with('\r')) line.pop_back();
      lines.push_back(line);
    }
    return lines;
  }

  std::string path_;
  std::optional<std::vector<std::string>> lines_;
  std::optional<std::string> header_;
  std::optional<std::int64_t> rows_;
};

}  // namespace

AssertionEntry csv_is() {
  return {"csv_is", "A text file's lines, exactly, or just how many there are.",
          [](Params& params, const AssertionContext&) -> std::unique_ptr<Assertion> {
            return std::make_unique<CsvIs>(params);
          }};
}

}  // namespace trainwreck::assertions
