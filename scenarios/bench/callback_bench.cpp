#include "scenarios/bench/callback_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>

#include "engine/base/errors.h"
#include "engine/base/text.h"
#include "engine/seams/seams.h"
#include "scenarios/bench/metered_seams.h"
#include "scenarios/language/build.h"
#include "scenarios/listeners/allocations.h"
#include "scenarios/process/scratch_disk.h"
#include "scenarios/runner/run_parts.h"
#include "scenarios/suite/report.h"
#include "trainwreck/trainer.h"

namespace trainwreck {
namespace {

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// The callbacks that a fit gets: all of the scenario's, or those of another name.
std::vector<CallbackHandle> callbacks_of(const Setup& setup, const BuildContext& context,
                                         const std::string& without) {
  std::vector<CallbackHandle> callbacks;
  for (const Part& part : setup.callbacks) {
    CallbackHandle callback = build_callback(part, context);
    const bool unwanted = !without.empty() && (callback->name() == without || part.kind == without);
    if (!unwanted) callbacks.push_back(std::move(callback));
  }
  return callbacks;
}

enum class Callbacks : std::uint8_t { all, none };

void fit_on(const Seams& seams, const Plan& plan, const Vocabulary& vocabulary, Callbacks which,
            const std::string& without) {
  const Setup& setup = plan.scenario.given;
  const BuildContext context{.catalogs = vocabulary.engine, .seams = seams, .seed = plan.seed};
  const std::unique_ptr<Model> model = build_model(setup, context);
  const std::shared_ptr<DataSource> data = build_data(*setup.data, context);
  FitOptions options = fit_options(setup.fit);
  if (setup.validation) options.validation = build_data(*setup.validation, context);
  if (which == Callbacks::all) options.callbacks = callbacks_of(setup, context, without);
  Trainer(*model, seams, plan.policy).fit(*data, options);
}

// One fit that goes into the book.
void measure(const Plan& plan, const Vocabulary& vocabulary, TimeBook& book,
             const std::string& without) {
  in_scratch_folder(plan, [&] {
    RealWorld world;
    const Seams real = world.seams();
    const std::unique_ptr<FileSystem> files = metered(real.files, book);
    const std::unique_ptr<Executor> executor = metered(real.executor, book);
    const Seams seams{.files = *files,
                      .clock = real.clock,
                      .memory = real.memory,
                      .executor = *executor,
                      .signals = real.signals,
                      .trace = &book};
    book.begin_call();
    fit_on(seams, plan, vocabulary, Callbacks::all, without);
  });
}

TimeBook::Clock clock_of(const BenchOrder& order) {
  return order.clock ? order.clock : TimeBook::Clock(&steady_ns);
}

BenchLine line_from(const TimeLine& line) {
  std::vector<std::int64_t> times = line.times_ns;
  return {.spent = std::string(name_of(line.spent)),
          .callback = line.callback,
          .hook = line.hook,
          .calls = static_cast<std::int64_t>(times.size()),
          .in_epochs_ns = line.in_epochs_ns,
          .outside_ns = line.outside_ns,
          .p50_ns = nearest_rank(times, 0.5),
          .p99_ns = nearest_rank(times, 0.99),
          .max_ns = nearest_rank(times, 1.0),
          .file_operations = line.costs.file_operations,
          .syncs = line.costs.syncs,
          .bytes = line.costs.bytes,
          .allocations = line.costs.allocations};
}

void need_callback(const Plan& plan, const Vocabulary& vocabulary, const std::string& wanted) {
  RealWorld world;
  const Seams seams = world.seams();
  const BuildContext context{.catalogs = vocabulary.engine, .seams = seams, .seed = plan.seed};
  std::vector<std::string> names;
  for (const Part& part : plan.scenario.given.callbacks) {
    names.push_back(build_callback(part, context)->name());
    if (names.back() == wanted || part.kind == wanted) return;
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  throw ValueError(fmt::format("{} has no callback \"{}\"; there is {}", plan.scenario.path, wanted,
                               known.empty() ? "none" : joined(known)));
}

}  // namespace

std::int64_t nearest_rank(std::vector<std::int64_t>& values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double rank = std::ceil(share * static_cast<double>(values.size()));
  return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

void in_scratch_folder(const Plan& plan, const std::function<void()>& work) {
  const ScratchDisk disk(plan.scenario.given.files, std::nullopt);
  const auto back = std::filesystem::current_path();
  disk.enter();
  work();
  std::filesystem::current_path(back);
}

void fit_once(const Plan& plan, const Vocabulary& vocabulary, TraceSink* listener,
              bool with_callbacks) {
  RealWorld world;
  Seams seams = world.seams();
  seams.trace = listener;
  fit_on(seams, plan, vocabulary, with_callbacks ? Callbacks::all : Callbacks::none, {});
}

BenchAccount account_of(const Plan& plan, const Vocabulary& vocabulary, const BenchOrder& order) {
  TimeBook book(clock_of(order), &allocation_count);
  for (int run = 0; run < order.runs; ++run) measure(plan, vocabulary, book, {});
  BenchAccount account{.title = title_of(plan),
                       .runs = order.runs,
                       .epochs = book.epochs(),
                       .epochs_ns = book.epochs_ns(),
                       .unaccounted_ns = book.unaccounted_ns(),
                       .left_out = left_out_of_bench(plan)};
  for (const TimeLine* line : book.lines()) account.lines.push_back(line_from(*line));
  std::stable_sort(
      account.lines.begin(), account.lines.end(),
      [](const BenchLine& a, const BenchLine& b) { return a.in_epochs_ns > b.in_epochs_ns; });
  return account;
}

BenchComparison compare_without(const Plan& plan, const Vocabulary& vocabulary,
                                const std::string& without, const BenchOrder& order) {
  need_callback(plan, vocabulary, without);
  BenchComparison comparison{.title = title_of(plan), .without = without};
  const auto epochs_of = [&](const std::string& left_out) {
    TimeBook book(clock_of(order));
    measure(plan, vocabulary, book, left_out);
    return book.epochs_ns();
  };
  epochs_of({});  // the first run of all pays for what is made once
  for (int run = 0; run < order.runs; ++run) {
    // Which comes first changes, so that what drifts meanwhile favours neither.
    const bool first_with = run % 2 == 0;
    const std::int64_t first = epochs_of(first_with ? std::string() : without);
    const std::int64_t second = epochs_of(first_with ? without : std::string());
    comparison.with_ns.push_back(first_with ? first : second);
    comparison.without_ns.push_back(first_with ? second : first);
  }
  return comparison;
}

std::vector<std::string> left_out_of_bench(const Plan& plan) {
  const Scenario& scenario = plan.scenario;
  std::size_t faults = 0;
  for (const Chapter& chapter : scenario.chapters) faults += chapter.when.size();
  std::vector<std::string> left_out;
  if (faults > 0)
    left_out.push_back(
        fmt::format("{} fault{}: nothing strikes here", faults, faults == 1 ? "" : "s"));
  const std::size_t more =
      scenario.chapters.size() - std::min<std::size_t>(1, scenario.chapters.size());
  if (more > 0) {
    left_out.push_back(fmt::format("{} further run{}: one fit as \"given\" says is measured", more,
                                   more == 1 ? "" : "s"));
  }
  const bool as_given = scenario.chapters.empty() ||
                        (scenario.chapters[0].action == Action::fit && !scenario.chapters[0].fit &&
                         !scenario.chapters[0].data && scenario.chapters[0].callbacks.empty());
  if (!as_given) left_out.emplace_back("what its first run says of itself");
  if (scenario.given.network.is != NetworkIs::up) {
    left_out.emplace_back("\"network\": what is posted goes out");
  }
  if (!scenario.given.listed_again.empty()) left_out.emplace_back("\"listed_again\"");
  if (scenario.given.memory_limit || scenario.given.disk_bytes) {
    left_out.emplace_back("limits of memory and disk");
  }
  return left_out;
}

}  // namespace trainwreck
