#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tidy/rules.h"

namespace trainwreck::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RawTraceEvents, AreReadByNobody) {
  const Listing tree = {
      {"scenarios/judge/a.cpp",
       "bool ok(const TraceLine& line) {\n  return line.event.detail == \"ok\";\n}\n"},
      {"scenarios/judge/b.cpp", "auto at = line->event.epoch;\n"},
      {"faults/inject/c.cpp", "void f(const TraceEvent& event) {\n  move_to(event.epoch);\n}\n"},
      {"engine/loop/d.cpp", "sink->record({.kind = TraceKind::signal, .number = 2});\n"},
      {"bench/e.cpp", "sink.record(TraceEvent{});\n"},
      {"scenarios/judge/f.h", "void g(const TraceEvent& publish);\n"},
  };
  constexpr const char* kReads = ": reads a raw TraceEvent; as<traced::...>(line) has names";
  constexpr const char* kMakes = ": makes a TraceEvent; a Tracer writes them";
  EXPECT_THAT(raw_trace_events(tree),
              ElementsAre(std::string("scenarios/judge/a.cpp:2") + kReads,
                          std::string("scenarios/judge/b.cpp:1") + kReads,
                          std::string("faults/inject/c.cpp:2") + kReads,
                          std::string("engine/loop/d.cpp:1") + kMakes,
                          std::string("bench/e.cpp:1") + kMakes,
                          "scenarios/judge/f.h:1: calls a TraceEvent something else than event"));
}

TEST(RawTraceEvents, MayBePassedOnAndAskedForTheirKind) {
  const Listing tree = {
      {"faults/inject/a.cpp", "void f(const TraceEvent& event) { next->record(event); }\n"},
      {"scenarios/trace/b.cpp", "switch (line.event.kind) {}\n// line.event.who\n"},
      {"engine/callbacks/c.cpp", "void on_epoch_end(Event& event) { use(event.epoch); }\n"},
      {"engine/seams/traced.cpp", "TraceEvent event{.kind = TraceKind::file};\n"},
      {"tests/d_test.cpp", "EXPECT_EQ(line.event.who, 1);\n"},
  };
  EXPECT_THAT(raw_trace_events(tree), IsEmpty());
}

}  // namespace
}  // namespace trainwreck::tidy
