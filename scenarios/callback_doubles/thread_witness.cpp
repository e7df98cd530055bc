#include <fmt/format.h>

#include <memory>
#include <set>
#include <string>

#include "engine/callbacks/lambda_callback.h"
#include "faults/inject/strand.h"
#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

// A simulated worker is no thread of its own, but a strand of its own.
CallbackHandle make_thread_witness(Params&, const BuildContext&) {
  const auto threads = std::make_shared<std::set<Strand>>();
  LambdaOptions options{.name = "thread_witness"};
  for (std::size_t at = 0; at < kHooks; ++at) {
    action_for(options, static_cast<Hook>(at)) = [threads](Event&) {
      threads->insert(this_strand());
    };
  }
  options.on_train_end = [threads](Event& event) {
    threads->insert(this_strand());
    event.session.warn("thread_witness.count", fmt::format("threads: {}", threads->size()));
  };
  return lambda_callback(std::move(options));
}

}  // namespace

CallbackEntry thread_witness() {
  return {"thread_witness", "Says at the end of the training on how many threads its hooks ran.",
          &make_thread_witness};
}

}  // namespace trainwreck::doubles
