#include "scenarios/points/faults.h"

#include <cerrno>
#include <csignal>

namespace trainwreck::campaign {

using outside::OpKind;

bool can_strike(Fault fault, OpKind kind) {
  switch (fault) {
    case Fault::disk_full:
      return kind == OpKind::write || kind == OpKind::create || kind == OpKind::make_directory;
    case Fault::io_error:
    case Fault::short_write:
      return kind == OpKind::write;
    case Fault::failing_sync:
      return kind == OpKind::sync || kind == OpKind::sync_all;
    default:
      return outside::changes_the_tree(kind);
  }
}

outside::Decision Strike::decide(const outside::Crossing& crossing) {
  if (once_more_) {  // whatever comes next: a second Ctrl-C waits for nothing
    once_more_ = false;
    return outside::send_signal(SIGINT);
  }
  if (!can_strike(fault_, crossing.operation.kind)) return outside::let_through();
  const std::size_t number = seen_++;
  const bool hit = lasts_ ? number >= nth_ : number == nth_;
  if (!hit) return outside::let_through();
  fired_ = true;
  once_more_ = fault_ == Fault::sigint_twice;
  return strike(crossing);
}

outside::Decision Strike::strike(const outside::Crossing& crossing) const {
  switch (fault_) {
    case Fault::disk_full:
      return outside::refuse(ENOSPC);
    case Fault::io_error:
    case Fault::failing_sync:
      return outside::refuse(EIO);
    case Fault::read_only:
      return outside::refuse(EROFS);
    case Fault::short_write:
      return outside::do_part(crossing.operation.length / 2);
    case Fault::sigterm:
      return outside::send_signal(SIGTERM);
    case Fault::sigint:
    case Fault::sigint_twice:
      return outside::send_signal(SIGINT);
    case Fault::one_process:
      return outside::kill_process();
    case Fault::kill:
    case Fault::power:
      break;
  }
  return outside::kill_tree();
}

}  // namespace trainwreck::campaign
