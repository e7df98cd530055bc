#include "faults/outside/desk.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace trainwreck::outside {
namespace {

using Steady = std::chrono::steady_clock;

void add_once(std::vector<std::string>& all, const std::string& text) {
  if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
}

}  // namespace

Desk::Desk(const ProgramToWreck& program, Strategy& strategy, Observed& observed,
           Listener& listener, pid_t keeper)
    : program_(program),
      strategy_(strategy),
      observed_(observed),
      listener_(listener),
      folders_(program.watched),
      files_(keeper),
      own_umask_(standing_of(gettid()).umask),
      keeper_(keeper),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  observed.recording.start = read_tree(folders_.paths(), spool(), nodes_);
}

Desk::~Desk() {
  for (const std::unique_ptr<Sync>& sync : syncs_) sync->thread.join();
}

void Desk::outputs_are(int output, int errors) {
  struct stat found;
  if (fstat(output, &found) == 0) outputs_[0] = found.st_ino;
  if (fstat(errors, &found) == 0) outputs_[1] = found.st_ino;
}

bool Desk::is_output(const Caller& caller, int fd) const {
  struct stat found;
  return stat(caller.fd_path(fd).c_str(), &found) == 0 && S_ISFIFO(found.st_mode) &&
         std::find(outputs_.begin(), outputs_.end(), found.st_ino) != outputs_.end();
}

bool Desk::takes_output(std::uint64_t bytes) {
  if (output_kept_ + bytes > program_.output_bytes) return false;
  output_kept_ += bytes;
  return true;
}

Caller Desk::caller_of(const Call& call) {
  const auto known = tgids_.find(call.tid);
  if (known != tgids_.end()) return {call, known->second};
  const pid_t tgid = standing_of(call.tid).tgid;
  if (tgid != 0) tgids_[call.tid] = tgid;
  return {call, tgid};
}

void Desk::settle(const Caller& caller, Intent intent) {
  intent.operation.pid = caller.pid();
  intent.operation.tid = caller.tid();
  const Crossing crossing{intent.operation, crossings_++, changes_};
  if (changes_the_tree(intent.operation.kind)) ++changes_;
  const Decision decision = strategy_.decide(crossing);
  if (decision.delay > decision.delay.zero()) {
    waiting_.push_back({Steady::now() + decision.delay, caller, std::move(intent), decision});
    return;
  }
  carry_out(caller, intent, decision);
}

void Desk::carry_out(const Caller& caller, Intent& intent, const Decision& decision) {
  using Action = Decision::Action;
  if (decision.signal != 0) kill(caller.pid(), decision.signal);
  const bool must_happen = !intent.refusable && decision.action < Action::kill_process;
  switch (must_happen ? Action::let_through : decision.action) {
    case Action::let_through:
      return perform(caller, intent, Decision::kAll);
    case Action::refuse:
      intent.operation.error = decision.error;
      if (listener_.answer(caller.call(), -decision.error)) write_down(intent.operation);
      return;
    case Action::part:
      return perform(caller, intent, decision.bytes);
    case Action::lie:
      return tell_lie(caller, intent, decision.bytes);
    case Action::kill_process:
      do_before_death(intent, decision.bytes);
      kill(caller.pid(), SIGKILL);
      return;
    case Action::kill_tree:
      do_before_death(intent, decision.bytes);
      kill_tree_ = true;
      return;
  }
}

// What the supervisor does is done, even if the one who asked for it is killed meanwhile and never
// learns about it. What the kernel would have done has then not been begun.
void Desk::perform(const Caller& caller, Intent& intent, std::uint64_t bytes) {
  if (intent.opens) return perform_opening(caller, intent);
  if (intent.beside) return perform_beside(caller, intent);
  const bool by_the_kernel = !intent.perform || (!records() && bytes == Decision::kAll);
  if (by_the_kernel) {
    if (listener_.let_through(caller.call())) write_down(std::move(intent.operation));
    return;
  }
  if (!listener_.still_waits(caller.call())) return;
  const std::int64_t value = intent.perform(intent.operation, bytes);
  if (value < 0) intent.operation.error = static_cast<int>(-value);
  listener_.answer(caller.call(), value);
  write_down(std::move(intent.operation));
}

void Desk::perform_opening(const Caller& caller, Intent& intent) {
  if (!listener_.still_waits(caller.call())) return;
  const std::int64_t value = intent.perform(intent.operation, Decision::kAll);
  if (value < 0) {
    intent.operation.error = static_cast<int>(-value);
    listener_.answer(caller.call(), value);
    return write_down(std::move(intent.operation));
  }
  const auto file = std::make_shared<OpenFile>();
  file->copy = UniqueFd(static_cast<int>(value));
  struct stat found;
  if (fstat(file->copy.get(), &found) == 0) {
    file->device = found.st_dev;
    file->inode = found.st_ino;
  }
  file->file = intent.operation.file;
  file->path = intent.operation.path;
  write_down(std::move(intent.operation));
  hand_over(caller, file, 0, intent.close_on_exec);
}

