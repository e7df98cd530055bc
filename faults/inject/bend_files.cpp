#include "faults/inject/bend_files.h"

#include <utility>

#include "engine/seams/file_system.h"

namespace trainwreck {
namespace {

class Limited final : public Fault {
 public:
  Limited(std::vector<Site> sites, int error, Limit limit)
      : sites_(std::move(sites)), error_(error), limit_(limit) {}

  std::span<const Site> sites() const override { return sites_; }
  using Fault::before;
  void before(FileOperation& operation, World& world, const Random&) override {
    if (!enforce(world, limit_, 0, directory_of(operation.path))) operation.error = error_;
  }

 private:
  std::vector<Site> sites_;
  int error_;
  Limit limit_;
};

}  // namespace

std::unique_ptr<Fault> fail_limited(std::vector<Site> sites, int error, Limit limit) {
  return std::make_unique<Limited>(std::move(sites), error, limit);
}

}  // namespace trainwreck
