#include "engine/callbacks/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>

#include "engine/seams/clock.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kInterval = 50ms;
constexpr std::int64_t kWidth = 20;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::string step_time(double per_step) {
  if (per_step >= 1.0 || per_step == 0.0) return fmt::format("{:.0f}s/step", per_step);
  if (per_step >= 1e-3) return fmt::format("{:.0f}ms/step", per_step * 1e3);
  return fmt::format("{:.0f}us/step", per_step * 1e6);
}

std::string time_left(double left) {
  const auto whole = static_cast<std::int64_t>(left);
  if (left > 3600.0) {
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole % 3600 / 60, whole % 60);
  }
  if (left > 60.0) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}s", whole);
}

std::string figures(const Logs& logs) {
  std::string text;
  for (const Logs::Item& item : logs.items()) {
    const bool plain = std::abs(item.value) > 1e-3;
    text += " - " + item.key.name() + ": ";
    text += plain ? fmt::format("{:.4f}", item.value) : fmt::format("{:.4e}", item.value);
  }
  return text;
}

std::string verdict(Status status) {
  const bool told = status == Status::failed || status == Status::interrupted;
  return told ? fmt::format(" - {}", name_of(status)) : std::string();
}

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // not inside a UTF-8 sequence
  }));
}

}  // namespace

ProgressBar::ProgressBar(ProgressBarOptions options)
    : options_(options),
      out_(options.out != nullptr ? *options.out : std::cout),
      terminal_(options.terminal.value_or(options.out == nullptr && ::isatty(STDOUT_FILENO) == 1)) {
}

void ProgressBar::on_train_begin(Event&) {
  in_fit_ = true;
  target_.reset();
}

void ProgressBar::on_train_end(Event&) { in_fit_ = false; }

void ProgressBar::on_epoch_begin(Event& event) {
  start(event);
  const std::int64_t epochs = event.session.info().epochs;
  if (verbose_ > 0 && epochs > 1) {
    out_ << fmt::format("Epoch {}/{}\n", event.index + 1, epochs) << std::flush;
  }
}

void ProgressBar::on_epoch_end(Event& event) { finish(event); }

void ProgressBar::on_test_begin(Event& event) {
  if (!in_fit_) start(event);
}

void ProgressBar::on_test_end(Event& event) {
  if (!in_fit_) finish(event);
}

void ProgressBar::start(Event& event) {
  verbose_ = options_.verbose.value_or(event.session.info().verbose);
  if (const auto steps = event.session.info().steps) target_ = steps;
  seen_ = 0;
  next_look_ = verbose_ == 1 && terminal_ ? 1 : kNever;
  drawn_width_ = 0;
  looked_steps_ = 0;
  if (verbose_ == 0) return;
  start_ = event.session.seams().clock.now();
  first_step_ = looked_ = start_;
  drawn_ = start_ - kInterval;
}

void ProgressBar::look(Event& event) {
  const Time now = event.session.seams().clock.now();
  if (seen_ == 1) first_step_ = now;
  if (now - drawn_ >= kInterval) {
    const double per_step = seconds_per_step(now);
    const std::string left =
        target_
            ? time_left(per_step * static_cast<double>(std::max<std::int64_t>(*target_ - seen_, 0)))
            : fmt::format("{:.0f}s", seconds(now - start_));
    redraw(fmt::format("{} {} {}{}", bar(), left, step_time(per_step), figures(event.logs)));
    drawn_ = now;
  }
  // At the pace since the last look, half an interval is over after so many steps.
  const Time pace = (now - looked_) / std::max<std::int64_t>(seen_ - looked_steps_, 1);
  const std::int64_t steps = kInterval / 2 / std::max(pace, Time(1));
  next_look_ = seen_ + std::clamp<std::int64_t>(steps, 1, seen_);
  looked_ = now;
  looked_steps_ = seen_;
}

void ProgressBar::finish(Event& event) {
  if (verbose_ == 0) return;
  const Time now = event.session.seams().clock.now();
  if (!target_) target_ = seen_;
  const std::string end = figures(event.logs) + verdict(event.status);
  const std::string spent = fmt::format("{:.0f}s", seconds(now - start_));
  const std::string pace = step_time(seconds_per_step(now));
  if (verbose_ == 1 && terminal_) {
    redraw(fmt::format("{} {} {}{}", bar(), spent, pace, end));
    out_ << '\n' << std::flush;
  } else {
    out_ << fmt::format("{}/{} - {} - {}{}\n", seen_, *target_, spent, pace, end) << std::flush;
  }
}

std::string ProgressBar::bar() const {
  if (!target_ || *target_ <= 0) return fmt::format("{:7}/Unknown", seen_);
  const std::string total = std::to_string(*target_);
  const std::int64_t done = std::clamp<std::int64_t>(kWidth * seen_ / *target_, 0, kWidth);
  std::string text = fmt::format("{:>{}}/{} ", seen_, total.size(), total);
  for (std::int64_t i = 0; i < kWidth; ++i) text += i < done ? "━" : "─";
  return text;
}

// Without the first step, which is not like the others.
double ProgressBar::seconds_per_step(Time now) const {
  if (seen_ == 0) return 0.0;
  const bool several = seen_ > 1 && first_step_ != start_;
  const double steps = static_cast<double>(several ? seen_ - 1 : seen_);
  return seconds(now - (several ? first_step_ : start_)) / steps;
}

void ProgressBar::redraw(const std::string& line) {
  const std::size_t width = columns_of(line);
  out_ << '\r' << line;
  if (width < drawn_width_) out_ << std::string(drawn_width_ - width, ' ');
  out_ << std::flush;
  drawn_width_ = width;
}

void add_progress_bar(std::vector<CallbackHandle>& callbacks, int verbose) {
  const bool listed = std::any_of(callbacks.begin(), callbacks.end(), [](const auto& handle) {
    return dynamic_cast<const ProgressBar*>(handle.get()) != nullptr;
  });
  if (verbose > 0 && !listed) callbacks.emplace_back(std::make_shared<ProgressBar>());
}

namespace callbacks {

CallbackEntry progress_bar() {
  return {"progress_bar", "shows the progress of each epoch on standard output",
          [](Params& params, const BuildContext&) -> CallbackHandle {
            ProgressBarOptions options;
            if (const auto verbose = params.maybe_integer(
                    "verbose", "0: silent, 1: a bar, 2: one line per epoch; absent: as the run",
                    {.low = 0, .high = 2})) {
              options.verbose = static_cast<int>(*verbose);
            }
            return std::make_shared<ProgressBar>(options);
          }};
}

}  // namespace callbacks
}  // namespace trainwreck
