#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/seams/file_system.h"
#include "trainwreck/callback.h"

namespace trainwreck {

struct CsvLoggerOptions {
  std::string filename = {};
  char separator = ',';
  bool append = false;
};

// One row per epoch that ended by itself, in Keras's layout: "epoch" (from 0), then the keys of the
// first row, sorted, with a val_ column for each where none has come yet; NA where a value is
// missing. Each row is one write.
//
// Where the policy takes up rows (logging.csv_restart), a file that is continued - append, or a
// restored run - loses first what the earlier run left of the epochs that come again: what was not
// there yet when a restored state was taken, or else its rows from the first epoch on, unless that
// is 0; and a row that was cut short. The file of a fresh run replaces the old one when its first
// epoch begins.
class CsvLogger final : public Callback {
 public:
  // Throws ValueError for a separator that cannot be told from a cell.
  explicit CsvLogger(CsvLoggerOptions options);

  std::string name() const override { return "csv_logger"; }
  bool essential() const override { return false; }

  void on_train_begin(Event& event) override;
  void on_epoch_begin(Event& event) override;
  void on_epoch_end(Event& event) override;
  void on_train_end(Event& event) override;
  void save_state(CallbackState& state) const override;
  void load_state(const CallbackState& state) override;

 private:
  void open_blindly(Session& session);
  void take_up(Session& session, std::int64_t first_epoch);
  std::string rows_to_keep(Session& session, std::int64_t first_epoch);
  bool cut_as_restored(Session& session, std::string& text);
  void read_header(std::string_view text);
  void choose_columns(const Event& event);
  void check_columns(const Logs& logs) const;
  void warn_of_lost_values(const Event& event);
  std::string row_of(const Event& event) const;
  std::string line_of(const std::vector<std::string>& cells) const;

  CsvLoggerOptions options_;
  std::unique_ptr<WritableFile> file_;
  std::vector<std::string> columns_;       // without "epoch"
  std::vector<std::string> file_columns_;  // what the continued file has
  std::vector<std::string> lost_;          // values without a column, told once each
  bool chosen_ = false;                    // columns_ holds for this run
  bool write_header_ = true;
  bool began_ = false;
  std::int64_t bytes_ = 0;  // of the file, whole rows alone
  std::optional<std::int64_t> restored_bytes_;
};

}  // namespace trainwreck
