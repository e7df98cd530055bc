#include "engine/seams/traced.h"

#include <tuple>

namespace trainwreck::traced {
namespace {

constexpr std::string_view kNotFinite = "not finite";

// Which member of the one record keeps what, for each kind: this is all that anybody knows of it.
template <class What>
constexpr std::tuple<> kMembers{};

using E = TraceEvent;
template <class Mine, class Its>
struct Member {
  Mine mine;
  Its its;
};
template <class Mine, class Its>
Member(Mine, Its) -> Member<Mine, Its>;

template <>
constexpr auto kMembers<RunBegin> = std::tuple(Member{&RunBegin::call, &E::what},
                                               Member{&RunBegin::source, &E::who},
                                               Member{&RunBegin::seed, &E::number});
template <>
constexpr auto kMembers<RunEnd> = std::tuple(Member{&RunEnd::call, &E::who},
                                             Member{&RunEnd::status, &E::detail},
                                             Member{&RunEnd::error, &E::what},
                                             Member{&RunEnd::suppressed, &E::number},
                                             Member{&RunEnd::steps, &E::step});
template <>
constexpr auto kMembers<Listed> = std::tuple(Member{&Listed::callback, &E::who},
                                             Member{&Listed::index, &E::number},
                                             Member{&Listed::hooks, &E::detail});
template <>
constexpr auto kMembers<ScopeBegin> = std::tuple(Member{&ScopeBegin::scope, &E::what},
                                                 Member{&ScopeBegin::epoch, &E::epoch},
                                                 Member{&ScopeBegin::batch, &E::batch},
                                                 Member{&ScopeBegin::step, &E::step},
                                                 Member{&ScopeBegin::item, &E::number},
                                                 Member{&ScopeBegin::rows, &E::value});
template <>
constexpr auto kMembers<ScopeEnd> = std::tuple(Member{&ScopeEnd::scope, &E::what},
                                               Member{&ScopeEnd::status, &E::detail},
                                               Member{&ScopeEnd::epoch, &E::epoch},
                                               Member{&ScopeEnd::batch, &E::batch},
                                               Member{&ScopeEnd::step, &E::step},
                                               Member{&ScopeEnd::item, &E::number},
                                               Member{&ScopeEnd::rows, &E::value});
template <>
constexpr auto kMembers<HookBegin> = std::tuple(Member{&HookBegin::hook, &E::what},
                                                Member{&HookBegin::callback, &E::who},
                                                Member{&HookBegin::index, &E::number},
                                                Member{&HookBegin::status, &E::detail},
                                                Member{&HookBegin::epoch, &E::epoch},
                                                Member{&HookBegin::batch, &E::batch});
template <>
constexpr auto kMembers<HookEnd> = std::tuple(Member{&HookEnd::hook, &E::what},
                                              Member{&HookEnd::callback, &E::who},
                                              Member{&HookEnd::index, &E::number},
                                              Member{&HookEnd::error, &E::detail},
                                              Member{&HookEnd::epoch, &E::epoch},
                                              Member{&HookEnd::batch, &E::batch});
template <>
constexpr auto kMembers<DeferredBegin> = std::tuple(Member{&DeferredBegin::hook, &E::what},
                                                    Member{&DeferredBegin::callback, &E::who},
                                                    Member{&DeferredBegin::epoch, &E::epoch});
template <>
constexpr auto kMembers<DeferredEnd> = std::tuple(Member{&DeferredEnd::hook, &E::what},
                                                  Member{&DeferredEnd::callback, &E::who},
                                                  Member{&DeferredEnd::epoch, &E::epoch});
template <>
constexpr auto kMembers<FetchBegin> = std::tuple(Member{&FetchBegin::source, &E::who},
                                                 Member{&FetchBegin::position, &E::number},
                                                 Member{&FetchBegin::item, &E::step},
                                                 Member{&FetchBegin::epoch, &E::epoch},
                                                 Member{&FetchBegin::batch, &E::batch});
template <>
constexpr auto kMembers<FetchEnd> =
    std::tuple(Member{&FetchEnd::source, &E::who}, Member{&FetchEnd::outcome, &E::detail},
               Member{&FetchEnd::epoch, &E::epoch}, Member{&FetchEnd::batch, &E::batch},
               Member{&FetchEnd::item, &E::step}, Member{&FetchEnd::source_number, &E::number},
               Member{&FetchEnd::rows, &E::value}, Member{&FetchEnd::samples, &E::what});
template <>
constexpr auto kMembers<Source> = std::tuple(Member{&Source::told, &E::what},
                                             Member{&Source::source, &E::who},
                                             Member{&Source::epoch, &E::epoch});
template <>
constexpr auto kMembers<StepBegin> = std::tuple(Member{&StepBegin::epoch, &E::epoch},
                                                Member{&StepBegin::batch, &E::batch},
                                                Member{&StepBegin::step, &E::step},
                                                Member{&StepBegin::item, &E::number},
                                                Member{&StepBegin::rows, &E::value},
                                                Member{&StepBegin::weights_finite, &E::what});
template <>
constexpr auto kMembers<StepEnd> = std::tuple(Member{&StepEnd::epoch, &E::epoch},
                                              Member{&StepEnd::batch, &E::batch},
                                              Member{&StepEnd::step, &E::step},
                                              Member{&StepEnd::item, &E::number},
                                              Member{&StepEnd::loss, &E::value},
                                              Member{&StepEnd::outcome, &E::detail},
                                              Member{&StepEnd::weights_finite, &E::what});
template <>
constexpr auto kMembers<StopRequest> = std::tuple(Member{&StopRequest::callback, &E::who},
                                                  Member{&StopRequest::reason, &E::detail},
                                                  Member{&StopRequest::epoch, &E::epoch},
                                                  Member{&StopRequest::batch, &E::batch});
template <>
constexpr auto kMembers<Signal> = std::tuple(Member{&Signal::number, &E::number},
                                             Member{&Signal::epoch, &E::epoch},
                                             Member{&Signal::batch, &E::batch});
template <>
constexpr auto kMembers<Fault> = std::tuple(Member{&Fault::kind, &E::what},
                                            Member{&Fault::address, &E::detail},
                                            Member{&Fault::detail, &E::who},
                                            Member{&Fault::nth, &E::number},
                                            Member{&Fault::epoch, &E::epoch},
                                            Member{&Fault::batch, &E::batch});
template <>
constexpr auto kMembers<File> =
    std::tuple(Member{&File::operation, &E::what}, Member{&File::path, &E::who},
               Member{&File::outcome, &E::detail}, Member{&File::error, &E::step},
               Member{&File::bytes, &E::number}, Member{&File::offset, &E::value},
               Member{&File::epoch, &E::epoch}, Member{&File::batch, &E::batch});
template <>
constexpr auto kMembers<Save> =
    std::tuple(Member{&Save::action, &E::what}, Member{&Save::path, &E::who},
               Member{&Save::note, &E::detail}, Member{&Save::bytes, &E::number},
               Member{&Save::score, &E::value}, Member{&Save::epoch, &E::epoch},
               Member{&Save::batch, &E::batch}, Member{&Save::step, &E::step});
template <>
constexpr auto kMembers<Memory> = std::tuple(Member{&Memory::action, &E::what},
                                             Member{&Memory::purpose, &E::who},
                                             Member{&Memory::bytes, &E::number},
                                             Member{&Memory::epoch, &E::epoch},
                                             Member{&Memory::batch, &E::batch});
template <>
constexpr auto kMembers<Policy> = std::tuple(Member{&Policy::choice, &E::what},
                                             Member{&Policy::who, &E::who},
                                             Member{&Policy::reason, &E::detail},
                                             Member{&Policy::number, &E::number},
                                             Member{&Policy::came, &E::step},
                                             Member{&Policy::epoch, &E::epoch},
                                             Member{&Policy::batch, &E::batch});
template <>
constexpr auto kMembers<Warning> = std::tuple(Member{&Warning::id, &E::what},
                                              Member{&Warning::callback, &E::who},
                                              Member{&Warning::text, &E::detail},
                                              Member{&Warning::epoch, &E::epoch},
                                              Member{&Warning::batch, &E::batch});
template <>
constexpr auto kMembers<History> = std::tuple(Member{&History::epoch, &E::epoch},
                                              Member{&History::metric, &E::what},
                                              Member{&History::value, &E::value});

template <class Value>
void put(const Value& mine, Value& its) {
  its = mine;
}
template <class Enum>
void put(const Word<Enum>& mine, std::string_view& its) {
  its = mine.text;
}
void put(bool finite, std::string_view& its) {
  if (!finite) its = kNotFinite;
}

template <class Value>
void take(Value& mine, const Value& its) {
  mine = its;
}
template <class Enum>
void take(Word<Enum>& mine, std::string_view its) {
  mine.text = its;
}
void take(bool& finite, std::string_view its) { finite = its != kNotFinite; }

}  // namespace

Moment moment_of(const TraceEvent& event) { return {event.epoch, event.batch}; }

template <class What>
TraceEvent wire_of(const What& what) {
  TraceEvent event{.kind = What::kKind};
  std::apply([&](const auto&... member) { (put(what.*member.mine, event.*member.its), ...); },
             kMembers<What>);
  return event;
}

template <class What>
What read(const TraceEvent& event) {
  What what;
  std::apply([&](const auto&... member) { (take(what.*member.mine, event.*member.its), ...); },
             kMembers<What>);
  return what;
}

template TraceEvent wire_of(const RunBegin&);
template RunBegin read(const TraceEvent&);
template TraceEvent wire_of(const RunEnd&);
template RunEnd read(const TraceEvent&);
template TraceEvent wire_of(const Listed&);
template Listed read(const TraceEvent&);
template TraceEvent wire_of(const ScopeBegin&);
template ScopeBegin read(const TraceEvent&);
template TraceEvent wire_of(const ScopeEnd&);
template ScopeEnd read(const TraceEvent&);
template TraceEvent wire_of(const HookBegin&);
template HookBegin read(const TraceEvent&);
template TraceEvent wire_of(const HookEnd&);
template HookEnd read(const TraceEvent&);
template TraceEvent wire_of(const DeferredBegin&);
template DeferredBegin read(const TraceEvent&);
template TraceEvent wire_of(const DeferredEnd&);
template DeferredEnd read(const TraceEvent&);
template TraceEvent wire_of(const FetchBegin&);
template FetchBegin read(const TraceEvent&);
template TraceEvent wire_of(const FetchEnd&);
template FetchEnd read(const TraceEvent&);
template TraceEvent wire_of(const Source&);
template Source read(const TraceEvent&);
template TraceEvent wire_of(const StepBegin&);
template StepBegin read(const TraceEvent&);
template TraceEvent wire_of(const StepEnd&);
template StepEnd read(const TraceEvent&);
template TraceEvent wire_of(const StopRequest&);
template StopRequest read(const TraceEvent&);
template TraceEvent wire_of(const Signal&);
template Signal read(const TraceEvent&);
template TraceEvent wire_of(const Fault&);
template Fault read(const TraceEvent&);
template TraceEvent wire_of(const File&);
template File read(const TraceEvent&);
template TraceEvent wire_of(const Save&);
template Save read(const TraceEvent&);
template TraceEvent wire_of(const Memory&);
template Memory read(const TraceEvent&);
template TraceEvent wire_of(const Policy&);
template Policy read(const TraceEvent&);
template TraceEvent wire_of(const Warning&);
template Warning read(const TraceEvent&);
template TraceEvent wire_of(const History&);
template History read(const TraceEvent&);
template TraceEvent wire_of(const Watchdog&);
template Watchdog read(const TraceEvent&);

}  // namespace trainwreck::traced
