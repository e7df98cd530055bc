#include "engine/trainer/exit_code.h"

#include "engine/base/check.h"

namespace trainwreck {
namespace {

constexpr int kFailed = 1;
constexpr int kExhausted = 4;
constexpr int kTimeout = 124;  // as timeout(1) does
constexpr int kSignal = 128;   // as a shell does

}  // namespace

int exit_code_of(Status status, std::string_view error, int signal_number) {
  switch (status) {
    case Status::completed:
    case Status::stopped:
      return 0;
    case Status::exhausted:
      return kExhausted;
    case Status::failed:
      return error == "Timeout" ? kTimeout : kFailed;
    case Status::interrupted:
      return kSignal + signal_number;
  }
  TRAINWRECK_CHECK(false, "a status without an exit code");
}

}  // namespace trainwreck
