#pragma once

#include <linux/filter.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trainwreck::outside {

// Watched files have descriptors from here on, so that the filter can tell their writes from those
// to sockets, pipes and data files, which cost nothing then.
inline constexpr int kFirstHigh = 600;
// Programs that call select() cannot use numbers from here on.
inline constexpr int kSelectLimit = 1024;

// Every system call that is told, or refused, by number and name.
std::vector<std::pair<int, std::string_view>> trapped_numbers();
// "write" for its number; empty where it is not trapped.
std::string_view trapped_name(int number);
// The program for the kernel. REQUIRES: `blind_to` names calls of the list.
std::vector<sock_filter> make_filter(const std::vector<std::string>& blind_to);

}  // namespace trainwreck::outside
