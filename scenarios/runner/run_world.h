#pragma once

#include <memory>

#include "engine/seams/http_poster.h"
#include "engine/seams/seams.h"
#include "faults/inject/injector.h"
#include "scenarios/flow/outcome.h"
#include "trainwreck/data.h"
#include "trainwreck/fault.h"

namespace trainwreck {

class EpochRecorder;
class Model;

// Where one call stands in its story.
struct CallPlace {
  std::int32_t run = 0;   // restarts before it
  std::int32_t call = 0;  // calls before it, since the latest restart
};

// The world that the processes of a story live in, and whoever listens there. A story is told in
// the same way in every world (see ProcessRun); worlds differ in what their seams are and in what
// they can note down. It outlives every process that lives in it. One thread.
class RunWorld : public World {
 public:
  virtual Seams seams() = 0;
  virtual Injector& injector() = 0;
  // False: nothing stands between the run and its seams, so nothing is wrapped and nothing strikes.
  virtual bool wraps() const { return true; }

  // A call is about to be made of this model, and has been made. What the world alone can tell of
  // it goes into the outcome.
  virtual void begin_call(const CallPlace& place, Model& model) = 0;
  virtual void end_call(CallOutcome&) {}

  // Lets the world look at what a source gives and at what the first layer gets.
  virtual std::shared_ptr<DataSource> watched(std::shared_ptr<DataSource> source) { return source; }
  virtual void watch(Model&) {}
  // The network that callbacks post to; null: the real one.
  virtual std::shared_ptr<HttpPoster> network() { return nullptr; }
  // For one process: notes down every epoch's end, if somebody wants to know; else null.
  virtual std::shared_ptr<EpochRecorder> epoch_recorder() { return nullptr; }
};

}  // namespace trainwreck
