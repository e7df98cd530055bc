#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/sources/problem.h"
#include "trainwreck/data.h"

namespace trainwreck {

struct ProblemGeneratorOptions {
  std::int64_t batch_size = 32;
  std::optional<std::int64_t> length{};           // batches that it gives; nullopt: it never ends
  std::optional<std::int64_t> declares_length{};  // batches that it claims to give
  std::optional<std::int64_t> fails_at{};         // throws ValueError in place of this one
};

// Rows of a problem one batch after the other, once: what it has given is gone.
class ProblemGenerator final : public Generator {
 public:
  ProblemGenerator(std::shared_ptr<const Problem> problem, const ProblemGeneratorOptions& options,
                   std::string name = "generator");

  SourceTraits traits() const override;
  std::optional<std::int64_t> length() const override { return options_.declares_length; }
  bool next(Batch& out) override;

 private:
  std::shared_ptr<const Problem> problem_;
  ProblemGeneratorOptions options_;
  std::string name_;
  std::int64_t given_ = 0;
};

}  // namespace trainwreck
