#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "engine/formats/csv.h"
#include "engine/sources/csv_source.h"

namespace trainwreck {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_missing(std::string_view cell) {
  std::string lower(cell);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const std::string_view word : {"", "na", "n/a", "nan", "null"}) {
    if (lower == word) return true;
  }
  return false;
}

std::optional<float> number_in(std::string_view cell) {
  double value = 0.0;
  const char* end = cell.data() + cell.size();
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  const auto [stopped, error] = std::from_chars(cell.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  if (!(std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max()))) {
    return std::nullopt;
  }
  return static_cast<float>(value);
}

class Builder {
 public:
  Builder(const std::string& path, const CsvOptions& options) : path_(path), options_(options) {}

  void name_columns(const CsvRow& first) {
    for (std::size_t i = 0; i < first.cells.size(); ++i) {
      names_.push_back(options_.header ? std::string(trimmed(first.cells[i])) : std::to_string(i));
    }
    labels_ = options_.labels ? find(*options_.labels) : std::vector{names_.size() - 1};
    if (options_.categories && labels_.size() != 1) {
      throw ValueError(
          fmt::format("csv {}: categories need one label column, got {}", path_, labels_.size()));
    }
    if (options_.features) {
      features_ = find(*options_.features);
    } else {
      for (std::size_t i = 0; i < names_.size(); ++i) {
        if (std::find(labels_.begin(), labels_.end(), i) == labels_.end()) features_.push_back(i);
      }
    }
    if (features_.empty()) throw ValueError(fmt::format("csv {}: no column is left for x", path_));
    sums_.resize(features_.size());
    counts_.resize(features_.size());
  }

  void add(const CsvRow& row) {
    if (row.cells.size() != names_.size()) {
      complain(fmt::format("{}:{}: has {} cells, the first row has {}", path_, row.line,
                           row.cells.size(), names_.size()));
      return;
    }
    const std::size_t x_size = x_.size();
    const std::size_t y_size = y_.size();
    const std::size_t words = words_.size();
    if (add_features(row) && add_labels(row)) {
      ++rows_;
      count(x_size);
      return;
    }
    ++skipped_;
    x_.resize(x_size);
    y_.resize(y_size);
    words_.resize(words);
  }

  CsvTable finish() {
    if (complaints_ > 0) throw ValueError(complaint_text());
    fill_holes();
    CsvTable table;
    table.skipped = skipped_;
    table.data.x = Tensor({rows_, static_cast<std::int64_t>(features_.size())}, std::move(x_));
    if (options_.categories) number_words(table);
    if (!labels_.empty()) {
      table.data.y = Tensor({rows_, static_cast<std::int64_t>(labels_.size())}, std::move(y_));
    }
    return table;
  }

 private:
  std::vector<std::size_t> find(const std::vector<std::string>& wanted) const {
    std::vector<std::size_t> found;
    const std::vector<std::string_view> known(names_.begin(), names_.end());
    for (const std::string& name : wanted) {
      const auto at = std::find(names_.begin(), names_.end(), name);
      if (at == names_.end()) {
        const std::string_view near = closest(name, known);
        throw ValueError(fmt::format("csv {}: there is no column \"{}\"{}", path_, name,
                                     near.empty() ? "; there are " + joined(known)
                                                  : fmt::format("; did you mean \"{}\"?", near)));
      }
      found.push_back(static_cast<std::size_t>(at - names_.begin()));
    }
    return found;
  }

  // False: the row is to be left out.
  bool add_features(const CsvRow& row) {
    for (std::size_t i = 0; i < features_.size(); ++i) {
      const std::string_view cell = trimmed(row.cells[features_[i]]);
      if (!is_missing(cell)) {
        x_.push_back(read_number(row, features_[i], cell));
        continue;
      }
      if (options_.missing == Missing::skip) return false;
      if (options_.missing == Missing::error) complain_missing(row, features_[i]);
      if (options_.missing == Missing::mean) holes_.push_back({x_.size(), i});
      x_.push_back(0.0F);
    }
    return true;
  }

