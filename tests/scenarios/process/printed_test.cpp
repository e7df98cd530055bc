#include "scenarios/process/printed.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>

#include "scenarios/process/forked.h"

namespace trainwreck {
namespace {

TEST(Printed, KeepsTheFirstAndTheLast) {
  Printed printed;
  printed.add("short\n");
  EXPECT_EQ(printed.text(), "short\n");
  printed.add(std::string(Printed::kFirst, 'a'));
  EXPECT_EQ(printed.text().size(), Printed::kFirst + 6) << "nothing is left out yet";
  printed.add(std::string(Printed::kLast, 'b') + "end");
  const std::string text = printed.text();
  EXPECT_TRUE(text.starts_with("short\naaa"));
  EXPECT_TRUE(text.ends_with("bbbend"));
  EXPECT_NE(text.find("\n... 9 bytes left out ...\n"), std::string::npos) << text;
}

TEST(Forked, HearsWhatItsChildPrintsUntilItDies) {
  Forked child(
      [](int) {
        std::printf("out\n");
        std::fprintf(stderr, "err\n");
        raise(SIGKILL);
        return 0;
      },
      Forked::Prints::to_parent);
  EXPECT_TRUE(child.hear_all(60.0));
  child.wait();
  EXPECT_EQ(child.printed().text(), "out\nerr\n");
}

}  // namespace
}  // namespace trainwreck
