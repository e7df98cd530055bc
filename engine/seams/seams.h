#pragma once

#include <memory>

namespace trainwreck {

class Clock;
class Executor;
class FileSystem;
class MemoryBudget;
class Signals;
class TraceSink;
class Tracer;

// Everything a training run touches outside its own arithmetic. The engine reaches the world
// through these, the data source and the callbacks that it was given, and through nothing else; a
// fault is another implementation of one of them. Not owned: they outlive the run.
struct Seams {
  FileSystem& files;
  Clock& clock;
  MemoryBudget& memory;
  Executor& executor;
  Signals& signals;
  TraceSink* trace = nullptr;  // nobody listens by default

  // To write to it (engine/seams/tracer.h).
  Tracer tracer() const;
};

// The real world, owned in one place.
class RealWorld {
 public:
  RealWorld();
  ~RealWorld();
  Seams seams();

 private:
  std::unique_ptr<FileSystem> files_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<MemoryBudget> memory_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<Signals> signals_;
};

}  // namespace trainwreck
