#include "trainwreck/entry.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/catalogs.h"
#include "engine/seams/seams.h"

namespace trainwreck {
namespace {

using Product = std::unique_ptr<std::int64_t>;

Product make_brick(Params& params, const BuildContext& context) {
  return std::make_unique<std::int64_t>(params.integer("weight", 1) +
                                        static_cast<std::int64_t>(context.seed));
}
Product make_nothing(Params& params, const BuildContext&) {
  params.complain("cannot be made today");
  return nullptr;
}

constexpr Entry<Product> kCatalog[] = {{"brick", "heavy", make_brick},
                                       {"nothing", "light", make_nothing}};

struct Made {
  Product product;
  std::string complaints;
};

Made make(std::string_view text) {
  Diagnostics found;
  Params params = Params::parse(text, found);
  const Catalogs catalogs;
  RealWorld world;
  const Seams seams = world.seams();
  Params child = params.child("thing");
  Made made;
  made.product = make_from<Product>(kCatalog, child, BuildContext{catalogs, seams, 100});
  for (const Diagnostic& one : found) made.complaints += one.pointer + " " + one.message + "\n";
  return made;
}

TEST(Catalog, BuildsWhatTheKindNames) {
  const Made made = make(R"({"thing": {"kind": "brick", "weight": 5}})");
  ASSERT_NE(made.product, nullptr);
  EXPECT_EQ(*made.product, 105);
  EXPECT_EQ(made.complaints, "");
}

TEST(Catalog, APlainTextStandsForItsKind) {
  const Made made = make(R"({"thing": "brick"})");
  ASSERT_NE(made.product, nullptr);
  EXPECT_EQ(*made.product, 101);
  EXPECT_EQ(made.complaints, "");
}

TEST(Catalog, RejectsKeysThatTheMakerDidNotAskFor) {
  EXPECT_EQ(make(R"({"thing": {"kind": "brick", "wieght": 5}})").complaints,
            "/thing/wieght is not a known key; did you mean \"weight\"?\n");
}

TEST(Catalog, SuggestsTheNearestKind) {
  EXPECT_EQ(make(R"({"thing": {"kind": "brik"}})").complaints,
            "/thing/kind \"brik\" is unknown; did you mean \"brick\"?\n");
  EXPECT_EQ(make(R"({"thing": "bricks"})").complaints,
            "/thing \"bricks\" is unknown; did you mean \"brick\"?\n");
  EXPECT_EQ(make(R"({"thing": "feather"})").complaints,
            "/thing \"feather\" is unknown; there is brick and nothing\n");
}

TEST(Catalog, AMissingKindIsOneComplaint) {
  EXPECT_EQ(make("{}").complaints, "/thing/kind is missing\n");
  EXPECT_EQ(make(R"({"thing": {"kind": 3}})").complaints, "/thing/kind must be text, got 3\n");
  EXPECT_EQ(make(R"({"thing": {"kind": ""}})").complaints, "/thing/kind must name something\n");
  EXPECT_EQ(make(R"({"thing": ""})").complaints, "/thing must name something\n");
  EXPECT_EQ(make(R"({"thing": 3})").complaints,
            "/thing must be an object with a \"kind\" or just its name, got 3\n");
}

TEST(Catalog, AMakerMayRefuse) {
  const Made made = make(R"({"thing": "nothing"})");
  EXPECT_EQ(made.product, nullptr);
  EXPECT_EQ(made.complaints, "/thing cannot be made today\n");
}

}  // namespace
}  // namespace trainwreck
