#include "scenarios/values/reading.h"

#include <algorithm>
#include <string>
#include <utility>

namespace trainwreck::values {
namespace {

// Whether the elements stand as the array wants them, so that a view of them is enough.
bool is_in_order(const Strided& view) {
  std::int64_t stride = 1;
  for (std::size_t i = view.shape.size(); i-- > 0;) {
    if (view.shape[i] != 1 && view.strides[i] != stride) return false;
    stride *= view.shape[i];
  }
  return true;
}

// Refuses a view of which any element lies outside. Each axis is held against the number of
// elements first, so that sums of hostile sizes and strides cannot overflow.
void check_range(const Strided& view, std::uint64_t elements) {
  constexpr std::size_t kMostAxes = 64;
  const auto count = static_cast<std::int64_t>(elements);
  std::int64_t lowest = view.offset;
  std::int64_t highest = view.offset;
  bool inside = view.shape.size() <= kMostAxes && elements < (1ULL << 50U) && view.offset >= 0 &&
                view.offset < count;
  for (std::size_t i = 0; inside && i < view.shape.size(); ++i) {
    if (view.shape[i] == 1) continue;
    const std::int64_t farthest = count / (view.shape[i] - 1);
    inside = view.strides[i] <= farthest && view.strides[i] >= -farthest;
    if (!inside) break;
    const std::int64_t reach = (view.shape[i] - 1) * view.strides[i];
    (reach < 0 ? lowest : highest) += reach;
  }
  if (!inside || lowest < 0 || highest >= count) {
    throw FormatError("an array reaches outside of its " + std::to_string(elements) + " elements",
                      0);
  }
}

void gather(const Strided& view, std::string_view elements, std::uint64_t size, std::string& out) {
  std::vector<std::int64_t> index(view.shape.size());
  std::int64_t at = view.offset;
  for (;;) {
    out.append(elements, static_cast<std::size_t>(at) * size, size);
    std::size_t axis = index.size();
    while (axis > 0) {
      --axis;
      if (view.shape[axis] == 1) {
        if (axis == 0) return;
        continue;
      }
      at += view.strides[axis];
      if (++index[axis] < view.shape[axis]) break;
      at -= view.strides[axis] * view.shape[axis];
      index[axis] = 0;
      if (axis == 0) return;
    }
    if (index.empty()) return;
  }
}

}  // namespace

std::string_view Bytes::take(std::uint64_t count) {
  if (count > left()) {
    throw FormatError("ends too early: " + std::to_string(count) + " bytes should follow, " +
                          std::to_string(left()) + " do",
                      static_cast<std::int64_t>(at_));
  }
  const std::string_view taken = bytes_.substr(at_, count);
  at_ += count;
  return taken;
}

std::string_view Bytes::take_until(char end) {
  const std::size_t found = bytes_.find(end, at_);
  if (found == std::string_view::npos) refuse_bytes("ends within a line", at_);
  const std::string_view taken = bytes_.substr(at_, found - at_);
  at_ = found + 1;
  return taken;
}

std::uint64_t Bytes::number(int bytes) {
  std::uint64_t value = 0;
  int shift = 0;
  for (const char c : take(static_cast<std::uint64_t>(bytes))) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << shift;
    shift += 8;
  }
  return value;
}

std::string printable(std::string_view name) {
  std::string text(name.substr(0, 80));
  for (char& c : text) {
    if ((c >= 0 && c < ' ') || c == '\x7F') c = '?';
  }
  return text;
}

void refuse_bytes(std::string_view why, std::uint64_t offset) {
  throw FormatError(why, static_cast<std::int64_t>(offset));
}

std::uint64_t bytes_of_shape(const std::vector<std::int64_t>& shape, std::uint64_t size,
                             std::uint64_t most) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  std::uint64_t bytes = size;
  for (const std::int64_t one : shape) {
    const auto times = static_cast<std::uint64_t>(one);
    if (one < 0 || (bytes > 0 && times > most / bytes)) {
      throw FormatError("an array of more than " + std::to_string(most) + " bytes", 0);
    }
    bytes *= times;
  }
  if (bytes > most) {
    throw FormatError("an array of more than " + std::to_string(most) + " bytes", 0);
  }
  return bytes;
}

std::string_view put_in_order(const DType& type, std::string_view elements, const Strided& view,
                              Reading& reading) {
  if (view.shape.size() != view.strides.size() || type.size == 0) {
    throw FormatError("an array whose sizes and strides do not fit", 0);
  }
  for (const std::int64_t size : view.shape) {
    if (size < 0) throw FormatError("an array of a negative size", 0);
  }
  // Empty arrays first: their other sizes may be absurd, and nothing of them is touched.
  if (std::find(view.shape.begin(), view.shape.end(), 0) != view.shape.end()) return {};
  check_range(view, elements.size() / type.size);
  const std::uint64_t bytes =
      bytes_of_shape(view.shape, type.size, reading.budget.bytes_left() + elements.size());
  if (is_in_order(view)) {
    return elements.substr(static_cast<std::size_t>(view.offset) * type.size, bytes);
  }
  reading.budget.spend_bytes(bytes);
  reading.budget.spend_steps(bytes / type.size);
  std::string ordered;
  ordered.reserve(bytes);
  gather(view, elements, type.size, ordered);
  return reading.tree.keep(std::move(ordered));
}

}  // namespace trainwreck::values
