#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

struct CsvRow {
  std::vector<std::string> cells;
  int line = 0;  // where the row begins, from 1
};

// Reads comma-separated values by RFC 4180: quotes around a cell allow commas, line ends and
// doubled quotes in it. Lines end with LF or CRLF; empty lines and a byte order mark are skipped.
// Every other liberty throws FormatError. The text must outlive the reader.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text, char delimiter = ',');
  // False at the end. Keeps the memory of `row` from call to call.
  bool next(CsvRow& row);

 private:
  // Reads one cell; true when another one follows in this row.
  bool read_cell(std::string& cell);
  void read_quoted(std::string& cell);
  bool at_line_end() const;
  void skip_line_end();

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  char delimiter_;
};

std::vector<CsvRow> parse_csv(std::string_view text, char delimiter = ',');

// One row without its line end, quoted where it must be so that the reader gets the same cells.
std::string csv_row(std::span<const std::string_view> cells, char delimiter = ',');

}  // namespace trainwreck
