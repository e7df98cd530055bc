#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trainwreck/data.h"

namespace trainwreck {

// Samples in memory, one per row. Labels and weights may be absent.
struct ArrayData {
  Tensor x{};
  Tensor y{};
  Tensor sample_weight{};  // one number per row
};

// Throws ValueError unless every tensor has as many rows as x; `name` is who has them.
void check_rows(const std::string& name, const ArrayData& data);

struct BatchOptions {
  std::int64_t batch_size = 32;
  bool drop_last = false;  // leave out a last batch that is not full
  bool told = true;        // false: nobody said batch_size

  // Batches that `rows` rows make. Throws ValueError in the name of `name` for a size below 1.
  std::int64_t count(std::int64_t rows) const;
  void check(const std::string& name) const;
};

// How many rows stay when the last `fraction` of them is split off. Throws ValueError when one part
// would be empty.
std::int64_t rows_before_split(const std::string& name, std::int64_t rows, double fraction);

// Copies the named rows of `from` to `out`; an absent tensor becomes an absent one.
void gather_rows(const Tensor& from, std::span<const std::int64_t> rows, Tensor& out);
// The same for rows that lie side by side.
void copy_rows(const Tensor& from, std::int64_t first, std::int64_t rows, Tensor& out);

// Batches of arrays, like fit(x, y). A batch size of 0 stands until it is settled. Shuffles its
// rows in each pass that asks for it. Allocates nothing once the batch has its size.
class ArraySource final : public DataSource {
 public:
  explicit ArraySource(ArrayData data, BatchOptions options = {}, std::string name = "arrays");

  SourceTraits traits() const override;
  std::optional<std::int64_t> length() const override { return options_.count(rows_); }
  void start_pass(const Pass& pass) override;
  // Rows of which nobody said how many make a batch become as many batches as are wanted.
  void settle_batch_size(std::optional<std::int64_t> steps, ZeroBatchSize zero) override;
  bool fetch(std::int64_t index, Batch& out) override;
  // The last rows, in the data's own order, before any shuffling.
  std::shared_ptr<DataSource> split_off(double fraction) override;
  void rejoin() override;

  std::int64_t rows() const { return rows_; }

 private:
  ArraySource(const ArraySource& whole, std::int64_t first, std::int64_t rows);

  std::shared_ptr<const ArrayData> data_;  // shared by the parts of a split
  std::int64_t first_ = 0;
  std::int64_t rows_ = 0;
  std::int64_t lent_ = 0;  // rows behind ours that were split off
  BatchOptions asked_;
  BatchOptions options_;  // in force
  std::string name_;
  std::int64_t pass_ = 0;
  std::vector<std::int64_t> order_;  // empty: the data's own
};

}  // namespace trainwreck
