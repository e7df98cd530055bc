#include "scenarios/readers/read_values.h"

#include <new>
#include <utility>

#include "scenarios/readers/formats.h"

namespace trainwreck::values {
namespace {

Tree tree_of_bytes(std::string_view bytes) {
  Tree tree;
  tree.set_root(tree.add_bytes(bytes));
  return tree;
}

ReadResult not_readable(std::string format, std::string reason, std::string_view bytes) {
  return {Outcome::not_readable, std::move(format), std::move(reason), tree_of_bytes(bytes)};
}

}  // namespace

ReadResult read_values(std::string_view name, std::string_view bytes, const Limits& limits) {
  std::string format(format_of(name, bytes));
  const std::string expected = format;
  // A table or a list of lines without any is one; everything else has a beginning.
  const bool may_be_empty =
      format.empty() || format == "csv" || format == "tsv" || format == "json lines";
  if (bytes.empty() && !may_be_empty) return not_readable(expected, "it is empty", bytes);
  try {
    Tree tree(limits.nodes);
    Budget budget(limits);
    Reading reading{tree, budget, limits};
    tree.set_root(read_file(bytes, format, reading));
    tree.sort_sets();
    const Outcome outcome = format == "bytes" ? Outcome::unknown : Outcome::values;
    return {outcome, std::move(format), "", std::move(tree)};
  } catch (const FormatError& error) {
    return not_readable(format.empty() ? expected : format, error.what(), bytes);
  } catch (const std::bad_alloc&) {
    return not_readable(format.empty() ? expected : format, "there is no memory for it", bytes);
  }
}

std::optional<Difference> first_difference(const ReadResult& a, const ReadResult& b,
                                           const CompareOptions& options) {
  if (a.is_readable() == b.is_readable()) return first_difference(a.tree, b.tree, options);
  const auto side = [](const ReadResult& result) {
    return result.is_readable() ? "values of " + result.format : "not readable: " + result.reason;
  };
  return Difference{"", side(a), side(b)};
}

}  // namespace trainwreck::values
