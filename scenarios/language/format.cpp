#include "scenarios/language/format.h"

#include <algorithm>

#include "engine/seams/seams.h"
#include "faults/inject/trigger.h"
#include "scenarios/flow/vocabulary.h"
#include "scenarios/language/cases.h"
#include "scenarios/language/data_check.h"
#include "scenarios/language/defaults.h"
#include "scenarios/language/read_parts.h"

namespace trainwreck {
namespace {

// What a reader asks of an empty object.
template <class Read>
std::vector<ParamDoc> asked_by(Read&& read) {
  Diagnostics unheard;
  Params nothing = Params::defaults(unheard);
  read(nothing);
  return nothing.asked();
}

// A part that stands in for an absent one is no fallback of its reader.
std::vector<ParamDoc> with_fallback(std::vector<ParamDoc> keys, std::string_view key,
                                    std::string_view json) {
  for (ParamDoc& doc : keys) {
    if (doc.key == key) doc.fallback = json;
  }
  return keys;
}

std::vector<ParamDoc> keys_of_file(const Vocabulary& vocabulary, const BuildContext& context) {
  std::vector<ParamDoc> keys =
      asked_by([&](Params& params) { read_scenario(params, "", vocabulary, context); });
  keys.push_back(cases_key());
  return keys;
}

std::vector<ParamDoc> keys_of_given(const Vocabulary& vocabulary, const BuildContext& context) {
  auto keys = asked_by([&](Params& params) { read_setup(params, vocabulary, context); });
  keys = with_fallback(std::move(keys), "data", kDefaultData);
  return with_fallback(std::move(keys), "model", "[" + std::string(kDefaultLayer) + "]");
}

std::vector<ParamDoc> keys_of_compile(const BuildContext& context) {
  auto keys = asked_by([&](Params& params) {
    Setup setup;
    read_compile(params, setup, context);
  });
  keys = with_fallback(std::move(keys), "optimizer", kDefaultOptimizer);
  return with_fallback(std::move(keys), "loss", kDefaultLoss);
}

std::vector<ParamDoc> keys_of_chapter(const Vocabulary& vocabulary, const BuildContext& context) {
  return asked_by([&](Params& params) {
    read_chapter(params, "hardened", vocabulary, context);
    read_data_check(params);
  });
}

std::vector<Site> all_sites() {
  std::vector<Site> all;
  for (const SiteInfo& info : sites()) all.push_back(info.site);
  return all;
}

std::vector<ParamDoc> keys_of_fault() {
  auto keys = asked_by([](Params& params) { read_trigger(params, all_sites()); });
  keys.insert(keys.begin(), {.key = "kind",
                             .type = "text",
                             .help = "Which fault, by its name in docs/catalog.md; what it takes "
                                     "beside these keys stands there too."});
  return keys;
}

// A site names its detail itself, so every site is asked.
std::vector<ParamDoc> keys_of_place() {
  const std::vector<Site> all = all_sites();
  Trigger unused;
  auto keys = asked_by([&](Params& params) { read_place(params, all, unused); });
  for (const Site& site : all) {
    for (ParamDoc& doc : asked_by([&](Params& params) {
           read_place(params, {&site, 1}, unused);
         })) {
      const bool known = std::any_of(keys.begin(), keys.end(),
                                     [&](const ParamDoc& other) { return other.key == doc.key; });
      if (!known) keys.push_back(std::move(doc));
    }
  }
  return with_fallback(std::move(keys), "site", "");
}

}  // namespace

std::vector<FormatObject> file_format(const Vocabulary& vocabulary, const Seams& seams) {
  const BuildContext context{.catalogs = vocabulary.engine, .seams = seams};
  Claim claim;
  return {
      {"", "A scenario file.", keys_of_file(vocabulary, context)},
      {"given", "Everything that the run is made of.", keys_of_given(vocabulary, context)},
      {"given.compile", "What the model is trained with.", keys_of_compile(context)},
      {"given.fit", "Options of fit; a chapter's \"fit\" takes the same.", asked_by(&read_fit)},
      {"given.network", "The servers that callbacks post to.", asked_by(&read_network)},
      {"when", "A fault, and when it strikes.", keys_of_fault()},
      {"when.at", "Where and when: what is absent means any.", keys_of_place()},
      {"then", "What must hold, for each profile.",
       asked_by([&](Params& params) { read_profiles(params, vocabulary); })},
      {"runs", "A chapter of a longer story.", keys_of_chapter(vocabulary, context)},
      {"cases", "One telling of the same story.", case_keys()},
      {"claim", "What people believe.", asked_by(&read_claim)},
      {"claim.holds", "Whether it is true.",
       asked_by([&](Params& params) { read_holds(params, claim); })},
      {"expected_failure", "Why a story is known not to hold.", asked_by(&read_expected_failure)},
      {"power_cut", "How the power is cut.", asked_by(&read_power_cut)}};
}

std::string full_name(const FormatObject& object, const ParamDoc& key) {
  return object.place.empty() ? key.key : object.place + "." + key.key;
}

}  // namespace trainwreck
