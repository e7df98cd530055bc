#include "tests/support/recording_callback.h"

#include <algorithm>

#include "engine/base/errors.h"

namespace trainwreck::testing {

std::string Events::text_of(std::string_view part) const {
  std::string text;
  for (const std::string& word : words_) {
    if (word.find(part) == std::string::npos) continue;
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

std::int64_t Events::count(std::string_view word) const {
  return std::count(words_.begin(), words_.end(), word);
}

std::string word_of(Hook hook, std::int64_t index) {
  const bool counted = is_batch_hook(hook) || hook == Hook::epoch_begin || hook == Hook::epoch_end;
  return std::string(name_of(hook)) + "(" + (counted ? std::to_string(index) : "") + ")";
}

void RecordingCallback::raise_in(Hook hook, std::int64_t index) {
  on(hook, index,
     [this, hook](Event&) { throw ValueError(name_ + " fails in " + std::string(name_of(hook))); });
}

void RecordingCallback::heard(Hook hook, Event& event) {
  if ((shown_ & mask_of(hook)) != 0) {
    std::string word = name_ + "." + word_of(hook, event.index);
    if (hook == Hook::exception) {
      word = name_ + ".on_exception(" + event.error->message + ")";
    } else if (event.status != Status::completed) {
      word += ":" + std::string(name_of(event.status));
    }
    events_.add(std::move(word));
  }
  const std::vector<Planned> actions = actions_;  // an action may plan another
  for (const Planned& planned : actions) {
    if (planned.hook == hook && (planned.index == kAny || planned.index == event.index)) {
      planned.action(event);
    }
  }
}

}  // namespace trainwreck::testing