  bool add_labels(const CsvRow& row) {
    for (const std::size_t column : labels_) {
      const std::string_view cell = trimmed(row.cells[column]);
      if (is_missing(cell)) {
        if (options_.missing == Missing::skip) return false;
        complain_missing(row, column);
      } else if (options_.categories) {
        words_.emplace_back(cell);
        y_.push_back(0.0F);
      } else {
        y_.push_back(read_number(row, column, cell));
      }
    }
    return true;
  }

  float read_number(const CsvRow& row, std::size_t column, std::string_view cell) {
    const std::optional<float> number = number_in(cell);
    if (!number) {
      complain(fmt::format("{}: \"{}\" is no finite number", place(row, column), cell));
    }
    return number.value_or(0.0F);
  }

  void complain_missing(const CsvRow& row, std::size_t column) {
    complain(place(row, column) + ": the value is missing");
  }

  std::string place(const CsvRow& row, std::size_t column) const {
    return fmt::format("{}:{}:{} ({})", path_, row.line, column + 1, names_[column]);
  }

  void complain(std::string text) {
    if (complaints_++ < options_.complaints) listed_.push_back(std::move(text));
  }

  std::string complaint_text() const {
    std::string text = fmt::format("csv {}: {} bad cell{} or row{}", path_, complaints_,
                                   complaints_ == 1 ? "" : "s", complaints_ == 1 ? "" : "s");
    for (const std::string& each : listed_) text += "\n" + each;
    const std::int64_t more = complaints_ - static_cast<std::int64_t>(listed_.size());
    if (more > 0) text += fmt::format("\nand {} more", more);
    return text;
  }

  void count(std::size_t x_begin) {
    if (options_.missing != Missing::mean) return;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      sums_[i] += static_cast<double>(x_[x_begin + i]);
      ++counts_[i];
    }
  }

  void fill_holes() {
    for (const Hole& hole : holes_) --counts_[hole.feature];
    for (const Hole& hole : holes_) {
      const std::int64_t known = counts_[hole.feature];
      if (known == 0) {
        throw ValueError(fmt::format("csv {}: column \"{}\" has no value to take the mean of",
                                     path_, names_[features_[hole.feature]]));
      }
      x_[hole.at] = static_cast<float>(sums_[hole.feature] / static_cast<double>(known));
    }
  }

  void number_words(CsvTable& table) {
    table.classes = words_;
    std::sort(table.classes.begin(), table.classes.end());
    table.classes.erase(std::unique(table.classes.begin(), table.classes.end()),
                        table.classes.end());
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const auto at = std::lower_bound(table.classes.begin(), table.classes.end(), words_[i]);
      y_[i] = static_cast<float>(at - table.classes.begin());
    }
  }

  struct Hole {
    std::size_t at;  // in x_
    std::size_t feature;
  };

  const std::string& path_;
  const CsvOptions& options_;
  std::vector<std::string> names_;
  std::vector<std::size_t> features_, labels_;
  std::vector<float> x_, y_;
  std::vector<std::string> words_;
  std::vector<Hole> holes_;
  std::vector<double> sums_;
  std::vector<std::int64_t> counts_;
  std::vector<std::string> listed_;
  std::int64_t complaints_ = 0;
  std::int64_t rows_ = 0;
  std::int64_t skipped_ = 0;
};

}  // namespace

CsvTable read_csv(std::string_view text, const std::string& path, const CsvOptions& options) {
  Builder builder(path, options);
  try {
    CsvReader reader(text, options.delimiter);
    CsvRow row;
    if (!reader.next(row)) throw ValueError(fmt::format("csv {}: the file has no row", path));
    builder.name_columns(row);
    if (!options.header) builder.add(row);
    while (reader.next(row)) builder.add(row);
  } catch (const FormatError& error) {
    throw error.in_file("csv " + path);
  }
  return builder.finish();
}

}  // namespace trainwreck
