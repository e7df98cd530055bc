#include "trainwreck/fault.h"

namespace trainwreck::faults {
namespace {

std::unique_ptr<Fault> make_lying_sync(Params&, const BuildContext&) {
  return bend<FileOperation>(
      {Site::file_sync, Site::file_sync_directory}, When::before,
      [](FileOperation& operation, const Strike&) { operation.answered = true; });
}

}  // namespace

FaultEntry lying_sync() {
  return {"lying_sync", "a sync says that it worked and has done nothing", &make_lying_sync};
}

}  // namespace trainwreck::faults
