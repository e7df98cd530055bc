#include "engine/trainer/fit_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "trainwreck/trainer.h"

namespace trainwreck {
namespace {

void at_least(std::int64_t low, std::int64_t value, std::string_view name) {
  if (value >= low) return;
  throw ValueError(fmt::format("{} must be at least {}, got {}", name, low, value));
}

void check_frequency(const ValidationFrequency& frequency) {
  at_least(1, frequency.every, "validation_freq");
  if (!frequency.epochs) return;
  if (frequency.epochs->empty()) throw ValueError("validation_freq is a list of no epochs");
  for (const std::int64_t epoch : *frequency.epochs) {
    at_least(1, epoch, "an epoch in validation_freq, counted from 1,");
  }
}

// It becomes a part of a file's name.
void check_run_name(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c > ' ' && c != '/' && c != '{' && c != '}' && c != 0x7F;
  });
  if (plain && name != "." && name != "..") return;
  throw ValueError(fmt::format(
      "run is a part of file names, without spaces, slashes and braces, got \"{}\"", name));
}

}  // namespace

void check_fit_options(const FitOptions& options) {
  at_least(0, options.epochs, "epochs");
  at_least(0, options.initial_epoch, "initial_epoch");
  if (!(options.validation_split >= 0.0 && options.validation_split < 1.0)) {
    throw ValueError(fmt::format("validation_split must be in [0, 1), got {}",
                                 number_text(options.validation_split)));
  }
  if (options.validation && options.validation_split > 0.0) {
    throw ValueError("validation data and validation_split cannot be used together");
  }
  check_frequency(options.validation_freq);
  if (options.worker) at_least(0, *options.worker, "worker");
  check_run_name(options.run);
}

bool is_due(const ValidationFrequency& frequency, std::int64_t epoch) {
  const std::int64_t counted = epoch + 1;
  if (frequency.epochs) {
    return std::find(frequency.epochs->begin(), frequency.epochs->end(), counted) !=
           frequency.epochs->end();
  }
  if (frequency.every == 0) throw ValueError("validation_freq must not be 0");
  return counted % frequency.every == 0;
}

}  // namespace trainwreck
