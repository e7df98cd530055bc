#include "engine/callbacks/csv_logger.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "engine/callbacks/state_numbers.h"
#include "engine/checkpoint/save.h"
#include "engine/formats/csv.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

constexpr std::string_view kEpoch = "epoch";
constexpr std::string_view kMissing = "NA";

bool is_separator(char c) { return c != '"' && c != '\r' && c != '\n' && c != '\0'; }

bool is_validation(std::string_view name) { return name.substr(0, 4) == "val_"; }

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string listed(const std::vector<std::string>& names) {
  if (names.empty()) return "nothing";
  const std::vector<std::string_view> views(names.begin(), names.end());
  return joined(views);
}

std::vector<std::string> keys_of(const Logs& logs) {
  std::vector<std::string> keys;
  for (const Logs::Item& item : logs.items()) keys.push_back(item.key.name());
  std::sort(keys.begin(), keys.end());
  return keys;
}

// The epoch that a row is about; -1 where there is no number.
std::int64_t epoch_of(std::string_view row) {
  std::int64_t epoch = -1;
  const auto [end, error] = std::from_chars(row.data(), row.data() + row.size(), epoch);
  return error == std::errc() ? epoch : -1;
}

// The last line of a text that ends with a line end.
std::string_view last_line(std::string_view text) {
  const std::size_t end = text.substr(0, text.size() - 1).rfind('\n');
  return end == std::string_view::npos ? text : text.substr(end + 1);
}

}  // namespace

CsvLogger::CsvLogger(CsvLoggerOptions options) : options_(std::move(options)) {
  if (!is_separator(options_.separator)) {
    throw ValueError("csv_logger: a quote, a line end or NUL cannot separate cells");
  }
}

void CsvLogger::on_train_begin(Event& event) {
  const LoggingPolicy& policy = event.session.policy().logging;
  FileSystem& files = event.session.seams().files;
  if (policy.csv_directory == CsvDirectory::made) {
    files.make_directory(directory_of(options_.filename));
  }
  chosen_ = false;
  began_ = false;
  write_header_ = true;
  file_.reset();
  columns_.clear();
  file_columns_.clear();
  lost_.clear();
  if (policy.csv_restart == CsvRestart::truncates_or_appends) {
    open_blindly(event.session);
  } else {
    // Which epoch comes first is not known yet; that the file can be written must be.
    files.open_append(options_.filename)->close();
  }
}

void CsvLogger::open_blindly(Session& session) {
  FileSystem& files = session.seams().files;
  if (!options_.append) {
    file_ = files.create(options_.filename);
    return;
  }
  if (files.exists(options_.filename)) {
    const std::string text = files.read(options_.filename);
    write_header_ = text.empty();
    if (!text.empty() && session.policy().logging.csv_columns != CsvColumns::of_the_first_epoch) {
      read_header(text);
    }
  }
  file_ = files.open_append(options_.filename);
}

void CsvLogger::on_epoch_begin(Event& event) {
  if (file_ == nullptr) take_up(event.session, event.index);
}

void CsvLogger::take_up(Session& session, std::int64_t first_epoch) {
  FileSystem& files = session.seams().files;
  const bool goes_on = options_.append || began_ || session.resume_position().has_value();
  const std::string kept = goes_on ? rows_to_keep(session, first_epoch) : std::string();
  write_header_ = kept.empty();
  if (!kept.empty()) read_header(kept);
  if (files.size(options_.filename) != static_cast<std::int64_t>(kept.size())) {
    save_bytes(files, options_.filename, kept, {SaveProtocol::durable, Verification::none});
  }
  file_ = files.open_append(options_.filename);
  bytes_ = static_cast<std::int64_t>(kept.size());
  began_ = true;
}

std::string CsvLogger::rows_to_keep(Session& session, std::int64_t first_epoch) {
  std::string text = session.seams().files.read(options_.filename);
  const std::size_t whole = text.rfind('\n') + 1;  // 0 where there is no line end
  if (whole != text.size()) {
    session.warn("csv_logger.torn_row", fmt::format("{} ended inside a row, which is dropped: {}",
                                                    options_.filename, text.substr(whole)));
    text.resize(whole);
  }
  if (cut_as_restored(session, text) || first_epoch <= 0) return text;
  while (!text.empty() && epoch_of(last_line(text)) >= first_epoch) {
    text.resize(text.size() - last_line(text).size());
  }
  return text;
}

// False where no state was restored, or the file is not the one that it speaks of.
bool CsvLogger::cut_as_restored(Session& session, std::string& text) {
  const auto restored = std::exchange(restored_bytes_, std::nullopt);
  if (!restored || !session.resume_position()) return false;
  const auto size = static_cast<std::size_t>(*restored);
  if (size <= text.size() && (size == 0 || text[size - 1] == '\n')) {
    text.resize(size);
    return true;
  }
  session.warn("csv_logger.lost_rows",
               fmt::format("{} has {} bytes of whole rows; it had {} when this run was saved",
                           options_.filename, text.size(), size));
  return false;
}

