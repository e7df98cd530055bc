#include "bench/report.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace trainwreck::bench {
namespace {

std::string number(double value, const std::string& unit) {
  return fmt::format("{:.2f} {}", value, unit);
}

bool holds(const Figure& figure) {
  return figure.allowed == 0.0 || figure.measured <= figure.allowed;
}

}  // namespace

Options read_options(int& argc, char** argv) {
  Options options;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--check") {
      options.check = true;
    } else if (word == "--smoke") {
      options.smoke = true;
    } else {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  return options;
}

int report(const std::vector<Figure>& figures, const Options& options) {
  std::size_t width = 6;
  for (const Figure& figure : figures) width = std::max(width, figure.name.size());
  fmt::print("\n{:<{}} | {:>12} | {:>12} | ok\n", "figure", width, "measured", "allowed");
  bool all_hold = true;
  for (const Figure& figure : figures) {
    const bool limited = figure.allowed > 0.0;
    all_hold = all_hold && holds(figure);
    fmt::print("{:<{}} | {:>12} | {:>12} | {}\n", figure.name, width,
               number(figure.measured, figure.unit),
               limited ? number(figure.allowed, figure.unit) : "-",
               !limited ? "" : (holds(figure) ? "yes" : "NO"));
  }
  std::fflush(stdout);
  return options.check && !options.smoke && !all_hold ? 1 : 0;
}

double cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values) {
  if (values.empty()) return 0.0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace trainwreck::bench
