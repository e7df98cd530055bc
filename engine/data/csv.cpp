#include <array>
#include <utility>

#include "engine/seams/seams.h"
#include "engine/sources/csv_source.h"
#include "engine/sources/problem.h"
#include "engine/sources/read_source.h"

namespace trainwreck::data {

namespace {

char read_delimiter(Params& params) {
  const std::string text = params.text("delimiter", ",", "one character between cells");
  if (text.size() == 1 && text != "\"" && text != "\n" && text != "\r") return text[0];
  params.complain("delimiter", "must be one character that is no quote and no line end");
  return ',';
}

CsvOptions read_csv_options(Params& params) {
  constexpr std::array<std::string_view, 4> kMissing{"error", "zero", "mean", "skip"};
  CsvOptions options;
  options.header = params.flag("header", true,
                               "the first row names the columns; else they are \"0\", \"1\", ...");
  options.delimiter = read_delimiter(params);
  const std::vector<std::string> labels =
      params.texts("labels", "columns of y; absent: the last one; empty: no y");
  if (params.has("labels")) options.labels = labels;
  const std::vector<std::string> features =
      params.texts("features", "columns of x; absent: all others");
  if (params.has("features")) options.features = features;
  options.categories =
      params.flag("categories", false, "the label is a word: its number among all, sorted");
  options.missing = static_cast<Missing>(params.choice(
      "missing", kMissing, 0, "for an empty cell; skip leaves the row out, mean is the column's"));
  options.complaints = params.integer("complaints", 20, "bad cells listed at most", {1, 100'000});
  return options;
}

std::shared_ptr<DataSource> read_csv(Params& params, const BuildContext& context) {
  const std::string path = params.need_text("path", "the file, from where this file stands");
  CsvOptions options = read_csv_options(params);
  const BatchOptions batches = read_batch_options(params);
  return std::make_shared<CsvSource>(context.seams.files, path_from(context.base_dir, path),
                                     std::move(options), batches);
}

}  // namespace

DataEntry csv() {
  return {"csv", "Rows of a CSV file, read at the first use; lists every bad cell at once.",
          &read_csv};
}

}  // namespace trainwreck::data
