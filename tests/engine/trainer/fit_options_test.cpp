#include "engine/trainer/fit_options.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "engine/base/errors.h"
#include "tests/support/marker_scene.h"

namespace trainwreck::testing {
namespace {

std::string complaint(const FitOptions& options) {
  try {
    check_fit_options(options);
  } catch (const ValueError& error) {
    return error.what();
  }
  return "";
}

TEST(FitOptions, DefaultsAndEdgesAreFine) {
  EXPECT_EQ(complaint({}), "");
  EXPECT_EQ(complaint({.epochs = 0}), "");
  EXPECT_EQ(complaint({.epochs = 2, .initial_epoch = 5}), "");
  EXPECT_EQ(complaint({.validation_split = 0.999}), "");
}

TEST(FitOptions, WhatCanOnlyBeAMistakeIsRefused) {
  EXPECT_EQ(complaint({.epochs = -1}), "epochs must be at least 0, got -1");
  EXPECT_EQ(complaint({.initial_epoch = -2}), "initial_epoch must be at least 0, got -2");
  EXPECT_EQ(complaint({.validation_split = 1.0}), "validation_split must be in [0, 1), got 1");
  EXPECT_EQ(complaint({.validation_split = -0.1}), "validation_split must be in [0, 1), got -0.1");
  EXPECT_EQ(complaint({.validation_split = std::numeric_limits<double>::quiet_NaN()}),
            "validation_split must be in [0, 1), got nan");
  EXPECT_EQ(complaint({.validation = marker_arrays(1), .validation_split = 0.5}),
            "validation data and validation_split cannot be used together");
  EXPECT_EQ(complaint({.validation_freq = {.every = 0}}),
            "validation_freq must be at least 1, got 0");
  EXPECT_EQ(complaint({.validation_freq = {.epochs = std::vector<std::int64_t>{}}}),
            "validation_freq is a list of no epochs");
  EXPECT_EQ(complaint({.validation_freq = {.epochs = std::vector<std::int64_t>{2, 0}}}),
            "an epoch in validation_freq, counted from 1, must be at least 1, got 0");
  EXPECT_EQ(complaint({.worker = -1}), "worker must be at least 0, got -1");
}

TEST(FitOptions, TheRunsNameIsAPartOfFileNames) {
  for (const char* name : {"", "blue", "2026-11-26_lr=0.1", "..."}) {
    EXPECT_EQ(complaint({.run = name}), "") << name;
  }
  for (const char* name : {"a/b", "a b", "..", ".", "{epoch}", "a\n"}) {
    EXPECT_EQ(complaint({.run = name}),
              std::string("run is a part of file names, without spaces, slashes and braces, got "
                          "\"") +
                  name + "\"");
  }
}

}  // namespace
}  // namespace trainwreck::testing
