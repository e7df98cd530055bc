#include "scenarios/process/called_as.h"

#include <fstream>

namespace trainwreck {
namespace {

std::string own_first_word() {
  std::string word;
  std::ifstream in("/proc/self/cmdline", std::ios::binary);
  std::getline(in, word, '\0');
  return word.empty() ? "trainwreck" : shell_word(word);
}

std::string& first_word() {
  static std::string word = own_first_word();
  return word;
}

}  // namespace

const std::string& called_as() { return first_word(); }

void set_called_as(const std::string& word) { first_word() = shell_word(word); }

std::string shell_word(const std::string& word) {
  const std::string plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace trainwreck
