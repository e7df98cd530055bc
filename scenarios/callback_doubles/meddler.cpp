#include <array>
#include <memory>
#include <string>

#include "engine/callbacks/lambda_callback.h"
#include "trainwreck/model.h"
#include "trainwreck/session.h"

namespace trainwreck::doubles {
namespace {

constexpr std::array<std::string_view, 2> kParts{"weights", "gradients"};

CallbackHandle make_meddler(Params& params, const BuildContext&) {
  const bool gradients = params.choice("what", kParts, 0, "what it changes") == 1;
  const auto factor = static_cast<float>(params.number("factor", 1.0, "all values times this"));
  const auto plus = static_cast<float>(params.number("plus", 0.0, "and plus this"));
  const EventAction meddle = [gradients, factor, plus](Event& event) {
    Parameters& parameters = event.session.model().parameters();
    for (float& value : gradients ? parameters.gradients() : parameters.values()) {
      value = value * factor + plus;
    }
  };
  LambdaOptions options{.name = params.text("name", "meddler", "what reports call it")};
  for (std::size_t at = 0; at < kHooks; ++at) {
    const auto hook = static_cast<Hook>(at);
    if (params.flag(name_of(hook), false, "meddle in this hook"))
      action_for(options, hook) = meddle;
  }
  return lambda_callback(std::move(options));
}

}  // namespace

CallbackEntry meddler() {
  return {"meddler", "Changes the model's weights or gradients in chosen hooks.", &make_meddler};
}

}  // namespace trainwreck::doubles
