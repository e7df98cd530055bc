#pragma once

#include <string>
#include <string_view>
#include <vector>

// The house rules, each a pure function from a listing of the source tree to the list of what
// breaks it, so that every rule can itself be tested with a planted violation.
namespace trainwreck::tidy {

struct SourceFile {
  std::string path;  // relative to the top of the tree, with forward slashes
  std::string text;
};
using Listing = std::vector<SourceFile>;
using Violations = std::vector<std::string>;

// Code and text of the tree; no build results, no binary files.
Listing read_tree(const std::string& root);

bool is_header(const SourceFile& file);
bool is_source(const SourceFile& file);

// engine <- faults <- scenarios <- {fuzz, bench, tests}, and the rooms of each layer likewise: a
// file includes only from its own room and from what stands below it. A public header
// (<layer>/include/trainwreck) belongs to the room that keeps its promise.
Violations wrong_includes(const Listing& tree);
// A header that nobody includes, and a source file that `compile_commands` (the text of
// compile_commands.json) does not build.
Violations dead_headers(const Listing& tree);
Violations unbuilt_sources(const Listing& tree, std::string_view compile_commands);
// Headers up to 200 lines, sources up to 400, tests up to 600; lines up to 100 columns.
Violations oversized_files(const Listing& tree);
// Function bodies up to 60 lines.
Violations oversized_functions(const Listing& tree);
// Code stands at most two folders deep; tests mirror that below tests/.
Violations deep_folders(const Listing& tree);
// A folder of a layer has at most 25 files of code, unless it is one of `catalogs`: those have as
// many as there are entries.
Violations crowded_folders(const Listing& tree, const std::vector<std::string>& catalogs);
Violations banned_words(const Listing& tree);
// Eigen, the JSON library and their like in a header that is not one of `private_headers`; and a
// private header that another header includes.
Violations leaked_dependencies(const Listing& tree,
                               const std::vector<std::string>& private_headers);
// The files of a folder may be compiled as one, so no two of them give a file-local type, constant
// or function (of the same parameters) one name.
Violations shared_local_names(const Listing& tree);
// Outside engine/seams the engine includes and calls nothing that reaches files, time, threads,
// signals or the network.
Violations unseamed_engine(const Listing& tree);
// What a TraceEvent keeps for which kind is known to engine/seams/traced.cpp and to what
// writes whole records down; others write by a Tracer and read by as<>. So that this can be seen in
// a text, a TraceEvent is always called `event`.
Violations raw_trace_events(const Listing& tree);
// A behaviour that the profiles disagree about.
struct Choice {
  std::string name;  // "loop.end_hooks"
  std::string help;
  std::string keras;
  std::string hardened;
};
// Every choice has its row in docs/profiles.md, with the tests that show it; and these exist.
Violations unshown_choices(const Listing& tree, const std::vector<Choice>& choices);
// What a catalog says of an entry, held against the file that it stands in.
struct CatalogEntry {
  std::string folder;  // "engine/callbacks"
  std::string name;
  std::string help;
};
// Every entry has help, stands in <folder>/<name>.cpp, is in docs/catalog.md, and some test or
// scenario names it; every source file of a catalog folder is an entry.
Violations neglected_entries(const Listing& tree, const std::vector<CatalogEntry>& entries);

}  // namespace trainwreck::tidy