int Desk::hand_over(const Caller& caller, const OpenFilePtr& file, int least, bool close_on_exec) {
  const int number = files_.free_number(caller, least);
  const int error = number == 0 ? EMFILE
                                : listener_.answer_with_fd(caller.call(), file->copy.get(), number,
                                                           close_on_exec);
  if (error == 0) {
    files_.put(caller.pid(), number, file);
  } else if (error != ENOENT && listener_.answer(caller.call(), -EMFILE)) {
    failure("the program could not be given descriptor " + std::to_string(number) + " for " +
            file->path + ": " + strerrorname_np(error));
  }
  return error;
}

void Desk::perform_beside(const Caller& caller, Intent& intent) {
  intent.operation.begun = observed_.recording.operations.size();
  syncs_.push_back(std::make_unique<Sync>(caller, std::move(intent)));
  Sync& sync = *syncs_.back();
  sync.thread = std::thread([this, &sync] {
    const std::int64_t value = sync.intent.perform(sync.intent.operation, Decision::kAll);
    const std::lock_guard lock(mutex_);
    sync.value = value;
    sync.done = true;
    eventfd_write(wake_.get(), 1);
  });
}

void Desk::do_before_death(Intent& intent, std::uint64_t bytes) {
  if (bytes == 0 || !intent.perform || intent.beside) return;
  const std::int64_t value = intent.perform(intent.operation, bytes);
  if (value < 0) intent.operation.error = static_cast<int>(-value);
  if (value >= 0 && intent.opens) close(static_cast<int>(value));
  write_down(std::move(intent.operation));
}

void Desk::tell_lie(const Caller& caller, Intent& intent, std::uint64_t bytes) {
  if (intent.opens || !intent.perform) return perform(caller, intent, Decision::kAll);
  Operation& operation = intent.operation;
  const std::uint64_t claimed = operation.length;
  const bool writes = operation.kind == OpKind::write;
  std::int64_t done = 0;
  if (writes || bytes != 0) done = intent.perform(operation, bytes);
  if (done < 0) {
    operation.error = static_cast<int>(-done);
  } else {
    operation.lied = true;
    operation.length = writes ? static_cast<std::uint64_t>(done) : bytes == 0 ? 0 : claimed;
  }
  const auto told = writes ? static_cast<std::int64_t>(claimed) : 0;
  if (listener_.answer(caller.call(), done < 0 ? done : told) || operation.length > 0) {
    write_down(std::move(operation));
  }
}

void Desk::write_down(Operation operation) {
  if (operation.kind == OpKind::output) operation.text.clear();  // it stands in the spool
  const bool forgotten = operation.kind == OpKind::output && !operation.bytes.kept();
  if (records() && !forgotten) observed_.recording.operations.push_back(std::move(operation));
}

// Counting is dear, so that there may be a few more than allowed.
bool Desk::may_fork() {
  constexpr std::uint64_t kForksBetweenCounts = 32;
  if (crowded_ || forks_++ % kForksBetweenCounts == 0) {
    crowded_ = descendants_of(keeper_).size() > program_.processes;
  }
  return !crowded_;
}

NodeId Desk::node_of(const struct stat& found, const std::string& path) {
  const NodeId known = nodes_.of(found.st_dev, found.st_ino);
  if (known != 0) return known;
  const NodeId made = nodes_.fresh(found.st_dev, found.st_ino);
  if (records()) stop_following(made, path, "it came from where nobody looked");
  return made;
}

void Desk::stop_following(NodeId file, const std::string& path, const std::string& why) {
  Recording& recording = observed_.recording;
  recording.not_followed.try_emplace(
      file, NotFollowed{.from = recording.operations.size(), .path = path, .why = why});
}

void Desk::note(const std::string& text) { add_once(observed_.recording.notes, text); }
void Desk::failure(const std::string& text) { add_once(observed_.failures, text); }

void Desk::work_off() {
  if (waiting_.empty()) return;
  const Steady::time_point now = Steady::now();
  for (std::size_t i = 0; i < waiting_.size() && !kill_tree_;) {
    if (waiting_[i].until > now) {
      ++i;
      continue;
    }
    Waiting due = std::move(waiting_[i]);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    carry_out(due.caller, due.intent, due.decision);
  }
}

bool Desk::is_done(const Sync& sync) {
  const std::lock_guard lock(mutex_);
  return sync.done;
}

void Desk::answer_syncs() {
  eventfd_t ignored = 0;
  eventfd_read(wake_.get(), &ignored);
  for (std::size_t i = 0; i < syncs_.size();) {
    Sync& sync = *syncs_[i];
    if (!is_done(sync)) {
      ++i;
      continue;
    }
    sync.thread.join();
    if (sync.value < 0) sync.intent.operation.error = static_cast<int>(-sync.value);
    listener_.answer(sync.caller.call(), sync.value);
    write_down(std::move(sync.intent.operation));
    syncs_.erase(syncs_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

Steady::time_point Desk::next_time() const {
  Steady::time_point next = Steady::time_point::max();
  for (const Waiting& waiting : waiting_) next = std::min(next, waiting.until);
  return next;
}

}  // namespace trainwreck::outside
