#include "engine/contract/row_book.h"

#include "engine/contract/data_rules.h"

namespace trainwreck {

void RowBook::forget() {
  ledger_.forget();
  seen_.clear();
  batches_ = 0;
  rows_ = 0;
  repeats_ = false;
}

std::optional<RowBook::Twice> RowBook::note(std::int64_t position, const Batch& batch) {
  const auto place = static_cast<std::size_t>(position);
  if (place >= seen_.size()) seen_.resize(place + 1);
  if (seen_[place]) return std::nullopt;
  seen_[place] = true;
  ++batches_;
  rows_ += batch.rows();
  if (each_once_ && !*each_once_) return std::nullopt;  // nothing to be learned from contents
  std::optional<Twice> twice;
  for (std::int64_t row = 0; row < batch.rows(); ++row) {
    const auto content = static_cast<std::int64_t>(row_checksum(batch, row));
    const auto before = ledger_.note(0, content, {position, static_cast<std::size_t>(row)});
    if (before && !twice) twice = Twice{row, *before};
  }
  if (twice) repeats_ = true;
  return twice;
}

void RowBook::end_pass(std::int64_t batches) {
  if (!each_once_ && batches > 0 && batches_ == batches) each_once_ = !repeats_;
}

}  // namespace trainwreck
