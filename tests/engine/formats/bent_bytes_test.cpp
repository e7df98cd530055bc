#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>

#include "engine/base/errors.h"
#include "engine/base/json_node.h"
#include "engine/base/random.h"
#include "engine/formats/csv.h"
#include "engine/formats/event_file.h"
#include "engine/formats/safetensors.h"
#include "engine/formats/tfrecord.h"

namespace trainwreck {
namespace {

// Method: change up to four bytes of a good file, or cut it, two thousand times. A reader may then
// refuse it with a FormatError or make something of it; the sanitizers see everything else.
void read_bent(const std::string& good, const std::function<void(std::string_view)>& read) {
  read(good);
  const Random random(2024, Purpose::fault);
  for (std::uint64_t round = 0; round < 2000; ++round) {
    std::string bent = good;
    std::uint64_t index = round * 16;
    for (std::uint64_t change = random.below(index++, 5); change > 0; --change) {
      const std::uint64_t place = random.below(index++, bent.size());
      bent[place] = static_cast<char>(random.below(index++, 256));
    }
    if (random.below(index++, 4) == 0) bent.resize(random.below(index++, bent.size()));
    try {
      read(bent);
    } catch (const FormatError&) {
    }
  }
}

TEST(BentBytes, SafetensorsStayInsideTheFile) {
  const std::vector<float> values = {1.0F, 2.0F, 3.0F};
  const std::vector<StoredTensor> tensors = {
      {"a/kernel", StoredType::f32, {3, 1}, bytes_of(std::span<const float>(values))},
      {"b", StoredType::f32, {1}, bytes_of(std::span<const float>(values).first(1))}};
  std::size_t seen = 0;
  read_bent(write_safetensors(tensors, {{"step", "3"}}), [&](std::string_view bytes) {
    for (const StoredTensor& tensor : read_safetensors(bytes).tensors) {
      for (const char byte : tensor.bytes) seen += static_cast<unsigned char>(byte) != 0 ? 1 : 0;
    }
  });
  EXPECT_GT(seen, 0U);
}

TEST(BentBytes, EventsStayInsideTheRecord) {
  const std::vector<float> values = {1.0F, 2.0F, 3.0F};
  TensorBoardEvent event{1.6e9, 300, "v", {{"loss", 0.5F, {}}, {"w", {}, histogram_of(values, 3)}}};
  std::size_t seen = 0;
  read_bent(encode_event(event),
            [&](std::string_view bytes) { seen += decode_event(bytes).values.size(); });
  EXPECT_GT(seen, 0U);
}

TEST(BentBytes, RecordsStayInsideTheFile) {
  std::string file;
  append_record(file, "one");
  append_record(file, "another");
  std::size_t seen = 0;
  read_bent(file, [&](std::string_view bytes) {
    for (const std::string_view payload : read_records(bytes).payloads) seen += payload.size();
  });
  EXPECT_GT(seen, 0U);
}

TEST(BentBytes, CsvStaysInsideTheText) {
  std::size_t seen = 0;
  read_bent("a,b,c\r\n1,\"two\"\"s\",3\n\n\"multi\nline\",,x\n",
            [&](std::string_view bytes) { seen += parse_csv(bytes).size(); });
  EXPECT_GT(seen, 0U);
}

TEST(BentBytes, JsonThatReadsIsWrittenAsItself) {
  std::size_t seen = 0;
  read_bent(R"({"a": [1, 2.5, {"b": null}], "c": "text \u00e4", "d": [true, -7e3]})",
            [&](std::string_view bytes) {
              Diagnostics complaints;
              const JsonNode node = parse_json(bytes, {}, complaints);
              if (!complaints.empty()) return;
              const std::string text = json_text(node);
              EXPECT_EQ(json_text(parse_json(text, {}, complaints)), text);
              ++seen;
            });
  EXPECT_GT(seen, 10U);
}

}  // namespace
}  // namespace trainwreck
