#include "engine/saving/save_context.h"

#include <fmt/format.h>

#include <utility>

#include "engine/base/errors.h"
#include "engine/checkpoint/checkpoint_format.h"
#include "engine/seams/file_system.h"
#include "engine/seams/memory_budget.h"
#include "engine/seams/tracer.h"
#include "trainwreck/session.h"

namespace trainwreck {
namespace {

double score_of(const Checkpoint& snapshot) { return snapshot.score ? snapshot.score->value : 0.0; }

void refuse_non_finite(const SaveContext& desk, const std::string& path,
                       const Checkpoint& snapshot) {
  if (desk.policy.non_finite_weights == NonFiniteWeights::saved) return;
  const std::string bad = non_finite_parameter(snapshot);
  if (!bad.empty()) throw NonFinite(fmt::format("{} is not saved: {} is not finite", path, bad));
}

// The bytes may be needed no more when somebody hears of this.
void say_published(const SaveContext& desk, const std::string& path, const Checkpoint& snapshot,
                   std::string detail, std::size_t bytes) {
  desk.say([at = desk.at, path, detail = std::move(detail), bytes,
            score = score_of(snapshot)](Session& session) {
    note(session, at,
         {.action = traced::Saving::publish,
          .path = path,
          .note = detail,
          .bytes = static_cast<std::int64_t>(bytes),
          .score = score});
  });
}

void say_failed(const SaveContext& desk, const std::string& path, const Checkpoint& snapshot,
                const std::exception& error) {
  desk.say([at = desk.at, path, name = std::string(error_name(error)),
            score = score_of(snapshot)](Session& session) {
    note(session, at, {.action = traced::Saving::fail, .path = path, .note = name, .score = score});
  });
}

void say_left(const SaveContext& desk, const std::string& leftover) {
  desk.say([leftover](Session& session) {
    session.warn("checkpoint.leftover", fmt::format("{} could not be cleaned up", leftover));
  });
}

}  // namespace

void note(const Session& session, const Position& at, traced::Save save) {
  save.epoch = at.epoch;
  save.batch = at.batch;
  save.step = at.step;
  session.seams().tracer().save(save);
}

SaveContext desk_in(Session& session) {
  return {.files = session.seams().files,
          .policy = session.policy().checkpoint,
          .at = session.position(),
          .say = [&session](const RunMessage& remark) { remark(session); }};
}

std::unique_ptr<Reservation> take_snapshot(Session& session, SaveOrder order, Checkpoint& into,
                                           Capture how) {
  const double score = order.score ? order.score->value : 0.0;
  const Position& here = session.position();
  note(session, here,
       {.action = traced::Saving::begin, .path = order.path, .note = order.tag, .score = score});
  try {
    auto memory = std::make_unique<Reservation>(session.seams().memory, MemoryPurpose::save,
                                                bytes_to_capture(session.model()));
    capture_model(session.model(), into, how);
    into.tag = std::move(order.tag);
    into.score = std::move(order.score);
    into.run = std::move(order.run);
    return memory;
  } catch (const std::exception& error) {
    note(session, here,
         {.action = traced::Saving::fail,
          .path = order.path,
          .note = error_name(error),
          .score = score});
    throw;
  }
}

std::string publish(const SaveContext& desk, const std::string& path, const Checkpoint& snapshot) {
  try {
    refuse_non_finite(desk, path, snapshot);
    EncodedCheckpoint encoded = lay_out(snapshot);
    const std::vector<std::string_view> pieces = encoded.pieces();
    const auto leftovers = save_bytes(desk.files, path, pieces, desk.policy.manner());
    say_published(desk, path, snapshot, fmt::format("{} crc32c={}", snapshot.tag, encoded.checksum),
                  size_of(pieces));
    for (const std::string& leftover : leftovers) say_left(desk, leftover);
    return std::move(encoded.checksum);
  } catch (const std::exception& error) {
    say_failed(desk, path, snapshot, error);
    throw;
  }
}

void delete_checkpoint(const SaveContext& desk, const std::string& path) {
  desk.say([at = desk.at, path](Session& session) {
    note(session, at, {.action = traced::Saving::remove, .path = path});
  });
  if (desk.files.is_directory(path)) {
    desk.files.remove_directory(path);
  } else {
    desk.files.remove(path);
  }
}

}  // namespace trainwreck
