#include "engine/formats/csv.h"

#include <utility>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

CsvReader::CsvReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {
  if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) at_ = kByteOrderMark.size();
}

bool CsvReader::at_line_end() const {
  return at_ == text_.size() || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
}

void CsvReader::skip_line_end() {
  if (at_ == text_.size()) return;
  at_ += text_[at_] == '\n' ? 1U : 2U;
  ++line_;
}

bool CsvReader::next(CsvRow& row) {
  while (at_ < text_.size() && at_line_end()) skip_line_end();
  if (at_ == text_.size()) return false;
  row.line = line_;
  std::size_t used = 0;
  bool more = true;
  while (more) {
    if (used == row.cells.size()) row.cells.emplace_back();
    more = read_cell(row.cells[used++]);
  }
  row.cells.resize(used);
  skip_line_end();
  return true;
}

bool CsvReader::read_cell(std::string& cell) {
  cell.clear();
  if (at_ < text_.size() && text_[at_] == '"') {
    read_quoted(cell);
  } else {
    while (!at_line_end() && text_[at_] != delimiter_) {
      if (text_[at_] == '"') {
        throw FormatError("line " + std::to_string(line_) + " has a quote inside a bare cell",
                          static_cast<std::int64_t>(at_));
      }
      cell += text_[at_++];
    }
  }
  if (at_line_end()) return false;
  if (text_[at_] != delimiter_) {
    throw FormatError("line " + std::to_string(line_) + " goes on after a closing quote",
                      static_cast<std::int64_t>(at_));
  }
  ++at_;
  return true;
}

void CsvReader::read_quoted(std::string& cell) {
  const std::size_t opening = at_;
  const int opening_line = line_;
  for (++at_; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      if (at_ == text_.size() || text_[at_] != '"') return;
    }
    if (c == '\n') ++line_;
    cell += c;
  }
  throw FormatError("line " + std::to_string(opening_line) + " opens a quote that never closes",
                    static_cast<std::int64_t>(opening));
}

std::vector<CsvRow> parse_csv(std::string_view text, char delimiter) {
  std::vector<CsvRow> rows;
  CsvReader reader(text, delimiter);
  CsvRow row;
  while (reader.next(row)) rows.push_back(std::exchange(row, {}));
  return rows;
}

std::string csv_row(std::span<const std::string_view> cells, char delimiter) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += delimiter;
    const std::string_view cell = cells[i];
    const bool plain = cell.find_first_of("\"\r\n") == std::string_view::npos &&
                       cell.find(delimiter) == std::string_view::npos &&
                       cell.substr(0, kByteOrderMark.size()) != kByteOrderMark;
    // A row of one empty cell would otherwise be an empty line.
    if (plain && !(cells.size() == 1 && cell.empty())) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line;
}

}  // namespace trainwreck
