#include "tests/tidy/public_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace trainwreck::tidy {
namespace {

using ::testing::ElementsAre;

constexpr const char* kPage = TRAINWRECK_SOURCE_DIR "/docs/public_names.md";

TEST(PublicNames, AreWhatHeadersDeclareInNamespaces) {
  EXPECT_THAT(
      names_in("#pragma once\n#include <map>\n"
               "namespace trainwreck {\n"
               "class Elsewhere;\n"
               "// class Commented {};\n"
               "class [[nodiscard]] Here final : public Base<int> {\n"
               "  void member();\n  struct Inner {};\n};\n"
               "enum class Kind : std::uint8_t { one, two };\n"
               "template <class Product>\nstruct Entry { Product (*make)(int); };\n"
               "using Made = Entry<std::unique_ptr<Here>>;\n"
               "inline constexpr int kMost = 3;\n"
               "inline constexpr std::string_view kText{\"a;b\"};\n"
               "std::span<const Made> builtin_made();\n"
               "template <class T>\nT made_from(std::span<const T> all) { return {}; }\n"
               "bool operator==(const Here&, const Here&);\n"
               "std::ostream& operator<<(std::ostream&, const Here&);\n"
               "namespace layers {\nint make_dense(int units = 1);\n}\n"
               "}  // namespace trainwreck\n"
               "namespace trainwreck::text {\nint width(char);\n}\n"),
      ElementsAre("Entry", "Here", "Kind", "Made", "builtin_made", "kMost", "kText",
                  "layers::make_dense", "made_from", "operator<<", "operator==", "text::width"));
}

TEST(PublicNames, AreThoseOfPublicHeadersAndOfWhatTheyInclude) {
  const Listing tree = {
      {"engine/base/deep.h", "namespace trainwreck { class Deep {}; }\n"},
      {"engine/base/tensor.h", "#include \"engine/base/deep.h\"\n"},
      {"engine/include/trainwreck/data.h",
       "#include <span>\n#include \"engine/base/tensor.h\"\n#include \"trainwreck/entry.h\"\n"},
      {"engine/include/trainwreck/entry.h", "namespace trainwreck { struct Entry {}; }\n"},
      {"engine/private.h", "#include \"trainwreck/data.h\"\n"}};
  EXPECT_THAT(installed_headers(tree),
              ElementsAre("engine/base/deep.h", "engine/base/tensor.h",
                          "engine/include/trainwreck/data.h", "engine/include/trainwreck/entry.h"));
}

TEST(PublicNames, AreOnTheirPage) {
  const std::string page = public_names_page(read_tree(TRAINWRECK_SOURCE_DIR));
  if (std::getenv("TRAINWRECK_WRITE_PAGES") != nullptr) std::ofstream(kPage) << page;
  std::ostringstream docs;
  docs << std::ifstream(kPage).rdbuf();
  EXPECT_EQ(docs.str(), page) << "a name of the installed headers changed. If that is meant, bring "
                                 "the page up to date with: "
                                 "TRAINWRECK_WRITE_PAGES=1 ./trainwreck test --only PublicNames";
}

}  // namespace
}  // namespace trainwreck::tidy
