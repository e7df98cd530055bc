// Method: the layer against five plain loops, for sizes, steps and paddings that meet every rim.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/layers/layers.h"
#include "tests/engine/layers/layer_support.h"

namespace trainwreck {
namespace {

using testing::alone;
using testing::build_error;
using testing::PartBuilder;
using testing::random_tensor;
using testing::set_weights;
using testing::weights_of;

// The output at one place, from the definition; zeros around the image.
double expected_at(const Model& model, const layers::Conv2dOptions& options, const Tensor& images,
                   std::int64_t n, std::int64_t top, std::int64_t left, std::int64_t filter) {
  const auto kernel = weights_of(model, "conv2d/kernel");
  const std::int64_t height = images.shape()[1];
  const std::int64_t width = images.shape()[2];
  const std::int64_t channels = images.shape()[3];
  double sum =
      static_cast<double>(weights_of(model, "conv2d/bias")[static_cast<std::size_t>(filter)]);
  for (std::int64_t ky = 0; ky < options.kernel_size[0]; ++ky) {
    for (std::int64_t kx = 0; kx < options.kernel_size[1]; ++kx) {
      const std::int64_t y = top + ky;
      const std::int64_t x = left + kx;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      for (std::int64_t c = 0; c < channels; ++c) {
        const std::int64_t at =
            ((ky * options.kernel_size[1] + kx) * channels + c) * options.filters;
        sum += static_cast<double>(images[((n * height + y) * width + x) * channels + c]) *
               static_cast<double>(kernel[static_cast<std::size_t>(at + filter)]);
      }
    }
  }
  return sum;
}

struct Case {
  std::array<std::int64_t, 2> kernel;
  std::array<std::int64_t, 2> strides;
  layers::Padding padding;
  Shape images;
  std::array<std::int64_t, 2> out;
  std::array<std::int64_t, 2> zeros_before;  // above and to the left, by TensorFlow's rule
};

const Case kCases[] = {
    {{3, 3}, {1, 1}, layers::Padding::valid, {2, 5, 6, 1}, {3, 4}, {0, 0}},
    {{3, 3}, {1, 1}, layers::Padding::same, {2, 5, 6, 3}, {5, 6}, {1, 1}},
    {{2, 4}, {1, 1}, layers::Padding::same, {1, 4, 4, 2}, {4, 4}, {0, 1}},
    {{3, 3}, {2, 2}, layers::Padding::same, {1, 6, 5, 2}, {3, 3}, {0, 1}},
    {{3, 2}, {2, 3}, layers::Padding::valid, {3, 8, 9, 2}, {3, 3}, {0, 0}},
    {{1, 1}, {1, 1}, layers::Padding::valid, {2, 3, 3, 4}, {3, 3}, {0, 0}},
    {{5, 5}, {1, 1}, layers::Padding::same, {1, 2, 2, 1}, {2, 2}, {2, 2}},
    {{1, 1}, {3, 3}, layers::Padding::same, {1, 4, 5, 1}, {2, 2}, {0, 0}},
    {{3, 3}, {1, 1}, layers::Padding::same, {40, 16, 16, 8}, {16, 16}, {1, 1}},
};

TEST(Conv2d, IsWhatPlainLoopsGive) {
  for (const Case& one : kCases) {
    const auto options = [&] {
      return layers::Conv2dOptions{
          .filters = 3, .kernel_size = one.kernel, .strides = one.strides, .padding = one.padding};
    };
    Model model = alone(layers::make_conv2d(options()), one.images.without_rows());
    set_weights(model, "conv2d/bias", {0.5F, -1, 2});
    const Tensor images = random_tensor(one.images, 1);
    const Tensor& output = model.forward(images, {});
    ASSERT_EQ(output.shape(), (Shape{one.images[0], one.out[0], one.out[1], 3}));
    EXPECT_EQ(model.output_row(), output.shape().without_rows());
    std::int64_t place = 0;
    for (std::int64_t n = 0; n < one.images[0]; ++n) {
      for (std::int64_t y = 0; y < one.out[0]; ++y) {
        for (std::int64_t x = 0; x < one.out[1]; ++x) {
          for (std::int64_t f = 0; f < 3; ++f, ++place) {
            ASSERT_NEAR(
                static_cast<double>(output[place]),
                expected_at(model, options(), images, n, y * one.strides[0] - one.zeros_before[0],
                            x * one.strides[1] - one.zeros_before[1], f),
                1e-5)
                << one.images.text() << " at " << place;
          }
        }
      }
    }
  }
}

TEST(Conv2d, TakesImagesOfUnknownSize) {
  Model model = alone(layers::make_conv2d({.filters = 2, .kernel_size = {3, 3}}),
                      {Shape::kUnknown, Shape::kUnknown, 1});
  EXPECT_EQ(model.output_row(), (Shape{Shape::kUnknown, Shape::kUnknown, 2}));
  EXPECT_EQ(model.forward(Tensor({1, 5, 4, 1}), {}).shape(), (Shape{1, 3, 2, 2}));
  EXPECT_EQ(model.forward(Tensor({2, 3, 9, 1}), {}).shape(), (Shape{2, 1, 7, 2}));
  EXPECT_EQ(error_of<ShapeError>([&] {
              model.plan_forward({1, 2, 9, 1});
            }),
            "layer \"conv2d\" (conv2d): expected images of at least 3 x 3 pixels, got (2, 9, 1)");
}

TEST(Conv2d, IsNotBoundToTheSizeThatItWasBuiltFor) {
  Model model = alone(layers::make_conv2d({.filters = 2, .kernel_size = {3, 3}}), {8, 8, 1});
  EXPECT_EQ(model.forward(Tensor({2, 3, 9, 1}), {}).shape(), (Shape{2, 1, 7, 2}));
  EXPECT_EQ(error_of<ShapeError>([&] {
              model.plan_forward({2, 8, 8, 3});
            }),
            "layer \"conv2d\" (conv2d): expected input of shape (None, None, None, 1), "
            "got (2, 8, 8, 3)");
}

TEST(Conv2d, RefusesWhatIsNoImage) {
  EXPECT_EQ(build_error(layers::make_conv2d({}), {28, 28}),
            "expected input of shape (None, height, width, channels), got (None, 28, 28)");
  EXPECT_EQ(build_error(layers::make_conv2d({}), {28, 28, Shape::kUnknown}),
            "expected input of shape (None, height, width, channels), got (None, 28, 28, None)");
  EXPECT_EQ(build_error(layers::make_conv2d({.kernel_size = {5, 3}}), {4, 4, 1}),
            "expected images of at least 5 x 3 pixels, got (4, 4, 1)");
  EXPECT_EQ(error_of<ValueError>([] {
              layers::make_conv2d({.strides = {0, 1}});
            }),
            "conv2d: filters, kernel_size and strides must be at least 1");
}

// Gradients of images so large that each has its turn alone: the input's are those of the image by
// itself, the kernel's add up.
TEST(Conv2d, TakesLargeImagesOneAfterTheOther) {
  const Shape row{32, 32, 8};
  Model model = alone(layers::make_conv2d({.filters = 2, .padding = layers::Padding::same}), row);
  const std::int64_t image = row.size();
  const std::int64_t size = model.parameters().size();
  const auto backward = [&](const Tensor& x, float* gradients) {
    const Tensor& output = model.forward(x, {});
    Tensor gradient = random_tensor(output.shape().without_rows().with_rows(1), 3);
    expand_to(Tensor(gradient), output.shape(), gradient);
    Tensor input_gradient(x.shape());
    LayerPass pass;
    pass.values = model.parameters().values().data();
    pass.gradients = gradients;
    model.layers()[0]->backward(x, output, gradient, &input_gradient, pass);
    return input_gradient;
  };
  const Tensor three = random_tensor({3, 32, 32, 8}, 1);
  std::vector<float> together(static_cast<std::size_t>(size));
  const Tensor whole = backward(three, together.data());
  std::vector<float> sum(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < 3; ++i) {
    Tensor one({1, 32, 32, 8});
    std::copy_n(three.data() + i * image, image, one.data());
    std::vector<float> part(static_cast<std::size_t>(size));
    const Tensor input_gradient = backward(one, part.data());
    EXPECT_TRUE(std::equal(input_gradient.values().begin(), input_gradient.values().end(),
                           whole.data() + i * image));
    for (std::size_t k = 0; k < part.size(); ++k) sum[k] += part[k];
  }
  for (std::size_t k = 0; k < sum.size(); ++k) EXPECT_NEAR(together[k], sum[k], 1e-3F);
}

TEST(Conv2d, CountsTheBytesOfItsPatches) {
  Model model = alone(layers::make_conv2d({.filters = 4, .kernel_size = {3, 3}}), {5, 5, 2});
  // 9 places x 18 numbers for each of 2 images, and the output 9 x 4.
  EXPECT_EQ(model.plan_forward({2, 5, 5, 2}), 4 * 2 * (9 * 18 + 9 * 4));
}

TEST(Conv2d, IsBuiltByName) {
  PartBuilder builder;
  auto layer = builder.build(builtin_layers(), R"({
      "kind": "conv2d", "filters": 4, "kernel_size": [2, 3], "strides": 2, "padding": "same",
      "activation": "relu", "use_bias": false, "l2": 0.1, "kernel_initializer": "he_normal",
      "bias_initializer": "zeros"})");
  ASSERT_TRUE(layer) << builder.complaints();
  const Model model = alone(std::move(layer), {5, 7, 1});
  EXPECT_EQ(model.output_row(), (Shape{3, 4, 4}));
  EXPECT_EQ(model.parameters().size(), 2 * 3 * 1 * 4);
  for (const char* wrong : {"[3]", "[3, 0]", "[1, 2, 3]"}) {
    EXPECT_FALSE(builder.build(builtin_layers(), R"({"kind": "conv2d", "filters": 1, "strides": )" +
                                                     std::string(wrong) + "}"));
    EXPECT_EQ(builder.complaints(), "/strides must be a number, or a list of two, of at least 1");
  }
  EXPECT_FALSE(
      builder.build(builtin_layers(), R"({"kind": "conv2d", "filters": 1, "padding": "sane"})"));
  EXPECT_EQ(builder.complaints(), "/padding \"sane\" is unknown; did you mean \"same\"?");
}

}  // namespace
}  // namespace trainwreck
