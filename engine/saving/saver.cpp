#include "engine/saving/saver.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "engine/base/errors.h"
#include "engine/loop/background_saves.h"
#include "engine/seams/memory_budget.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

void replay(Session& session, const std::vector<RunMessage>& remarks) {
  for (const RunMessage& remark : remarks) remark(session);
}

}  // namespace

void Saver::save(Session& session, Save save) {
  if (session.policy().checkpoint.saved_by == SavedBy::the_loop) {
    save_here(session, std::move(save));
    return;
  }
  const std::string what = save.what;
  try {
    begin(session, std::move(save));
  } catch (const std::exception&) {
    ++failed_;
    stage_ = Stage::idle;
    allow(session, what, std::current_exception());
  }
}

void Saver::save_here(Session& session, Save save) {
  try {
    Checkpoint snapshot;
    const auto memory = take_snapshot(session, std::move(save.order), snapshot, Capture::borrowed);
    save.write(desk_in(session), snapshot);
  } catch (const std::exception&) {
    ++failed_;
    save.settled(session, false);
    allow(session, save.what, std::current_exception());
    return;
  }
  save.settled(session, true);
}

void Saver::begin(Session& session, Save save) {
  BackgroundSaves& saves = session.background_saves();
  saves.finish();
  auto memory = take_snapshot(session, std::move(save.order), saves.snapshot(), Capture::copied);
  auto remarks = std::make_shared<std::vector<RunMessage>>();
  SaveContext desk = desk_in(session);
  desk.say = [remarks](RunMessage remark) { remarks->push_back(std::move(remark)); };
  what_ = std::move(save.what);
  stage_ = Stage::under_way;
  saves.begin({.owner = this,
               .callback = std::string(session.current_callback()),
               .memory = std::move(memory),
               .write = [write = std::move(save.write), desk = std::move(desk),
                         &snapshot = saves.snapshot()] { write(desk, snapshot); },
               .settle =
                   [this, &session, remarks, settled = std::move(save.settled)](bool worked) {
                     stage_ = Stage::ended;
                     if (!worked) ++failed_;
                     replay(session, *remarks);
                     settled(session, worked);
                   }});
}

void Saver::look_now(Session& session) {
  session.background_saves().look();
  if (stage_ == Stage::ended) raise_failure(session);
}

void Saver::finish(Session& session) {
  if (stage_ == Stage::idle) return;
  session.finish_saves();
  raise_failure(session);
}

void Saver::raise_failure(Session& session) {
  stage_ = Stage::idle;
  const auto failure = session.background_saves().take_failure(this);
  if (failure) allow(session, what_, failure->error);
}

// Inside the limits of the policy a failed save is a warning.
void Saver::allow(Session& session, const std::string& what, const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& failure) {
    const CheckpointPolicy& policy = session.policy().checkpoint;
    const bool too_many = failed_ > policy.max_failed_saves;
    if (policy.failed_save == FailedSave::fails_the_run || too_many) throw;
    session.warn("checkpoint.failed",
                 fmt::format("{}: {} is not saved ({} of {} failed saves allowed): {}", who_, what,
                             failed_, policy.max_failed_saves, failure.what()));
  }
}

}  // namespace trainwreck
