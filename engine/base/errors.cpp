#include "engine/base/errors.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace trainwreck {
namespace {

// strerrorname_np is not everywhere; these are the ones that a file can really answer with.
std::string errno_name(int code) {
  switch (code) {
    case EACCES:
      return "EACCES";
    case EAGAIN:
      return "EAGAIN";
    case EBADF:
      return "EBADF";
    case EBUSY:
      return "EBUSY";
    case EDQUOT:
      return "EDQUOT";
    case EEXIST:
      return "EEXIST";
    case EFBIG:
      return "EFBIG";
    case EINTR:
      return "EINTR";
    case EINVAL:
      return "EINVAL";
    case EIO:
      return "EIO";
    case EISDIR:
      return "EISDIR";
    case ELOOP:
      return "ELOOP";
    case EMFILE:
      return "EMFILE";
    case ENAMETOOLONG:
      return "ENAMETOOLONG";
    case ENFILE:
      return "ENFILE";
    case ENODEV:
      return "ENODEV";
    case ENOENT:
      return "ENOENT";
    case ENOMEM:
      return "ENOMEM";
    case ENOSPC:
      return "ENOSPC";
    case ENOTDIR:
      return "ENOTDIR";
    case ENOTEMPTY:
      return "ENOTEMPTY";
    case EPERM:
      return "EPERM";
    case EROFS:
      return "EROFS";
    case ESTALE:
      return "ESTALE";
    case ETIMEDOUT:
      return "ETIMEDOUT";
    case EXDEV:
      return "EXDEV";
    default:
      return "errno " + std::to_string(code);
  }
}

std::string io_message(std::string_view operation, std::string_view path, int code) {
  std::string text = "cannot ";
  text.append(operation).append(" ").append(path).append(": ");
  return text + std::generic_category().message(code) + " (" + errno_name(code) + ")";
}

std::string format_message(std::string_view what, std::int64_t offset) {
  return std::string(what) + " (at byte " + std::to_string(offset) + ")";
}

template <class T>
bool is(const std::exception& error) {
  return dynamic_cast<const T*>(&error) != nullptr;
}

struct NamedType {
  std::string_view name;
  bool (*matches)(const std::exception&);
};

// The derived ones before their bases.
constexpr NamedType kTypes[] = {
    {"ShapeError", is<ShapeError>},       {"BadBatch", is<BadBatch>},
    {"ValueError", is<ValueError>},       {"TypeError", is<TypeError>},
    {"KeyError", is<KeyError>},           {"IndexError", is<IndexError>},
    {"DataExhausted", is<DataExhausted>}, {"NonFinite", is<NonFinite>},
    {"StateError", is<StateError>},       {"Timeout", is<Timeout>},
    {"Interrupted", is<Interrupted>},     {"IoError", is<IoError>},
    {"FormatError", is<FormatError>},     {"Error", is<Error>},
    {"OutOfMemory", is<OutOfMemory>},     {"std::bad_alloc", is<std::bad_alloc>},
};

}  // namespace

Interrupted::Interrupted(int signal)
    : Error("interrupted by signal " + std::to_string(signal)), signal_number(signal) {}

IoError::IoError(std::string_view operation, std::string_view path, int error_number)
    : Error(io_message(operation, path, error_number)), code(error_number) {}

FormatError::FormatError(std::string_view complaint, std::int64_t position)
    : Error(format_message(complaint, position)), offset(position), complaint_(complaint) {}

FormatError FormatError::in_file(std::string_view path) const {
  return {fmt::format("{}: {}", path, complaint_), offset};
}

OutOfMemory::OutOfMemory(std::string_view purpose, std::int64_t wanted, std::int64_t left) noexcept
    : wanted_(wanted), left_(left) {
  const int shown = static_cast<int>(purpose.size() < 48 ? purpose.size() : 48);
  std::snprintf(message_.data(), message_.size(),
                "out of memory for %.*s: wanted %lld bytes, %lld left", shown, purpose.data(),
                static_cast<long long>(wanted), static_cast<long long>(left));
}

std::string_view error_name(const std::exception& error) {
  for (const NamedType& type : kTypes) {
    if (type.matches(error)) return type.name;
  }
  return "std::exception";
}

}  // namespace trainwreck
