#include "engine/callbacks/history.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "engine/base/errors.h"
#include "engine/seams/tracer.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

// A series is saved as words "epoch:bits", so that every NaN comes back as it was.
std::string words_of(const History::Series& series) {
  std::string text;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    char hex[16];
    const auto end =
        std::to_chars(hex, hex + sizeof hex, std::bit_cast<std::uint64_t>(series.values[i]), 16);
    text += std::to_string(series.epochs[i]) + ":" + std::string(hex, end.ptr) + " ";
  }
  return text;
}

template <class Number>
Number parsed(std::string_view text, int base) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end) {
    throw FormatError("the saved history has a bad number \"" + std::string(text) + "\"", 0);
  }
  return value;
}

// Calls `take` with every piece of `text` that ends with `end`.
template <class Take>
void each_piece(std::string_view text, char end, Take take) {
  while (!text.empty()) {
    const std::size_t at = text.find(end);
    if (at == std::string_view::npos) throw FormatError("the saved history is cut short", 0);
    take(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
}

void add_word(History& history, std::string_view name, std::string_view word) {
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos) throw FormatError("the saved history is garbled", 0);
  history.add_value(name, parsed<std::int64_t>(word.substr(0, colon), 10),
                    std::bit_cast<double>(parsed<std::uint64_t>(word.substr(colon + 1), 16)));
}

void tell(const Event& event) {
  const Tracer tracer = event.session.seams().tracer();
  if (event.logs.items().empty()) tracer.history({.epoch = event.index});
  for (const Logs::Item& item : event.logs.items()) {
    tracer.history({.epoch = event.index, .metric = item.key.name(), .value = item.value});
  }
}

}  // namespace

void HistoryCallback::set_session(Session& session) {
  session_ = &session;
  restored_ = false;
}

void HistoryCallback::on_train_begin(Event& event) {
  if (!restored_) {
    if (event.session.policy().logging.history_reuse == HistoryReuse::series_keep_growing) {
      history_.clear_epochs();
    } else {
      history_.clear();
    }
  }
  event.session.history() = history_;
}

void HistoryCallback::on_epoch_end(Event& event) {
  if (event.status == Status::failed || event.status == Status::interrupted) return;
  history_.add(event.index, event.logs);
  event.session.history().add(event.index, event.logs);
  tell(event);
}

void HistoryCallback::save_state(CallbackState& state) const {
  std::string& epochs = state.texts["epochs"];
  for (const std::int64_t epoch : history_.epochs()) epochs += std::to_string(epoch) + " ";
  std::string& names = state.texts["names"];
  for (const History::Series& series : history_.series()) {
    names += series.name + "\n";
    state.texts["values/" + series.name] = words_of(series);
  }
}

void HistoryCallback::load_state(const CallbackState& state) {
  const auto text = [&state](const std::string& key) -> std::string_view {
    const auto found = state.texts.find(key);
    if (found == state.texts.end()) throw FormatError("the saved history has no " + key, 0);
    return found->second;
  };
  History loaded;
  each_piece(text("epochs"), ' ',
             [&](std::string_view word) { loaded.add_epoch(parsed<std::int64_t>(word, 10)); });
  each_piece(text("names"), '\n', [&](std::string_view name) {
    each_piece(text("values/" + std::string(name)), ' ',
               [&](std::string_view word) { add_word(loaded, name, word); });
  });
  history_ = loaded;
  restored_ = true;
  if (session_ != nullptr) session_->history() = history_;
}

namespace callbacks {

CallbackEntry history() {
  return {"history", "records the logs of every epoch that ended by itself",
          [](Params&, const BuildContext&) -> CallbackHandle {
            return std::make_shared<HistoryCallback>();
          }};
}

}  // namespace callbacks
}  // namespace trainwreck
