#pragma once

#include <array>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace trainwreck {

// What can go wrong in a run, as types: whoever handles an error looks at its type, never at its
// text. docs/errors.md maps them to Python's.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A value that the call cannot work with: an option, a monitored name, an unknown data type.
struct ValueError : Error {
  using Error::Error;
};

// A shape, rank, row count that does not fit. The message names who, expected and actual.
struct ShapeError : ValueError {
  using ValueError::ValueError;
};

// A value of the wrong kind: a schedule where a number is needed, text in place of floats.
struct TypeError : Error {
  using Error::Error;
};

// A name that is not there: a metric in a path, a key in the logs.
struct KeyError : Error {
  using Error::Error;
};

// A data source was asked for a batch beyond its end.
struct IndexError : Error {
  using Error::Error;
};

// Fewer batches than were declared or asked for.
struct DataExhausted : Error {
  using Error::Error;
};

// A batch that breaks the data contract in another way than by its shape.
struct BadBatch : ValueError {
  using ValueError::ValueError;
};

// A loss, gradient or weight that is not finite.
struct NonFinite : Error {
  using Error::Error;
};

// The call is not allowed now: a re-entrant fit, a model that is not compiled.
struct StateError : Error {
  using Error::Error;
};

// A wait took longer than its deadline.
struct Timeout : Error {
  using Error::Error;
};

// What somebody asked for from outside while the run was under way.
struct Interrupted : Error {
  explicit Interrupted(int signal_number);
  int signal_number;
};

// The file system refused. `code` is the errno of the failed operation.
struct IoError : Error {
  IoError(std::string_view operation, std::string_view path, int code);
  int code;
};

// Bytes that are not what they claim to be. `offset` says where.
struct FormatError : Error {
  FormatError(std::string_view complaint, std::int64_t offset);
  // The same with the file's name before it.
  FormatError in_file(std::string_view path) const;
  std::int64_t offset;

 private:
  std::string complaint_;
};

// Memory is gone, so the message is kept inside: making it must not allocate.
class OutOfMemory final : public std::bad_alloc {
 public:
  OutOfMemory(std::string_view purpose, std::int64_t wanted, std::int64_t left) noexcept;
  const char* what() const noexcept override { return message_.data(); }
  std::int64_t wanted() const { return wanted_; }
  std::int64_t left() const { return left_; }

 private:
  std::array<char, 128> message_{};
  std::int64_t wanted_;
  std::int64_t left_;
};

// The process is over. Not a std::exception, so that user code which catches those cannot swallow
// it; the loop calls no hook for it and lets it pass.
struct Death {
  std::string_view cause;
};

// The name of an error's most derived type as reports and scenarios spell it ("ShapeError"),
// "std::exception" for what we do not know and "non-standard" for what is no std::exception.
std::string_view error_name(const std::exception& error);

}  // namespace trainwreck
