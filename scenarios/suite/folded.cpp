#include "scenarios/suite/folded.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace trainwreck {
namespace {

// Without what paints it, and a character of several bytes counted once.
std::size_t seen_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\033') {
      i = std::min(text.find('m', i), text.size());
      continue;
    }
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) ++width;
  }
  return width;
}

// Under "expected: ", under a leading number or mark, else a little further in than the line.
std::size_t indent_of(std::string_view line) {
  const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
  for (const std::string_view title : {"expected: ", "actual:   "}) {
    if (line.substr(blanks).starts_with(title)) return blanks + title.size();
  }
  return blanks + 2;
}

void fold_line(std::string& out, std::string_view line, std::size_t columns) {
  const std::size_t indent = indent_of(line);
  std::size_t width = 0;
  bool first = true;
  while (!line.empty()) {
    // One word with the blanks before it.
    const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    std::string_view word = line.substr(0, end);
    line.remove_prefix(end);
    if (!first && width + seen_width(word) > columns && indent < columns) {
      out += "\n" + std::string(indent, ' ');
      width = indent;
      word.remove_prefix(begin);
    }
    out += word;
    width += seen_width(word);
    first = false;
  }
}

}  // namespace

std::size_t columns_of(std::FILE* stream) {
  winsize size{};
  const int descriptor = fileno(stream);
  if (isatty(descriptor) == 0 || ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

std::string folded(std::string_view text, std::size_t columns) {
  if (columns == 0) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const bool whole = seen_width(line) <= columns || line.find("replay:") != std::string::npos;
    if (whole) {
      out += line;
    } else {
      fold_line(out, line, columns);
    }
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace trainwreck
