#pragma once

#include <memory>

#include "engine/seams/executor.h"
#include "engine/seams/file_system.h"
#include "scenarios/listeners/time_book.h"

namespace trainwreck {

// A disk whose operations, syncs and bytes are counted where the book is at that moment. Looking
// (does it exist, how large is it) counts as an operation too.
std::unique_ptr<FileSystem> metered(FileSystem& files, TimeBook& book);

// An executor whose tasks are the background work of whoever starts them.
std::unique_ptr<Executor> metered(Executor& executor, TimeBook& book);

}  // namespace trainwreck
