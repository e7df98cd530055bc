#include <utility>

#include "engine/contract/checked_source.h"
#include "engine/contract/read_rules.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

std::shared_ptr<DataSource> read_checked(Params& params, const BuildContext& context) {
  CheckOptions options;
  options.contract.without = read_exempt_rules(params);
  options.ask_twice =
      params.flag("ask_twice", false, "fetch every batch by index twice and compare");
  options.watch_handed_out =
      params.flag("watch_handed_out", false, "see whether a batch changes after it was handed out");
  options.contract.rows = params.maybe_integer("rows", "rows that a pass has at most", {.low = 1});
  std::shared_ptr<DataSource> source = read_source(params, context);
  if (!source) return nullptr;
  return std::make_shared<CheckedSource>(std::move(source), options);
}

}  // namespace

DataEntry checked() {
  return {"checked", "Throws at the first batch of another source that breaks the data contract.",
          &read_checked};
}

}  // namespace trainwreck::data
