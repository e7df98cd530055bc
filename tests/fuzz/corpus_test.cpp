// Every file of every corpus, with any compiler: what a fuzzer once found stays found.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "fuzz/targets.h"

namespace trainwreck {
namespace {

namespace fs = std::filesystem;

struct CorpusFile {
  const FuzzTarget* target;
  fs::path path;
};

fs::path corpus_of(const FuzzTarget& target) {
  return fs::path(TRAINWRECK_SOURCE_DIR) / "fuzz" / "corpus" / std::string(target.name);
}

std::vector<CorpusFile> all_files() {
  std::vector<CorpusFile> files;
  for (const FuzzTarget& target : fuzz_targets()) {
    if (!fs::is_directory(corpus_of(target))) continue;
    for (const auto& entry : fs::directory_iterator(corpus_of(target))) {
      files.push_back({&target, entry.path()});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const CorpusFile& a, const CorpusFile& b) { return a.path < b.path; });
  return files;
}

class Corpus : public ::testing::TestWithParam<CorpusFile> {};

TEST_P(Corpus, IsReadWithoutACrash) {
  std::ostringstream bytes;
  bytes << std::ifstream(GetParam().path, std::ios::binary).rdbuf();
  GetParam().target->run(bytes.str());
}

std::string name_of(const ::testing::TestParamInfo<CorpusFile>& info) {
  std::string name = std::string(info.param.target->name) + "_" +
                     info.param.path.filename().string() + "_" + std::to_string(info.index);
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, ::testing::ValuesIn(all_files()), &name_of);

TEST(Corpora, EveryTargetHasOne) {
  ASSERT_FALSE(fuzz_targets().empty());
  for (const FuzzTarget& target : fuzz_targets()) {
    EXPECT_TRUE(fs::is_directory(corpus_of(target)) && !fs::is_empty(corpus_of(target)))
        << target.name;
  }
}

TEST(Corpora, EveryCorpusHasATarget) {
  for (const auto& entry :
       fs::directory_iterator(fs::path(TRAINWRECK_SOURCE_DIR) / "fuzz/corpus")) {
    const std::string name = entry.path().filename().string();
    const auto targets = fuzz_targets();
    EXPECT_TRUE(std::any_of(targets.begin(), targets.end(), [&](const FuzzTarget& target) {
      return target.name == name;
    })) << name;
  }
}

}  // namespace
}  // namespace trainwreck
