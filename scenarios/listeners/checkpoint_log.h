#pragma once

#include <utility>
#include <vector>

#include "engine/seams/trace.h"
#include "scenarios/flow/outcome.h"

namespace trainwreck {

class SimFileSystem;

// Listens on the trace's way for checkpoints that are announced or deleted, and writes down how far
// the disk was by then.
class CheckpointLog final : public TraceSink {
 public:
  CheckpointLog(const SimFileSystem& disk, TraceSink& next) : disk_(disk), next_(next) {}
  void record(const TraceEvent& event) override;
  std::vector<DiskPromise> take() { return std::move(kept_); }

 private:
  const SimFileSystem& disk_;
  TraceSink& next_;
  std::vector<DiskPromise> kept_;
};

}  // namespace trainwreck
