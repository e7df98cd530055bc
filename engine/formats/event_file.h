#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainwreck {

// How values are spread: bucket i holds those above the limit of bucket i - 1 and up to its own.
struct Histogram {
  double min = 0.0;
  double max = 0.0;
  double count = 0.0;
  double sum = 0.0;
  double sum_of_squares = 0.0;
  std::vector<double> limits;
  std::vector<double> counts;

  friend bool operator==(const Histogram&, const Histogram&) = default;
};

// Equally wide buckets over the values that are finite; all others are left out.
Histogram histogram_of(std::span<const float> values, int buckets = 30);

// One entry of a TensorBoard event file, as far as we write or read them.
struct SummaryValue {
  std::string tag;
  std::optional<float> scalar;
  std::optional<Histogram> histogram;

  friend bool operator==(const SummaryValue&, const SummaryValue&) = default;
};

struct TensorBoardEvent {
  double wall_time = 0.0;  // seconds since 1970; a NaN makes readers give up the file
  std::int64_t step = 0;
  std::string file_version;
  std::vector<SummaryValue> values;

  friend bool operator==(const TensorBoardEvent&, const TensorBoardEvent&) = default;
};

// What the first event of every file must say.
inline constexpr std::string_view kEventFileVersion = "brain.Event:2";

// The payload of one record (see tfrecord.h).
std::string encode_event(const TensorBoardEvent& event);
// Throws FormatError. Skips fields that it does not know.
TensorBoardEvent decode_event(std::string_view payload);

// "events.out.tfevents.1600000000.host.42.0": readers find files by the second and third word.
std::string event_file_name(double unix_seconds, std::string_view host, std::int64_t process,
                            std::int64_t number);

}  // namespace trainwreck
