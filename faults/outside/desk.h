#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "faults/outside/caller.h"
#include "faults/outside/decision.h"
#include "faults/outside/listener.h"
#include "faults/outside/open_files.h"
#include "faults/outside/place.h"
#include "faults/recording/disk_tree.h"
#include "faults/recording/recording.h"

namespace trainwreck::outside {

// What a call means to do, before it is decided whether it will.
struct Intent {
  // Does it, of a write at most `bytes` bytes, writes down what became of it, and says what the
  // call returns; negative: an errno.
  using Perform = std::function<std::int64_t(Operation& operation, std::uint64_t bytes)>;

  Operation operation{};
  Perform perform{};           // none: the kernel does it, and what comes of it is not known
  bool opens = false;          // `perform` returns a descriptor of ours, which the program gets
  bool close_on_exec = false;  // so does this one
  bool beside = false;         // it takes its time, and others go on meanwhile
  bool refusable = true;
};

// One run's state, and the way that every call takes: asked about, done, written down, answered.
// All of it happens in one thread, one operation at a time, which is why the history is one.
class Desk {
 public:
  Desk(const ProgramToWreck& program, Strategy& strategy, Observed& observed, Listener& listener,
       pid_t keeper);
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk();

  const WatchedFolders& folders() const { return folders_; }
  OpenFiles& files() { return files_; }
  NodeNumbers& nodes() { return nodes_; }
  Spool& spool() { return *observed_.recording.spool; }
  // Lines of output are kept up to a limit of their own.
  bool takes_output(std::uint64_t bytes);
  bool records() const { return program_.record; }
  mode_t own_umask() const { return own_umask_; }
  const ProgramToWreck& program() const { return program_; }

  // Whether a standard descriptor is still the one that the program got from us.
  bool is_output(const Caller& caller, int fd) const;
  void outputs_are(int output, int errors);

  Caller caller_of(const Call& call);
  // There may be new processes: what is known of threads may be of others now.
  void forget_callers() { tgids_.clear(); }
  bool may_fork();

  void settle(const Caller& caller, Intent intent);
  // None of ours, or nothing to be told.
  void let_through(const Caller& caller) { listener_.let_through(caller.call()); }
  void answer(const Caller& caller, std::int64_t value) { listener_.answer(caller.call(), value); }
  // The program gets our descriptor under a number of at least `least`; 0, or an errno.
  int hand_over(const Caller& caller, const OpenFilePtr& file, int least, bool close_on_exec);

  NodeId node_of(const struct stat& found, const std::string& path);
  void stop_following(NodeId file, const std::string& path, const std::string& why);
  void note(const std::string& text);
  void failure(const std::string& text);  // of ours

  // How many crossings there were: as long as it is the same, nothing was done.
  std::uint64_t crossings() const { return crossings_; }

  void work_off();      // what waited for its time
  void answer_syncs();  // those that have come back, once `wake_fd` is readable
  std::chrono::steady_clock::time_point next_time() const;
  int wake_fd() const { return wake_.get(); }
  bool files_are_locked() const { return files_.any_locked(); }
  bool tree_is_to_be_killed() const { return kill_tree_; }

 private:
  struct Waiting {
    std::chrono::steady_clock::time_point until;
    Caller caller;
    Intent intent;
    Decision decision;
  };
  struct Sync {
    Sync(const Caller& c, Intent i) : caller(c), intent(std::move(i)) {}
    Caller caller;
    Intent intent;
    std::int64_t value = 0;
    bool done = false;  // guarded by mutex_
    std::thread thread;
  };

  bool is_done(const Sync& sync);
  void carry_out(const Caller& caller, Intent& intent, const Decision& decision);
  void perform(const Caller& caller, Intent& intent, std::uint64_t bytes);
  void perform_opening(const Caller& caller, Intent& intent);
  void perform_beside(const Caller& caller, Intent& intent);
  void do_before_death(Intent& intent, std::uint64_t bytes);
  void tell_lie(const Caller& caller, Intent& intent, std::uint64_t bytes);
  void write_down(Operation operation);

  const ProgramToWreck& program_;
  Strategy& strategy_;
  Observed& observed_;
  Listener& listener_;
  WatchedFolders folders_;
  OpenFiles files_;
  NodeNumbers nodes_;
  mode_t own_umask_;
  std::unordered_map<pid_t, pid_t> tgids_;
  std::array<ino_t, 2> outputs_{};
  std::uint64_t output_kept_ = 0;
  pid_t keeper_;
  std::uint64_t forks_ = 0;
  bool crowded_ = false;
  std::uint64_t crossings_ = 0;
  std::uint64_t changes_ = 0;
  bool kill_tree_ = false;
  std::deque<Waiting> waiting_;
  std::mutex mutex_;
  std::deque<std::unique_ptr<Sync>> syncs_;
  UniqueFd wake_;
};

}  // namespace trainwreck::outside
