#include <fmt/format.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/callbacks/lambda_callback.h"
#include "engine/seams/clock.h"
#include "engine/seams/file_system.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

struct Notes {
  std::string path;
  std::int64_t every = 1;
  std::vector<std::string> shows;
  std::optional<std::int64_t> digits;
};

std::string keys_of(const Logs& logs) {
  std::string text;
  for (const Logs::Item& item : logs.items()) text += (text.empty() ? "" : ",") + item.key.name();
  return text.empty() ? "none" : text;
}

std::string figure(double value, const Notes& notes) {
  return notes.digits ? fmt::format("{:.{}g}", value, *notes.digits) : number_text(value);
}

double seconds_on(Clock& clock) { return std::chrono::duration<double>(clock.now()).count(); }

// What is asked for beside the logs themselves, by name.
std::string shown(const std::string& what, const Event& event, const Notes& notes) {
  const Session& session = event.session;
  if (what == "keys") return keys_of(event.logs);
  if (what == "iterations") return std::to_string(session.model().optimizer().iterations());
  if (what == "learning_rate") return number_text(session.model().optimizer().learning_rate());
  if (what == "own_loss") return figure(session.step_loss(), notes);
  if (what == "history") return std::to_string(session.history().epochs().size());
  if (what == "clock") return number_text(seconds_on(session.seams().clock));
  if (what == "status") return std::string(name_of(event.status));
  const std::optional<double> value = event.logs.find(what);
  return value ? figure(*value, notes) : "none";
}

// Opened and closed for each line, as people do who want to find it there after a crash.
void note(const Notes& notes, std::string_view hook, const Event& event) {
  if (event.index >= 0 && event.index % notes.every != 0) return;
  std::string line(hook);
  if (event.index >= 0) line += fmt::format("({})", event.index);
  for (const std::string& what : notes.shows)
    line += fmt::format(" {}={}", what, shown(what, event, notes));
  const auto file = event.session.seams().files.open_append(notes.path);
  file->append(line + "\n");
  file->close();
}

// Metrics have any name; one that is nearly a word of ours is that word misspelt.
void check_shown(Params& params, const std::vector<std::string>& shows) {
  constexpr std::array<std::string_view, 7> kWords{
      "keys", "iterations", "learning_rate", "own_loss", "history", "clock", "status"};
  for (const std::string& what : shows) {
    const std::string_view near = closest(what, kWords);
    if (near.empty() || near == what) continue;
    params.complain("shows", fmt::format("\"{}\" is unknown; did you mean \"{}\"?", what, near));
  }
}

CallbackHandle make_hook_log(Params& params, const BuildContext&) {
  const Notes notes{
      .path = params.need_text("path", "the file, one line each time"),
      .every = params.integer("every", 1, "only epochs or batches that this divides", {.low = 1}),
      .shows = params.texts("shows",
                            "what stands in a line: names of metrics, keys (of the logs), "
                            "iterations, learning_rate, own_loss (of the batch), history "
                            "(its epochs so far), status, clock (in seconds)"),
      .digits = params.maybe_integer("digits", "of losses and metrics; absent: all",
                                     {.low = 1, .high = 17})};
  check_shown(params, notes.shows);
  LambdaOptions options{.name = params.text("name", "hook_log", "what reports call it")};
  for (std::size_t at = 0; at < kHooks; ++at) {
    const auto hook = static_cast<Hook>(at);
    if (!params.flag(name_of(hook), false, "write a line in this hook")) continue;
    action_for(options, hook) = [notes, hook](Event& event) { note(notes, name_of(hook), event); };
  }
  return lambda_callback(std::move(options));
}

}  // namespace

CallbackEntry hook_log() {
  return {"hook_log", "Appends a line to a text file in chosen hooks, and says what it sees there.",
          &make_hook_log};
}

}  // namespace trainwreck::doubles
