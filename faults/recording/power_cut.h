#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "faults/recording/content_hash.h"
#include "faults/recording/power_log.h"

namespace trainwreck::outside {

// What could have become of the disk at one cut, as questions and answers: 0 means that nothing is
// lost. Without a journal each entry is a question; with one, it is how many of the last are lost.
class PowerCut {
 public:
  struct Question {
    std::uint32_t options = 2;
    std::size_t operation = 0;  // that is missing with answer 1
  };
  using Answers = std::vector<std::uint32_t>;

  PowerCut(PowerLog& log, ContentHash& hash);

  void begin();  // the log has moved on
  const std::vector<Question>& questions() const { return questions_; }
  std::uint64_t tree_hash(const Answers& answers);
  Tree build(const Answers& answers);
  // Operations of which something is missing, and of which nothing is there.
  void missing(const Answers& answers, std::map<std::size_t, bool>& wholly);

 private:
  struct Names {
    std::vector<std::pair<std::uint64_t, NodeId>> named{};  // hash of a path, and what has it
    std::map<NodeId, std::size_t> forced{};                 // changes that must be there
    std::vector<bool> there{};
    Tree folders{};  // entries alone
  };

  const Names& names(const Answers& answers);
  Names make_names(const std::vector<bool>& there) const;
  Contents contents(NodeId id, const FileLog& file, const Names& names, const Answers& answers);
  std::uint64_t contents_hash(NodeId id, const Names& names, const Answers& answers);
  std::uint32_t answer_of(const DataChange& change, std::size_t index, std::size_t forced,
                          const Names& names, const Answers& answers) const;

  PowerLog& log_;
  ContentHash& hash_;
  std::size_t sure_namings_ = 0;
  std::vector<Question> questions_;
  std::unordered_map<std::uint64_t, Names> names_;
  std::unordered_map<std::uint64_t, std::uint64_t> contents_;
};

}  // namespace trainwreck::outside
