#pragma once

#include <memory>
#include <vector>

#include "scenarios/flow/scenario.h"
#include "scenarios/flow/vocabulary.h"
#include "trainwreck/callback.h"
#include "trainwreck/data.h"
#include "trainwreck/entry.h"
#include "trainwreck/model.h"

namespace trainwreck {

// From the parts of a scenario to living objects. The parts were read without complaint when the
// scenario was parsed, so a complaint here is our own bug.
std::unique_ptr<Model> build_model(const Setup& setup, const BuildContext& context);
std::shared_ptr<DataSource> build_data(const Part& part, const BuildContext& context);
CallbackHandle build_callback(const Part& part, const BuildContext& context);
// Puts the same objects at the end of the list once more; names that nobody has are left out.
void list_again(const std::vector<std::string>& names, std::vector<CallbackHandle>& callbacks);
std::unique_ptr<Fault> build_fault(const Part& part, const Vocabulary& vocabulary,
                                   const BuildContext& context);
// A fault and an expectation that stand in no file.
DueFault due_fault(const Part& part, const Vocabulary& vocabulary);
Expectation build_expectation(const Part& part, const Vocabulary& vocabulary);

}  // namespace trainwreck
