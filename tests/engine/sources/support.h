#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/params.h"
#include "engine/seams/seams.h"
#include "trainwreck/data.h"

namespace trainwreck {

// The message of the Expected error that `action` throws; a sentence about it when it does not.
template <class Expected, class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const Expected& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("another type of error: ") + error.what();
  }
  return "no error";
}

// Builds catalog sources from JSON text in the real world.
class DataBuilder {
 public:
  // Null when there are complaints.
  std::shared_ptr<DataSource> build(const std::string& json);
  // "/pointer message", one line each, of the last build.
  std::string complaints() const;

 private:
  RealWorld world_;
  Diagnostics diagnostics_;
};

// All values of x, batch after batch, of one pass.
std::vector<float> values_of_pass(DataSource& source, const Pass& pass);
// All sample ids of one pass.
std::vector<std::int64_t> samples_of_pass(DataSource& source, const Pass& pass);
// Rows of each batch of one pass.
std::vector<std::int64_t> rows_of_pass(DataSource& source, const Pass& pass);
// x of shape (rows, 1) that counts from 0.
Tensor counting(std::int64_t rows);

}  // namespace trainwreck
