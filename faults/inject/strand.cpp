#include "faults/inject/strand.h"

namespace trainwreck {
namespace {

thread_local const void* running_fiber = nullptr;

}  // namespace

Strand this_strand() { return {std::this_thread::get_id(), running_fiber}; }

void enter_strand(const void* fiber) { running_fiber = fiber; }

}  // namespace trainwreck
