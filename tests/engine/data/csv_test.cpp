#include <gtest/gtest.h>

#include "engine/base/errors.h"
#include "engine/sources/csv_source.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

constexpr const char* kPath = "t.csv";

TEST(CsvTable, TakesTheLastColumnForTheLabel) {
  const CsvTable table = read_csv("a,b,c\n1,2,3\n4.5,-5e1, +6 \r\n", kPath, {});
  EXPECT_EQ(table.data.x, Tensor({2, 2}, {1, 2, 4.5F, -50}));
  EXPECT_EQ(table.data.y, Tensor({2, 1}, {3, 6}));
}

TEST(CsvTable, TakesTheColumnsThatAreNamed) {
  const CsvTable table = read_csv(
      "a,b,c\n1,2,3\n", kPath,
      {.labels = std::vector<std::string>{"c", "a"}, .features = std::vector<std::string>{"b"}});
  EXPECT_EQ(table.data.x, Tensor({1, 1}, 2.0F));
  EXPECT_EQ(table.data.y, Tensor({1, 2}, {3, 1}));
  const CsvTable bare = read_csv(
      "1;2;3\n", kPath, {.header = false, .delimiter = ';', .labels = std::vector<std::string>{}});
  EXPECT_EQ(bare.data.x, Tensor({1, 3}, {1, 2, 3}));
  EXPECT_FALSE(bare.data.y.present());
}

TEST(CsvTable, NumbersTheWordsOfALabelInTheirOrder) {
  const CsvTable table = read_csv("x,kind\n1,oak\n2,ash\n3,oak\n", kPath, {.categories = true});
  EXPECT_EQ(table.classes, (std::vector<std::string>{"ash", "oak"}));
  EXPECT_EQ(table.data.y, Tensor({3, 1}, {1, 0, 1}));
}

TEST(CsvTable, ListsEveryBadCellWithItsPlace) {
  EXPECT_EQ(error_of<ValueError>(
                [] { read_csv("a,b\n1,x\n,2\n3\n\"4\",1e999\n5,inf\n6,7\n", kPath, {}); }),
            "csv t.csv: 5 bad cells or rows\n"
            "t.csv:2:2 (b): \"x\" is no finite number\n"
            "t.csv:3:1 (a): the value is missing\n"
            "t.csv:4: has 1 cells, the first row has 2\n"
            "t.csv:5:2 (b): \"1e999\" is no finite number\n"
            "t.csv:6:2 (b): \"inf\" is no finite number");
}

TEST(CsvTable, StopsListingAtTheLimitButCountsOn) {
  EXPECT_EQ(
      error_of<ValueError>([] { read_csv("a,b\nx,1\nx,1\nx,1\n", kPath, {.complaints = 1}); }),
      "csv t.csv: 3 bad cells or rows\n"
      "t.csv:2:1 (a): \"x\" is no finite number\n"
      "and 2 more");
}

TEST(CsvTable, FillsWhatIsMissingAsAsked) {
  const char* text = "a,b,y\n1,NA,0\n,4,1\n3,8,0\n";
  EXPECT_EQ(read_csv(text, kPath, {.missing = Missing::zero}).data.x,
            Tensor({3, 2}, {1, 0, 0, 4, 3, 8}));
  EXPECT_EQ(read_csv(text, kPath, {.missing = Missing::mean}).data.x,
            Tensor({3, 2}, {1, 6, 2, 4, 3, 8}));
  const CsvTable skipped = read_csv(text, kPath, {.missing = Missing::skip});
  EXPECT_EQ(skipped.data.x, Tensor({1, 2}, {3, 8}));
  EXPECT_EQ(skipped.data.y, Tensor({1, 1}, 0.0F));
  EXPECT_EQ(skipped.skipped, 2);
}

TEST(CsvTable, AMissingLabelIsNeverMadeUp) {
  const char* text = "a,y\n1,\n2,3\n";
  EXPECT_EQ(error_of<ValueError>([&] { read_csv(text, kPath, {.missing = Missing::zero}); }),
            "csv t.csv: 1 bad cell or row\nt.csv:2:2 (y): the value is missing");
  EXPECT_EQ(read_csv(text, kPath, {.missing = Missing::skip}).data.x, Tensor({1, 1}, 2.0F));
}

TEST(CsvTable, RefusesWhatIsNoTable) {
  EXPECT_EQ(error_of<ValueError>([] { read_csv("", kPath, {}); }),
            "csv t.csv: the file has no row");
  EXPECT_EQ(error_of<ValueError>([] { read_csv("a\n1\n", kPath, {}); }),
            "csv t.csv: no column is left for x");
  EXPECT_EQ(error_of<ValueError>([] {
              read_csv("age,size\n", kPath, {.labels = std::vector<std::string>{"sise"}});
            }),
            "csv t.csv: there is no column \"sise\"; did you mean \"size\"?");
  EXPECT_EQ(error_of<FormatError>([] { read_csv("a,b\n1,\"2\n", kPath, {}); }),
            "csv t.csv: line 2 opens a quote that never closes (at byte 6)");
  EXPECT_EQ(
      error_of<ValueError>([] { read_csv("a,b\nNA,1\n", kPath, {.missing = Missing::mean}); }),
      "csv t.csv: column \"a\" has no value to take the mean of");
  EXPECT_EQ(read_csv("a,b\n", kPath, {}).data.x.rows(), 0);
}

void write_file(FileSystem& files, const std::string& path, const std::string& text) {
  const auto file = files.create(path);
  file->append(text);
  file->close();
}

TEST(CsvSource, ReadsItsFileAtTheFirstUseAndNotBefore) {
  const auto files = real_file_system();
  const std::string path = testing::TempDir() + "late.csv";
  if (files->exists(path)) files->remove(path);
  CsvSource source(*files, path, {}, {.batch_size = 2});
  EXPECT_THROW(source.length(), IoError);
  write_file(*files, path, "a,y\n1,0\n2,1\n3,0\n");
  EXPECT_EQ(source.length(), 2);
  EXPECT_EQ(values_of_pass(source, {}), (std::vector<float>{1, 2, 3}));
  const auto part = source.split_off(0.4);
  EXPECT_EQ(values_of_pass(*part, {}), (std::vector<float>{2, 3}));
  files->remove(path);
}

TEST(CsvEntry, ReadsItsOptions) {
  const auto files = real_file_system();
  const std::string path = testing::TempDir() + "entry.csv";
  write_file(*files, path, "1;oak\n;ash\n3;ash\n");
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "csv", "header": false, "delimiter": ";", "categories": true, "missing": "skip",
          "labels": ["1"], "features": ["0"], "path": ")" +
      path + "\"}");
  ASSERT_TRUE(source) << builder.complaints();
  EXPECT_EQ(values_of_pass(*source, {}), (std::vector<float>{1, 3}));
  files->remove(path);
  builder.build(R"({"kind": "csv", "delimiter": "ab"})");
  EXPECT_EQ(builder.complaints(),
            "/path is missing\n"
            "/delimiter must be one character that is no quote and no line end\n");
}

}  // namespace
}  // namespace trainwreck
