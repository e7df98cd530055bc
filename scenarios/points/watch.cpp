#include "scenarios/points/watch.h"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <utility>

namespace trainwreck::campaign {
namespace {

using outside::Crossing;
using outside::Decision;
using outside::OpKind;

volatile std::sig_atomic_t interrupted = 0;

// Ends the run where it has done enough, and asks another strategy everywhere else.
class UntilEnough final : public outside::Strategy {
 public:
  UntilEnough(outside::Strategy& strategy, const Enough& enough, std::string folder)
      : strategy_(strategy), enough_(enough), folder_(std::move(folder) + "/") {}

  Decision decide(const Crossing& crossing) override {
    const outside::Operation& operation = crossing.operation;
    if (!complete_.empty() && now_ != Enough::Now::yes) now_ = enough_.completed(complete_);
    complete_.clear();
    const bool begins = operation.kind == OpKind::create || operation.kind == OpKind::write ||
                        operation.kind == OpKind::truncate ||
                        operation.kind == OpKind::make_directory;
    const bool enough = now_ == Enough::Now::yes || (now_ != Enough::Now::no && begins);
    ended_ = ended_ || enough || is_interrupted();
    if (ended_) return outside::kill_tree();
    look_at(operation);
    return strategy_.decide(crossing);
  }
  bool ended() const { return ended_; }

 private:
  void look_at(const outside::Operation& operation) {
    if (operation.kind == OpKind::output && !enough_.until.empty()) {
      std::string& line = lines_[operation.offset == 2 ? 1 : 0];  // it may come in pieces
      line += operation.text;
      if (line.find(enough_.until) != std::string::npos) now_ = Enough::Now::yes;
      const std::size_t end = line.rfind('\n');
      if (end != std::string::npos) line.erase(0, end + 1);
    }
    if (!enough_.completed) return;
    if (operation.kind == OpKind::write) written_.insert(operation.path);
    const bool renames = operation.kind == OpKind::rename;
    const bool closes = operation.kind == OpKind::close && written_.erase(operation.path) > 0;
    const std::string& path = renames ? operation.to_path : operation.path;
    if ((renames || closes) && path.starts_with(folder_)) complete_ = path.substr(folder_.size());
  }

  outside::Strategy& strategy_;
  const Enough& enough_;
  const std::string folder_;
  std::array<std::string, 2> lines_;  // of standard output and error, unfinished
  std::set<std::string> written_;
  std::string complete_;  // with the operation before this one
  Enough::Now now_ = Enough::Now::no;
  bool ended_ = false;
};

// The bits of the signals for which a process has handlers.
std::uint64_t caught_by(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("SigCgt:")) return std::strtoull(line.c_str() + 7, nullptr, 16);
  }
  return 0;
}

}  // namespace

bool is_interrupted() { return interrupted != 0; }

InterruptWatch::InterruptWatch() {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, &before_[0]);
  sigaction(SIGTERM, &action, &before_[1]);
}

InterruptWatch::~InterruptWatch() {
  sigaction(SIGINT, &before_[0], nullptr);
  sigaction(SIGTERM, &before_[1], nullptr);
}

Run run_watched(const Workplace& workplace, outside::Strategy& strategy,
                std::chrono::milliseconds timeout, const Enough& enough) {
  UntilEnough until(strategy, enough, workplace.folder());
  Run run = workplace.run(until, timeout, enough.timezone);
  run.ended_by_us = until.ended() && run.observed.ending.tree_killed;
  return run;
}

Decision LookAtTraits::decide(const Crossing& crossing) {
  const outside::Operation& operation = crossing.operation;
  if (first_ == 0) first_ = operation.pid;
  if (operation.kind == OpKind::fork || operation.pid != first_) traits_.has_children = true;
  if (outside::changes_the_tree(operation.kind) && operation.pid == first_) {
    const std::uint64_t caught = caught_by(operation.pid);
    const auto catches = [&](int number) { return (caught >> (number - 1) & 1U) != 0; };
    traits_.catches_sigterm = traits_.catches_sigterm || catches(SIGTERM);
    traits_.catches_sigint = traits_.catches_sigint || catches(SIGINT);
  }
  return outside::let_through();
}

Decision SlowDisk::decide(const Crossing& crossing) {
  const OpKind kind = crossing.operation.kind;
  const bool slow = outside::changes_the_tree(kind) || kind == OpKind::sync;
  return slow ? outside::delay(delay_) : outside::let_through();
}

}  // namespace trainwreck::campaign
