#include "scenarios/suite/replay_token.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "engine/base/errors.h"
#include "engine/formats/crc32c.h"
#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

constexpr std::string_view kVersion = "tw1";

// Whatever a shell or the token itself would take for something else.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("._/-").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::optional<std::string> token_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    const char* const hex = text.data() + i + 1;
    if (text.size() - i < 3 || std::from_chars(hex, hex + 2, value, 16).ptr != hex + 2) {
      return std::nullopt;
    }
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

std::optional<std::vector<std::string>> fields_of(std::string_view text) {
  std::vector<std::string> fields;
  while (true) {
    const std::size_t colon = text.find(':');
    auto field = token_text(text.substr(0, colon));
    if (!field) return std::nullopt;
    fields.push_back(std::move(*field));
    if (colon == std::string_view::npos) return fields;
    text.remove_prefix(colon + 1);
  }
}

}  // namespace

std::string text_of(const ReplayToken& token) {
  return fmt::format("{}:{}:{}:{}:{}:{}:{}", kVersion, escaped(token.profile), token.seed,
                     escaped(token.scenario), escaped(token.build), escaped(token.case_name),
                     escaped(token.path));
}

std::optional<ReplayToken> token_from(std::string_view text) {
  const auto fields = fields_of(text);
  if (!fields || fields->size() != 7 || fields->front() != kVersion) return std::nullopt;
  const std::vector<std::string>& field = *fields;
  ReplayToken token{.profile = field[1],
                    .scenario = field[3],
                    .build = field[4],
                    .case_name = field[5],
                    .path = field[6]};
  const char* const end = field[2].data() + field[2].size();
  if (std::from_chars(field[2].data(), end, token.seed).ptr != end || field[2].empty()) {
    return std::nullopt;
  }
  return token;
}

std::string checksum_of_file(const std::string& path) {
  try {
    return fmt::format("{:08x}", crc32c(real_file_system()->read(path)));
  } catch (const IoError&) {
    return {};
  }
}

std::string build_id() {
  static const std::string id = checksum_of_file("/proc/self/exe");
  return id;
}

ReplayToken token_for(const Plan& plan) {
  return {.profile = plan.profile,
          .seed = plan.seed,
          .scenario = checksum_of_file(plan.scenario.path),
          .build = build_id(),
          .case_name = plan.scenario.case_name,
          .path = plan.scenario.path};
}

}  // namespace trainwreck
