#include "engine/sources/image_folder.h"

#include <gtest/gtest.h>
#include <stb/stb_image_write.h>

#include "engine/base/errors.h"
#include "tests/engine/sources/support.h"

namespace trainwreck {
namespace {

using Bytes = std::vector<unsigned char>;

void take(void* to, void* data, int size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(data),
                                        static_cast<std::size_t>(size));
}

std::string png(int width, int height, int channels, const Bytes& pixels) {
  std::string bytes;
  stbi_write_png_to_func(&take, &bytes, width, height, channels, pixels.data(), width * channels);
  return bytes;
}

std::string jpeg(int width, int height, int channels, const Bytes& pixels) {
  std::string bytes;
  stbi_write_jpg_to_func(&take, &bytes, width, height, channels, pixels.data(), 100);
  return bytes;
}

std::vector<float> decoded(const std::string& bytes, const ImageOptions& options) {
  std::vector<float> out(
      static_cast<std::size_t>(options.height * options.width * options.channels));
  decode_image(bytes, "a.png", options, out);
  return out;
}

TEST(DecodeImage, KeepsAnImageThatHasTheSizeAlready) {
  const std::string bytes = png(2, 1, 3, {255, 0, 51, 0, 102, 255});
  EXPECT_EQ(decoded(bytes, {.height = 1, .width = 2}),
            (std::vector<float>{1, 0, 0.2F, 0, 0.4F, 1}));
}

TEST(DecodeImage, ReadsGreyAndColourBothWays) {
  const std::string grey = png(1, 1, 1, {51});
  EXPECT_EQ(decoded(grey, {.height = 1, .width = 1, .channels = 1}), (std::vector<float>{0.2F}));
  EXPECT_EQ(decoded(grey, {.height = 1, .width = 1}), (std::vector<float>{0.2F, 0.2F, 0.2F}));
  const std::string white = jpeg(8, 8, 3, Bytes(192, 255));
  EXPECT_EQ(decoded(white, {.height = 1, .width = 1, .channels = 1}), (std::vector<float>{1}));
}

TEST(DecodeImage, ResizesBetweenPixelCentres) {
  const std::string bytes = png(2, 1, 1, {0, 255});
  EXPECT_EQ(decoded(bytes, {.height = 1, .width = 4, .channels = 1}),
            (std::vector<float>{0, 0.25F, 0.75F, 1}));
  EXPECT_EQ(decoded(bytes, {.height = 2, .width = 1, .channels = 1}),
            (std::vector<float>{0.5F, 0.5F}));
}

TEST(DecodeImage, RefusesWhatIsNoImage) {
  EXPECT_EQ(error_of<FormatError>([] { decoded("", {}); }),
            "image a.png: the file is empty (at byte 0)");
  EXPECT_EQ(error_of<FormatError>([] { decoded("not an image", {}); }),
            "image a.png: unknown image type (at byte 0)");
  const std::string whole = png(16, 16, 3, Bytes(768, 7));
  for (std::size_t size = 0; size < whole.size() - 16; ++size) {
    EXPECT_THROW(decoded(whole.substr(0, size), {}), FormatError) << size;
  }
}

TEST(DecodeImage, RefusesTooManyPixelsBeforeItDecodesThem) {
  EXPECT_EQ(
      error_of<FormatError>([] { decoded(png(20, 10, 1, Bytes(200, 0)), {.max_pixels = 199}); }),
      "image a.png: 20 x 10 pixels, at most 199 in all (at byte 0)");
}

class ImageFolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = testing::TempDir() + "images_" +
                 testing::UnitTest::GetInstance()->current_test_info()->name();
    if (files_->exists(directory_)) files_->remove_directory(directory_);
    write("cat/1.png", png(1, 1, 1, {255}));
    write("cat/2.JPG", jpeg(8, 8, 1, Bytes(64, 0)));
    write("dog/a.png", png(1, 1, 1, {51}));
    write("dog/notes.txt", "not an image");
    write("README.md", "not a class");
  }
  void TearDown() override { files_->remove_directory(directory_); }

  void write(const std::string& name, const std::string& bytes) {
    const std::string path = directory_ + "/" + name;
    files_->make_directory(directory_of(path));
    const auto file = files_->create(path);
    file->append(bytes);
    file->close();
  }
  ImageFolderSource make(ImageOptions options = {}, std::int64_t batch_size = 32) {
    options.height = options.width = options.channels = 1;
    return {*files_, directory_, options, {.batch_size = batch_size}};
  }

  std::unique_ptr<FileSystem> files_ = real_file_system();
  std::string directory_;
};

