#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "faults/inject/trace.h"
#include "trainwreck/data.h"

namespace trainwreck {

class Model;

// Which samples a batch was made of, and that its features were stepped as they had come.
class BatchChecksums {
 public:
  void fetched(const Batch& batch);
  void stepped(const Tensor& features);
  void add_to(TraceLine& line, Trace& trace);

 private:
  std::int64_t came_ = -1;
  std::int64_t stepped_ = -1;
  std::string samples_;
  std::optional<float> first_;
};
std::shared_ptr<DataSource> with_checksums(std::shared_ptr<DataSource> source,
                                           std::shared_ptr<BatchChecksums> checksums);
// The first layer, in place.
void watch_features(Model& model, std::shared_ptr<BatchChecksums> checksums);

}  // namespace trainwreck
