#include "faults/inject/address.h"

#include <gtest/gtest.h>

namespace trainwreck {
namespace {

TEST(Address, IsWrittenAsTheDocumentationSays) {
  EXPECT_EQ(text_of({.at = {.run = 0, .fit = 0, .epoch = 1, .batch = 2},
                     .site = Site::step_forward,
                     .detail = "dense"}),
            "0/0/1/2/step.forward[dense]#0");
  EXPECT_EQ(text_of({.at = {.run = 1, .fit = 2, .epoch = 1},
                     .site = Site::hook_epoch_end,
                     .detail = "model_checkpoint",
                     .nth = 3}),
            "1/2/1/-/hook.on_epoch_end[model_checkpoint]#3");
  EXPECT_EQ(text_of({.site = Site::signals_poll}), "0/-/-/-/signals.poll#0");
}

TEST(Address, OfEverySiteReadsBack) {
  for (const SiteInfo& info : sites()) {
    for (const char* detail : {"", "a/b [1]#2.csv", "]#0"}) {
      const Address address{.at = {.run = 3, .fit = 0, .epoch = 12, .batch = -1},
                            .site = info.site,
                            .detail = detail,
                            .nth = 45};
      EXPECT_EQ(address_from(text_of(address)), address) << text_of(address);
    }
  }
}

TEST(Address, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "0/0/1/2/step.forward", "0/0/1/2/step.forward#", "0/0/1/2/step.forward#-1",
        "0/0/1/2/step.forward#-", "0/0/1/2/step.forward#0x", "0/0/1/2/step.forwards#0",
        "0/0/1/step.forward#0", "0/0/1/+2/step.forward#0", "0/0/1/-2/step.forward#0",
        "0/0/1/2/3/step.forward#0", "0/0/1/2/step.forward[dense#0", "0/0/1/2/step.forward[]#0",
        "0/0/1/2/#0", "0/0/1/2/[]#0", "99999999999999999999/0/1/2/step.forward#0",
        " 0/0/1/2/step.forward#0", "0/0/1/2/step.forward#0 "}) {
    EXPECT_EQ(address_from(text), std::nullopt) << text;
  }
}

TEST(Site, NamesAreUniqueAndFoundAgain) {
  for (const SiteInfo& info : sites()) EXPECT_EQ(site_named(info.name), info.site) << info.name;
  EXPECT_EQ(site_named("step"), std::nullopt);
  EXPECT_EQ(name_of(site_of(Hook::exception)), "hook.on_exception");
}

}  // namespace
}  // namespace trainwreck
