#include "scenarios/process/black_box.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <new>

namespace trainwreck {

BlackBox::BlackBox() {
  void* memory =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  shared_ = ::new (memory) Shared;
}

BlackBox::~BlackBox() { munmap(shared_, sizeof(Shared)); }

void BlackBox::listen() noexcept {
  shared_->words.forget();
  leave_last_words(shared_->words);
}

void BlackBox::begin(std::string_view doing) noexcept {
  trace_.forget();
  go_on_to(doing);
}

void BlackBox::go_on_to(std::string_view doing) noexcept {
  const std::size_t length = std::min(doing.size(), sizeof shared_->doing - 1);
  std::memcpy(shared_->doing, doing.data(), length);
  shared_->doing[length] = '\0';
}

std::string BlackBox::doing() const {
  return {shared_->doing, strnlen(shared_->doing, sizeof shared_->doing)};
}

void BlackBox::ask(int process) noexcept {
  constexpr int kTries = 5000;  // of a millisecond each
  shared_->words.forget();
  if (kill(process, where_are_you()) != 0) return;
  for (int i = 0; i < kTries && shared_->words.signal == 0; ++i) usleep(1000);
}

}  // namespace trainwreck
