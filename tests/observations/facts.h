#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/base/json_node.h"

namespace trainwreck::testing {

// What one run of real Keras 3.15.1 showed.
struct Facts {
  std::string id;
  std::string says;
  std::vector<std::string> events;
  std::string raised;  // Python's type; empty: nothing
  JsonNode epochs;
  std::set<std::string> keys;
  JsonNode stop;  // null where no model was at hand
  std::vector<std::string> files;
  std::map<std::string, JsonNode> tables;
  // Threads raced for it, or it never ended: it is told as a story, not word for word.
  bool in_its_own_words = false;
};

// facts.json, after what is left out of every comparison was left out:
//  - the values of metrics, beside those that a script gave: they come from the backend's
//  arithmetic;
//  - which keys the logs of each hook had (those of the history are compared), and warnings;
//  - what a callback of the observer noted behind its event ("main_thread=True");
//  - which batch it was, where a view leaves that out ("train_step.rows", "ds.[*]"): where Keras's
//    own random order decided it, and where a batch of zeros stood for the one that was spoiled;
//  - folders among the files: ours are there as soon as a file is in them.
std::vector<Facts> read_facts();

// A JSON object of texts, such as not_applicable.json: id to reason.
std::map<std::string, std::string> read_reasons(const std::string& file);

// Our error types to Python's, as docs/errors.md has them.
std::map<std::string, std::set<std::string>> read_error_table();

// Equal as JSON, 3 and 3.0 too.
bool same_json(const JsonNode& a, const JsonNode& b);

}  // namespace trainwreck::testing
