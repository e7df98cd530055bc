#include "engine/loop/error_ledger.h"

#include "engine/base/errors.h"

namespace trainwreck {

bool ErrorLedger::record(ErrorRecord record) {
  if (primary_) {
    suppressed_.push_back(std::move(record));
    return false;
  }
  primary_ = std::move(record);
  return true;
}

Status ErrorLedger::status() const {
  return primary_ && primary_->type == "Interrupted" ? Status::interrupted : Status::failed;
}

ErrorRecord describe(std::exception_ptr error) {
  ErrorRecord record;
  record.error = error;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    record.type = error_name(known);
    record.message = known.what();
  } catch (...) {
    record.type = "non-standard";
    record.message = "an exception that is no std::exception";
  }
  return record;
}

}  // namespace trainwreck
