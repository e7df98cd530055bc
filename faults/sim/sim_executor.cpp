#include "faults/sim/sim_executor.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "faults/sim/fiber.h"
#include "faults/sim/sim_clock.h"

namespace trainwreck {
namespace {

using Time = std::chrono::nanoseconds;

// Far enough for anybody, near enough that "now + this" does not overflow.
constexpr Time kLongest = std::chrono::hours(24 * 365);

// Unwinds a task that will never be able to go on.
struct Abandoned {};

// One who takes turns; the loop itself is the first.
struct Actor {
  std::string name;
  std::optional<Fiber> fiber;
  const std::function<bool()>* ready = nullptr;  // null: needs nothing but its turn
  std::optional<Time> deadline;
  bool done = false;
  bool joined = false;
  bool abandoned = false;
};

}  // namespace

// Who is there, and whose turn it is. Each is a fiber of the loop's thread, so all of it happens in
// an order that nothing but the seed decides.
class SimExecutor::Turns {
 public:
  Turns(SimClock& clock, std::uint64_t seed)
      : clock_(clock), random_(seed, Purpose::fault), current_(add("the loop")) {
    current_->fiber.emplace();
  }

  ~Turns() {
    ending_ = true;
    yield();
  }

  TaskId spawn(std::string name, std::function<void()> task) {
    Actor& actor = *add(std::move(name));
    try {
      actor.fiber.emplace(
          [this, &actor, task = std::move(task)]() -> Fiber& { return live(actor, task); });
    } catch (const std::system_error& error) {
      const std::string refused = std::move(actors_.back()->name);
      actors_.pop_back();
      throw Error("cannot start the task " + refused + ": " + error.code().message());
    }
    const TaskId id = actors_.size() - 1;
    yield();
    return id;
  }

  // Somebody else may go on here. Who is being ended runs on to his next wait.
  void yield() {
    if (current_->abandoned) return;
    block(nullptr, std::nullopt);
  }

  // False: the deadline came first.
  bool wait(const std::function<bool()>& ready, Deadline time) {
    Actor& me = *current_;
    if (!me.abandoned) {
      std::optional<Time> deadline;
      if (time) deadline = clock_.now() + std::min(*time, kLongest);
      block(&ready, deadline);
    }
    if (me.abandoned) throw Abandoned{};
    if (!deadlock_.empty()) throw Deadlock(std::exchange(deadlock_, {}));
    return ready();
  }

  void join(TaskId task) {
    TRAINWRECK_CHECK(task > 0 && task < actors_.size() && !actors_[task]->joined,
                     "a task is joined exactly once");
    Actor& actor = *actors_[task];
    const std::function<bool()> done = [&actor] { return actor.done; };
    wait(done, std::nullopt);
    actor.joined = true;
  }

  std::int64_t unjoined() const {
    return std::count_if(actors_.begin() + 1, actors_.end(),
                         [](const auto& actor) { return !actor->joined; });
  }

 private:
  Actor* add(std::string name) {
    actors_.push_back(std::make_unique<Actor>());
    actors_.back()->name = std::move(name);
    return actors_.back().get();
  }

  // Returns who goes on when this task has ended.
  Fiber& live(Actor& actor, const std::function<void()>& task) {
    try {
      if (!actor.abandoned) task();
    } catch (const Abandoned&) {
    }
    actor.done = true;
    current_ = &choose_next();
    return *current_->fiber;
  }

  void block(const std::function<bool()>* ready, std::optional<Time> deadline) {
    Actor& me = *current_;
    me.ready = ready;
    me.deadline = deadline;
    current_ = &choose_next();
    if (current_ != &me) me.fiber->switch_to(*current_->fiber);
  }

  Actor& choose_next() {
    while (!ending_) {
      std::vector<Actor*> able;
      std::optional<Time> next;
      for (const auto& actor : actors_) {
        if (actor->done) continue;
        if (can_go_on(*actor)) able.push_back(actor.get());
        if (actor->deadline) next = std::min(next.value_or(*actor->deadline), *actor->deadline);
      }
      if (!able.empty()) return *able[random_.below(choices_++, able.size())];
      if (next) {
        clock_.advance(*next - clock_.now());
      } else {
        report_deadlock();
      }
    }
    return next_to_end();
  }

  bool can_go_on(const Actor& actor) const {
    if (actor.ready == nullptr || (*actor.ready)()) return true;
    return actor.deadline && *actor.deadline <= clock_.now();
  }

  void report_deadlock() {
    ending_ = true;
    deadlock_ = "deadlock: everybody waits and no deadline is left:";
    for (const auto& actor : actors_) {
      if (!actor->done) deadlock_ += (deadlock_.back() == ':' ? " " : ", ") + actor->name;
    }
  }

  // The tasks end first, one after the other, so that nothing runs on what the loop then destroys.
  Actor& next_to_end() {
    for (std::size_t i = 1; i < actors_.size(); ++i) {
      if (actors_[i]->done) continue;
      actors_[i]->abandoned = true;
      return *actors_[i];
    }
    ending_ = false;
    return *actors_[0];
  }

  SimClock& clock_;
  Random random_;
  std::uint64_t choices_ = 0;
  std::vector<std::unique_ptr<Actor>> actors_;
  Actor* current_;
  bool ending_ = false;
  std::string deadlock_;
};

SimExecutor::SimExecutor(SimClock& clock, std::uint64_t seed)
    : turns_(std::make_unique<Turns>(clock, seed)) {}

SimExecutor::~SimExecutor() = default;

Executor::TaskId SimExecutor::spawn(std::string name, std::function<void()> task) {
  return turns_->spawn(std::move(name), std::move(task));
}

void SimExecutor::exclusively(const std::function<void()>& action) {
  turns_->yield();
  action();
}

bool SimExecutor::wait(const std::function<bool()>& ready, const std::function<void()>& action,
                       Deadline deadline) {
  if (!turns_->wait(ready, deadline)) return false;
  action();
  return true;
}

void SimExecutor::notify() { turns_->yield(); }

void SimExecutor::sleep(std::chrono::nanoseconds time) {
  turns_->wait([] { return false; }, time);
}

void SimExecutor::join(TaskId task) { turns_->join(task); }

std::int64_t SimExecutor::tasks() const { return turns_->unjoined(); }

}  // namespace trainwreck
