#include "scenarios/values/compare_leaf.h"

#include <cmath>
#include <cstring>

namespace trainwreck::values {
namespace {

bool is_number(const Node& node) {
  return (node.is(Kind::integer) && !node.has(kBig)) || node.is(Kind::real);
}

// Whether an integer and a real are the same number. Turned into a real, a big integer would become
// its neighbour.
bool same_number(std::int64_t integer, double real) {
  constexpr double kBeyond = 9223372036854775808.0;
  return std::fabs(real) < kBeyond && std::trunc(real) == real &&
         static_cast<std::int64_t>(real) == integer;
}

bool same_numbers(const Node& a, const Node& b, double rtol) {
  if (a.is(Kind::integer) && b.is(Kind::integer)) return a.bits == b.bits;
  if (a.is(Kind::real) && b.is(Kind::real)) return same_real(a.real(), b.real(), rtol);
  const Node& integer = a.is(Kind::integer) ? a : b;
  const double real = a.is(Kind::real) ? a.real() : b.real();
  return same_number(integer.integer(), real) ||
         (rtol > 0.0 && same_real(static_cast<double>(integer.integer()), real, rtol));
}

bool same_content(const Sides& sides, const Content& a, const Content& b) {
  if (a.size != b.size) return false;
  if (a.hash == 0 && b.hash == 0) return a.bytes == b.bytes;
  const Hash left = a.hash == 0 ? hash_of(a.bytes) : sides.a.hash(a);
  const Hash right = b.hash == 0 ? hash_of(b.bytes) : sides.b.hash(b);
  return left == right;
}

// Where two contents have their first different element, or nothing. The blocks make it as fast
// as memcmp where everything is the same.
std::optional<std::size_t> different_element(const DType& type, std::string_view a,
                                             std::string_view b, double rtol) {
  constexpr std::size_t kBlock = 4096;
  const std::size_t size = type.size;
  if (size == 0) return std::nullopt;
  for (std::size_t start = 0; start < a.size(); start += kBlock * size) {
    const std::string_view left = a.substr(start, kBlock * size);
    const std::string_view right = b.substr(start, kBlock * size);
    if (left == right) continue;
    for (std::size_t at = 0; at < left.size(); at += size) {
      if (!same_element(type, left.substr(at, size), right.substr(at, size), rtol)) {
        return (start + at) / size;
      }
    }
  }
  return std::nullopt;
}

std::optional<Shown> different_arrays(const Sides& sides, NodeId a, NodeId b, double rtol) {
  const Array& left = sides.a.array(a);
  const Array& right = sides.b.array(b);
  if (left.type != right.type || left.shape != right.shape) {
    return Shown{"", shown_shape(left), shown_shape(right)};
  }
  const Content& left_content = sides.a.content(left.content);
  const Content& right_content = sides.b.content(right.content);
  if (same_content(sides, left_content, right_content)) return std::nullopt;
  if (left_content.hash != 0 || right_content.hash != 0 ||
      left_content.size != right_content.size) {
    return Shown{"", shown_shape(left), "other elements"};
  }
  const auto element = different_element(left.type, left_content.bytes, right_content.bytes, rtol);
  if (!element) return std::nullopt;
  return shown_elements(left, left_content.bytes, right_content.bytes, *element);
}

}  // namespace

std::optional<Shown> leaf_difference(const Sides& sides, NodeId a, NodeId b, double rtol) {
  const Node& left = sides.a.node(a);
  const Node& right = sides.b.node(b);
  const auto differ = [&]() -> std::optional<Shown> {
    return Shown{"", shown(sides.a, a), shown(sides.b, b)};
  };
  if (is_number(left) && is_number(right)) {
    return same_numbers(left, right, rtol) ? std::nullopt : differ();
  }
  if (left.kind != right.kind || left.has(kClass) != right.has(kClass) ||
      left.has(kBig) != right.has(kBig)) {
    return differ();
  }
  switch (left.kind) {
    case Kind::flag:
      return left.bits == right.bits ? std::nullopt : differ();
    case Kind::integer:
      // Small ones were told apart above.
      if (same_content(sides, sides.a.content(left.at), sides.b.content(right.at))) {
        return std::nullopt;
      }
      return differ();
    case Kind::text:
    case Kind::bytes: {
      const Content& one = sides.a.content(left.at);
      const Content& other = sides.b.content(right.at);
      if (same_content(sides, one, other)) return std::nullopt;
      return shown_contents(one, other, left.is(Kind::text));
    }
    case Kind::array:
      return different_arrays(sides, a, b, rtol);
    case Kind::object:
      if (sides.a.entries(a).class_name == sides.b.entries(b).class_name) return std::nullopt;
      return differ();
    default:
      return std::nullopt;
  }
}

}  // namespace trainwreck::values
