#include "scenarios/campaign/verdict.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <vector>

#include "scenarios/points/files.h"

namespace trainwreck::campaign {
namespace {

constexpr std::string_view kFile = "File \"";

// `  File "/home/me/train.py", line 36, in <module>` gives "train.py:36".
std::string place_in(const std::string& line) {
  const std::size_t begin = line.find(kFile) + kFile.size();
  const std::size_t end = line.find("\", line ", begin);
  if (end == std::string::npos) return "";
  const std::string path = line.substr(begin, end - begin);
  const std::size_t number = end + std::string_view("\", line ").size();
  return path.substr(path.rfind('/') + 1) + ":" +
         line.substr(number, line.find_first_not_of("0123456789", number) - number);
}

bool is_of_a_library(const std::string& line) {
  return line.find("/lib/python") != std::string::npos ||
         line.find("/usr/lib") != std::string::npos ||
         line.find("-packages/") != std::string::npos ||
         line.find("\"<frozen") != std::string::npos;
}

std::string in_small_letters(const std::string& text) {
  std::string small;
  for (const char c : text) small += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return small;
}

template <std::size_t N>
bool has_any(const std::string& text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

}  // namespace

std::vector<std::string> new_lines(const outside::Recording& recording,
                                   const outside::Recording& other) {
  std::set<std::string> known;
  for (const outside::OutputLine& line : output_lines(other)) known.insert(group_of(line.text));
  std::vector<std::string> lines;
  for (const outside::OutputLine& line : output_lines(recording)) {
    if (!known.contains(group_of(line.text))) lines.push_back(line.text);
  }
  return lines;
}

std::string admission_in(const std::vector<std::string>& lines) {
  constexpr std::array<std::string_view, 9> kAbout{
      "random", "rng", "shuffl", "seed", "exact", "order", "reprodu", "determi", "the same"};
  constexpr std::array<std::string_view, 12> kNot{"not ",  "n't",  "without", "new ",
                                                  "fresh", "no ",  "inexact", "diff",
                                                  "may ",  "lost", "warn",    "anew"};
  for (const std::string& line : lines) {
    const std::string small = in_small_letters(line);
    if (has_any(small, kAbout) && has_any(small, kNot)) return line;
  }
  return "";
}

std::string complaint_in(const std::vector<std::string>& lines) {
  constexpr std::array<std::string_view, 12> kWords{"error",    "fail",  "warn",      "could not",
                                                    "cannot",   "can't", "not saved", "unable",
                                                    "no space", "skip",  "errno",     "exception"};
  for (const std::string& line : lines) {
    if (has_any(in_small_letters(line), kWords)) return line;
  }
  return "";
}

void read_last_words(const outside::Recording& recording, Verdict& verdict) {
  std::string of_a_library;
  for (const outside::OutputLine& line : output_lines(recording)) {
    if (!line.error || line.text.find_first_not_of(" \t\r\n") == std::string::npos) continue;
    verdict.exception = line.text;
    while (verdict.exception.ends_with('\n')) verdict.exception.pop_back();
    if (line.text.find(kFile) == std::string::npos) continue;
    (is_of_a_library(line.text) ? of_a_library : verdict.place) = place_in(line.text);
  }
  if (verdict.place.empty()) verdict.place = of_a_library;
  // The folder has another name in every campaign, and a cause the same.
  const std::string folder = recording.start.roots.begin()->first;
  for (std::size_t at = verdict.exception.find(folder); at != std::string::npos;
       at = verdict.exception.find(folder, at)) {
    verdict.exception.replace(at, folder.size(), "{dir}");
  }
}

}  // namespace trainwreck::campaign