TEST_F(ImageFolderTest, NamesClassesByTheirSortedFolders) {
  ImageFolderSource source = make();
  EXPECT_EQ(source.classes(), (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(source.length(), 1);
  Batch batch;
  source.fetch(0, batch);
  EXPECT_EQ(batch.x, Tensor({3, 1, 1, 1}, {1.0F, 0.0F, 0.2F}));
  EXPECT_EQ(batch.y, Tensor({3, 1}, {0, 0, 1}));
  EXPECT_EQ(batch.samples, (std::vector<std::int64_t>{0, 1, 2}));
}

TEST_F(ImageFolderTest, ShufflesImagesWithTheirLabels) {
  ImageFolderSource source = make({}, 1);
  source.start_pass({.number = 3, .seed = 1, .shuffle = true});
  Batch batch;
  const float pixels[] = {1.0F, 0.0F, 0.2F};
  const float labels[] = {0.0F, 0.0F, 1.0F};
  for (std::int64_t i = 0; i < 3; ++i) {
    source.fetch(i, batch);
    const auto sample = static_cast<std::size_t>(batch.samples[0]);
    EXPECT_EQ(batch.x[0], pixels[sample]);
    EXPECT_EQ(batch.y[0], labels[sample]);
  }
}

TEST_F(ImageFolderTest, ABrokenFileIsAnErrorThatNamesIt) {
  write("cat/3.png", "broken");
  ImageFolderSource source = make();
  Batch batch;
  EXPECT_EQ(error_of<FormatError>([&] { source.fetch(0, batch); }),
            "image " + directory_ + "/cat/3.png: unknown image type (at byte 0)");
}

TEST_F(ImageFolderTest, SkippingDropsImageAndLabelAndCounts) {
  write("cat/0.png", png(9, 9, 1, Bytes(81, 1)).substr(0, 40));
  write("cat/3.png", "");
  ImageFolderSource source = make({.on_unreadable = OnUnreadable::skip}, 2);
  EXPECT_EQ(source.length(), 2);
  EXPECT_EQ(source.skipped(),
            (std::vector<std::string>{directory_ + "/cat/0.png", directory_ + "/cat/3.png"}));
  Batch batch;
  source.fetch(1, batch);
  EXPECT_EQ(batch.x, Tensor({1, 1, 1, 1}, 0.2F));
  EXPECT_EQ(batch.y, Tensor({1, 1}, 1.0F));
}

TEST_F(ImageFolderTest, RefusesAFileThatIsTooLarge) {
  ImageFolderSource source = make({.max_file_bytes = 10}, 1);
  Batch batch;
  const std::string message = error_of<FormatError>([&] { source.fetch(0, batch); });
  EXPECT_NE(message.find("cat/1.png: the file has "), std::string::npos) << message;
  EXPECT_NE(message.find(", at most 10 bytes"), std::string::npos) << message;
}

TEST_F(ImageFolderTest, AFolderWithoutClassesOrMissingIsAnError) {
  ImageFolderSource none(*files_, directory_ + "/cat");
  EXPECT_EQ(error_of<ValueError>([&] { none.length(); }),
            "image_folder " + directory_ +
                "/cat: there is no directory in it, so there are no "
                "classes");
  ImageFolderSource missing(*files_, directory_ + "/bird");
  EXPECT_THROW(missing.length(), IoError);
}

TEST_F(ImageFolderTest, TheEntryReadsItsOptions) {
  DataBuilder builder;
  const auto source = builder.build(
      R"({"kind": "image_folder", "height": 2, "width": 3, "colours": "grey", "path": ")" +
      directory_ + "\"}");
  ASSERT_TRUE(source) << builder.complaints();
  Batch batch;
  source->fetch(0, batch);
  EXPECT_EQ(batch.x.shape(), (Shape{3, 2, 3, 1}));
  builder.build(R"({"kind": "image_folder", "height": 0})");
  EXPECT_EQ(builder.complaints(), "/path is missing\n/height must be in [1, 16384], got 0\n");
}

}  // namespace
}  // namespace trainwreck
