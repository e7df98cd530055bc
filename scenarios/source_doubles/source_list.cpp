#include <fmt/format.h>

#include <memory>
#include <string>

#include "engine/base/errors.h"
#include "engine/sources/read_source.h"

namespace trainwreck::doubles {
namespace {

// What fit makes of a list of sources that is handed to it as one: nothing.
class SourceList final : public DataSource {
 public:
  explicit SourceList(std::size_t count) : count_(count) {}
  SourceTraits traits() const override { return {.name = "source_list"}; }
  std::optional<std::int64_t> length() const override { refuse(); }
  bool fetch(std::int64_t, Batch&) override { refuse(); }

 private:
  [[noreturn]] void refuse() const {
    throw ValueError(fmt::format("a list of {} sources is no source: join them first", count_));
  }
  std::size_t count_;
};

std::shared_ptr<DataSource> make_source_list(Params& params, const BuildContext& context) {
  const auto sources = read_sources(params, context);
  if (sources.empty()) return nullptr;
  return std::make_shared<SourceList>(sources.size());
}

}  // namespace

DataEntry source_list() {
  return {"source_list",
          "A list of sources handed to fit as if it were one: refused at the first use.",
          &make_source_list};
}

}  // namespace trainwreck::doubles
