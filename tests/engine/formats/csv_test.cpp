#include "engine/formats/csv.h"

#include <gtest/gtest.h>

#include "engine/base/errors.h"

namespace trainwreck {
namespace {

using Cells = std::vector<std::string>;

std::vector<Cells> cells_of(std::string_view text, char delimiter = ',') {
  std::vector<Cells> result;
  for (CsvRow& row : parse_csv(text, delimiter)) result.push_back(std::move(row.cells));
  return result;
}

std::string csv_complaint_about(std::string_view text) {
  try {
    parse_csv(text);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "";
}

TEST(Csv, SplitsRowsAndCells) {
  EXPECT_EQ(cells_of("a,b\n1,2\n"), (std::vector<Cells>{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(cells_of("a,b\r\n1,2"), (std::vector<Cells>{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(cells_of("a;b,c", ';'), (std::vector<Cells>{{"a", "b,c"}}));
  EXPECT_EQ(cells_of(",,\n"), (std::vector<Cells>{{"", "", ""}}));
  EXPECT_EQ(cells_of(" a , b "), (std::vector<Cells>{{" a ", " b "}}));
}

TEST(Csv, QuotesHideDelimitersLineEndsAndQuotes) {
  EXPECT_EQ(cells_of("\"a,b\",\"c\nd\",\"e\"\"f\"\n\"\""),
            (std::vector<Cells>{{"a,b", "c\nd", "e\"f"}, {""}}));
}

TEST(Csv, ALoneCarriageReturnIsText) {
  EXPECT_EQ(cells_of("a\rb,c\r"), (std::vector<Cells>{{"a\rb", "c\r"}}));
}

TEST(Csv, KnowsTheLineOfEveryRow) {
  const auto rows = parse_csv(
      "\xEF\xBB\xBF"
      "a\n\n\"two\nlines\"\r\n\r\nlast");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].line, 1);
  EXPECT_EQ(rows[0].cells, Cells{"a"});
  EXPECT_EQ(rows[1].line, 3);
  EXPECT_EQ(rows[2].line, 6);
}

TEST(Csv, NothingHasNoRows) {
  EXPECT_TRUE(parse_csv("").empty());
  EXPECT_TRUE(parse_csv("\n\r\n\n").empty());
}

TEST(Csv, RefusesBrokenQuotes) {
  EXPECT_EQ(csv_complaint_about("a\n\"b\nc\n"),
            "line 2 opens a quote that never closes (at byte 2)");
  EXPECT_EQ(csv_complaint_about("a\n\"b\"c\n"), "line 2 goes on after a closing quote (at byte 5)");
  EXPECT_EQ(csv_complaint_about("a,b\"c\n"), "line 1 has a quote inside a bare cell (at byte 3)");
}

TEST(Csv, TheReaderReusesItsRow) {
  CsvReader reader("1,2,3\n4\n");
  CsvRow row;
  ASSERT_TRUE(reader.next(row));
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.cells, Cells{"4"});
  EXPECT_FALSE(reader.next(row));
  EXPECT_FALSE(reader.next(row));
}

TEST(Csv, WritesOnlyTheQuotesThatAreNeeded) {
  const std::vector<std::string_view> cells = {"epoch", "a,b", "say \"no\"", "two\nlines", ""};
  EXPECT_EQ(csv_row(cells), "epoch,\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",");
  EXPECT_EQ(csv_row(cells, ';'), "epoch;a,b;\"say \"\"no\"\"\";\"two\nlines\";");
}

TEST(Csv, WhatIsWrittenReadsBackTheSame) {
  const std::vector<std::vector<std::string_view>> rows = {
      {""}, {"", ""}, {"\xEF\xBB\xBF"}, {"a\r\n", "\"", ",", "\r"}, {" x "}};
  for (const auto& row : rows) {
    const auto read = parse_csv(csv_row(row));
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].cells, Cells(row.begin(), row.end()));
  }
}

}  // namespace
}  // namespace trainwreck
