#include "trainwreck/fault.h"

#include <string>

namespace trainwreck {
namespace {

// Calls one function at one of the two moments.
class Bent final : public Fault {
 public:
  using How = std::function<void(Operation&, const Strike&)>;
  Bent(std::vector<Site> sites, When when, How how)
      : sites_(std::move(sites)), when_(when), how_(std::move(how)) {}

  std::span<const Site> sites() const override { return sites_; }
  void strike(Operation& operation, const Strike& strike) override {
    if (strike.when == when_) how_(operation, strike);
  }

 private:
  std::vector<Site> sites_;
  When when_;
  How how_;
};

// A flag that is up while this lives.
class Raised {
 public:
  explicit Raised(bool& flag) : flag_(flag) { flag_ = true; }
  ~Raised() { flag_ = false; }
  Raised(const Raised&) = delete;
  Raised& operator=(const Raised&) = delete;

 private:
  bool& flag_;
};

}  // namespace

void World::call_again(Again what) {
  if (!again_) throw StateError("there is no trainer here to call again");
  if (calling_again_) return;
  const Raised inside(calling_again_);
  again_(what);
}

std::vector<Site> checked_sites(std::vector<Site> sites, bool (*crosses)(Site), When when) {
  if (sites.empty()) throw ValueError("a fault needs a site to strike at");
  for (const Site site : sites) {
    const std::string name(name_of(site));
    if (!crosses(site)) throw ValueError("no such operation crosses at " + name);
    if (when == When::after && !has_after(site)) {
      throw ValueError("no fault can strike after " + name);
    }
  }
  return sites;
}

std::unique_ptr<Fault> fault_at(std::vector<Site> sites, When when,
                                std::function<void(Operation&, const Strike&)> how) {
  return std::make_unique<Bent>(checked_sites(std::move(sites), &Operation::crosses, when), when,
                                std::move(how));
}

std::unique_ptr<Fault> bend_batches(std::function<void(Batch&, const Random&)> how) {
  return bend<FetchOperation>(When::after,
                              [how = std::move(how)](FetchOperation& fetch, const Strike& strike) {
                                if (fetch.got) how(*fetch.batch, strike.random);
                              });
}

std::unique_ptr<Fault> fail_files(std::vector<Site> sites, int error) {
  return bend<FileOperation>(
      std::move(sites), When::before,
      [error](FileOperation& operation, const Strike&) { operation.error = error; });
}

}  // namespace trainwreck
