#pragma once

#include <string>

namespace trainwreck {

class Session;

// Before the first epoch is paid for (checkpoint.preflight): whether files like `path` can be made
// in `directory`, which is made where it is missing, and whether there is room for two checkpoints
// of the model. If not, that is an IoError or, by checkpoint.failed_save, a warning
// ("checkpoint.preflight") of `who`.
void preflight(Session& session, const std::string& who, const std::string& directory,
               const std::string& path);

}  // namespace trainwreck