void CsvLogger::read_header(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n') + 1);
  CsvRow header;
  CsvReader(line, options_.separator).next(header);
  if (header.cells.empty() || header.cells.front() != kEpoch) {
    throw ValueError(
        fmt::format("csv_logger: {} begins with the columns {}; a log begins with epoch",
                    options_.filename, listed(header.cells)));
  }
  file_columns_.assign(header.cells.begin() + 1, header.cells.end());
}

void CsvLogger::on_epoch_end(Event& event) {
  if (event.status == Status::failed || event.status == Status::interrupted) return;
  if (file_ == nullptr) take_up(event.session, event.index);  // a loop without epoch begins
  choose_columns(event);
  try {
    const std::string row = row_of(event);
    file_->append(row);
    bytes_ += static_cast<std::int64_t>(row.size());
    if (event.session.policy().logging.flush == LogFlush::to_the_disk) file_->sync();
  } catch (const IoError&) {
    // The file may end inside a row now: whoever takes up rows looks before the next one.
    if (event.session.policy().logging.csv_restart == CsvRestart::takes_up_the_rows) file_.reset();
    throw;
  }
  write_header_ = false;
}

void CsvLogger::choose_columns(const Event& event) {
  const bool checked =
      event.session.policy().logging.csv_columns == CsvColumns::checked_against_the_file;
  if (!chosen_) {
    columns_ = keys_of(event.logs);
    if (columns_.empty() && checked) columns_ = event.session.metric_names();
    if (std::none_of(columns_.begin(), columns_.end(), is_validation)) {
      const std::size_t trained = columns_.size();
      for (std::size_t i = 0; i < trained; ++i) columns_.push_back("val_" + columns_[i]);
    }
    if (checked && !file_columns_.empty()) {
      check_columns(event.logs);
      columns_ = file_columns_;
    }
    chosen_ = true;
  }
  if (checked) warn_of_lost_values(event);
}

// A val_ column may stay empty: not every epoch validates.
void CsvLogger::check_columns(const Logs& logs) const {
  const std::vector<std::string> keys = keys_of(logs);
  const bool known = std::all_of(keys.begin(), keys.end(), [this](const std::string& key) {
    return contains(file_columns_, key);
  });
  const bool complete =
      keys.empty() ||
      std::all_of(file_columns_.begin(), file_columns_.end(), [&keys](const std::string& column) {
        return is_validation(column) || contains(keys, column);
      });
  if (known && complete) return;
  throw ValueError(fmt::format("csv_logger: {} has columns for {}, but this run logs {}",
                               options_.filename, listed(file_columns_), listed(keys)));
}

void CsvLogger::warn_of_lost_values(const Event& event) {
  for (const Logs::Item& item : event.logs.items()) {
    const std::string& key = item.key.name();
    if (contains(columns_, key) || contains(lost_, key)) continue;
    lost_.push_back(key);
    event.session.warn("csv_logger.lost_value",
                       fmt::format("{} has no column for {}, which came first in epoch {}",
                                   options_.filename, key, event.index));
  }
}

std::string CsvLogger::row_of(const Event& event) const {
  std::string text;
  std::vector<std::string> cells{std::string(kEpoch)};
  if (write_header_) {
    cells.insert(cells.end(), columns_.begin(), columns_.end());
    text = line_of(cells);
  }
  cells.assign(1, std::to_string(event.index));
  for (const std::string& column : columns_) {
    const std::optional<double> value = event.logs.find(column);
    cells.push_back(value ? python_number(*value) : std::string(kMissing));
  }
  return text + line_of(cells);
}

std::string CsvLogger::line_of(const std::vector<std::string>& cells) const {
  const std::vector<std::string_view> views(cells.begin(), cells.end());
  return csv_row(views, options_.separator) + "\r\n";
}

void CsvLogger::on_train_end(Event&) {
  if (file_ == nullptr) return;
  const std::unique_ptr<WritableFile> file = std::move(file_);
  file->close();
}

void CsvLogger::save_state(CallbackState& state) const {
  if (began_) put(state, "bytes", bytes_);
}

void CsvLogger::load_state(const CallbackState& state) {
  restored_bytes_.reset();
  if (number_in(state, "bytes")) restored_bytes_ = integer_in(state, "bytes");
}

namespace callbacks {

CallbackEntry csv_logger() {
  return {
      "csv_logger", "writes one row of logs per epoch to a CSV file",
      [](Params& params, const BuildContext&) -> CallbackHandle {
        CsvLoggerOptions options;
        options.filename = params.need_text("filename", "the file to write");
        const std::string separator =
            params.text("separator", ",", "one character between the cells of a row");
        options.append = params.flag("append", false, "go on with the rows of an existing file");
        if (separator.size() != 1 || !is_separator(separator.front())) {
          params.complain("separator", "must be one character, no quote and no line end, got \"" +
                                           separator + "\"");
          return {};
        }
        options.separator = separator.front();
        return std::make_shared<CsvLogger>(std::move(options));
      }};
}

}  // namespace callbacks
}  // namespace trainwreck
