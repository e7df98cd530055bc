#pragma once

#include <string>

#include "engine/base/params.h"
#include "engine/catalogs.h"
#include "engine/seams/seams.h"

namespace trainwreck::testing {

// Builds catalog entries from JSON text.
class PartBuilder {
 public:
  PartBuilder() {
    catalogs_.schedules.assign(builtin_schedules().begin(), builtin_schedules().end());
    catalogs_.initialisers.assign(builtin_initialisers().begin(), builtin_initialisers().end());
  }

  // Null when there are complaints.
  template <class Product>
  Product build(std::span<const Entry<Product>> catalog, const std::string& json) {
    diagnostics_.clear();
    Params params = Params::parse(json, diagnostics_);
    Product product =
        make_from<Product, BuildContext>(catalog, params, {catalogs_, world_.seams()});
    return diagnostics_.empty() ? std::move(product) : nullptr;
  }

  // "/pointer message", joined by "; ", of the last build.
  std::string complaints() const {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics_) {
      text += (text.empty() ? "" : "; ") + diagnostic.pointer + " " + diagnostic.message;
    }
    return text;
  }

 private:
  Catalogs catalogs_;
  RealWorld world_;
  Diagnostics diagnostics_;
};

}  // namespace trainwreck::testing
