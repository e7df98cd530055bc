#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/observations/book.h"

namespace trainwreck::testing {

// What a scenario cannot say because its reader refuses it first, and a C++ caller still can:
// mistakes that an object's constructor refuses, whatever the profile.
struct ToldInCode {
  std::string id;
  std::function<void()> act;
};
const std::vector<ToldInCode>& told_in_code();

// The same of what nobody recorded, and the rules of Keras say: the error, by Python's name.
struct RuleInCode {
  std::string says;
  std::string raised;
  std::function<void()> act;
};
const std::vector<RuleInCode>& rules_in_code();

// How acting differs from an observation in which nothing happened but an error; empty: in no way.
std::string difference_in_code(const Facts& observed, const std::function<void()>& act,
                               const Rules& rules);

}  // namespace trainwreck::testing
