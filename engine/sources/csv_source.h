#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/seams/file_system.h"
#include "engine/sources/array_source.h"
#include "trainwreck/data.h"

namespace trainwreck {

// What to do with a cell that is empty or says NA, N/A, NaN or null. `mean` is the column's; `skip`
// leaves the row out. A label that is missing can only be an error or skip its row.
enum class Missing : std::uint8_t { error, zero, mean, skip };

struct CsvOptions {
  bool header = true;  // the first row names the columns; else they are called "0", "1", ...
  char delimiter = ',';
  std::optional<std::vector<std::string>>
      labels{};  // columns of y; nullopt: the last one; empty: no y
  std::optional<std::vector<std::string>> features{};  // columns of x; nullopt: all others
  bool categories = false;  // the label is a word: its number among all words, sorted
  Missing missing = Missing::error;
  std::int64_t complaints = 20;  // bad cells listed at most
};

struct CsvTable {
  ArrayData data;
  std::vector<std::string> classes;  // the words of a label with categories
  std::int64_t skipped = 0;          // rows left out for a missing value
};

// Reads a whole table; `path` is its name in messages. Throws ValueError that lists every bad cell
// as path:line:column, FormatError for text that is no table.
CsvTable read_csv(std::string_view text, const std::string& path, const CsvOptions& options);

// Rows of a CSV file, read at the first use and then kept in memory. Shuffles its rows.
class CsvSource final : public DataSource {
 public:
  // The file system must outlive the source.
  CsvSource(FileSystem& files, std::string path, CsvOptions options = {},
            BatchOptions batches = {});

  SourceTraits traits() const override;
  std::optional<std::int64_t> length() const override { return rows().length(); }
  void start_pass(const Pass& pass) override { rows().start_pass(pass); }
  bool fetch(std::int64_t index, Batch& out) override { return rows().fetch(index, out); }
  std::shared_ptr<DataSource> split_off(double fraction) override {
    return rows().split_off(fraction);
  }
  void rejoin() override { rows().rejoin(); }
  const std::vector<std::string>& classes() const;
  std::int64_t skipped() const;

 private:
  struct Loaded {
    ArraySource rows;
    std::vector<std::string> classes;
    std::int64_t skipped;
  };
  Loaded& load() const;
  ArraySource& rows() const { return load().rows; }

  FileSystem& files_;
  std::string path_;
  CsvOptions options_;
  BatchOptions batches_;
  mutable std::unique_ptr<Loaded> loaded_;
};

}  // namespace trainwreck
