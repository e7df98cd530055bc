#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/errors.h"
#include "engine/base/params.h"
#include "engine/initialisers/initialisers.h"
#include "engine/kernels/aligned_floats.h"
#include "engine/kernels/image_patches.h"
#include "engine/kernels/products.h"
#include "engine/layers/layers.h"

namespace trainwreck::layers {
namespace {

// Each place that the kernel visits becomes a row of a matrix, and the convolution a product. That
// matrix is made for a few images at a time, so that it stays small and near; backward makes it
// anew.
class Conv2d final : public Layer {
 public:
  explicit Conv2d(Conv2dOptions options) : options_(std::move(options)) {}

  std::string_view kind() const override { return "conv2d"; }

  Shape build(const Shape& input_row, LayerBuilder& builder) override {
    if (input_row.rank() != 3 || input_row.back() == Shape::kUnknown) {
      throw ShapeError("expected input of shape (None, height, width, channels), got " +
                       input_row.with_rows(Shape::kUnknown).text());
    }
    const auto [height, width] = options_.kernel_size;
    const std::int64_t channels = input_row[2];
    // No weight depends on the size of the image: the layers behind may mind.
    input_row_ = {Shape::kUnknown, Shape::kUnknown, channels};
    const Fans fans{height * width * channels, height * width * options_.filters};
    kernel_ = builder.parameter("kernel", {height, width, channels, options_.filters}, fans,
                                *options_.kernel_initializer, options_.l2);
    if (options_.use_bias) {
      bias_ = builder.parameter("bias", {options_.filters}, {options_.filters, options_.filters},
                                *options_.bias_initializer, 0.0F);
    }
    return {extent(input_row, 0), extent(input_row, 1), options_.filters};
  }

  Shape output_shape(const Shape& input) const override {
    expect_input(input_row_, input);
    const Shape row = input.without_rows();
    return {input[0], extent(row, 0), extent(row, 1), options_.filters};
  }

  std::int64_t workspace_bytes(const Shape& input) const override {
    const PatchGrid grid = grid_of(input);
    return std::min(input[0], images_at_once(grid)) * grid.patches() * grid.patch_size() *
           static_cast<std::int64_t>(sizeof(float));
  }

  void forward(const Tensor& input, Tensor& output, const LayerPass& pass) override {
    const PatchGrid grid = grid_of(input.shape());
    const float* bias = options_.use_bias ? pass.values + bias_ : nullptr;
    for_each_chunk(grid, input, [&](std::int64_t first, std::int64_t, const ProductSize& size) {
      float* out = output.data() + first * grid.patches() * size.width;
      multiply(patches_.data(), pass.values + kernel_, bias, out, size);
      activate(options_.activation, out, size.rows, size.width);
    });
  }

  void backward(const Tensor& input, const Tensor& output, Tensor& output_gradient,
                Tensor* input_gradient, const LayerPass& pass) override {
    const PatchGrid grid = grid_of(input.shape());
    float* gradient = output_gradient.data();
    const std::int64_t places = input.rows() * grid.patches();
    activation_gradient(options_.activation, output.data(), gradient, places, options_.filters);
    if (options_.use_bias) sum_rows(gradient, pass.gradients + bias_, places, options_.filters);
    if (input_gradient != nullptr) input_gradient->fill(0.0F);
    float* kernel_gradient = pass.gradients + kernel_;
    std::fill_n(kernel_gradient, grid.patch_size() * options_.filters, 0.0F);
    for_each_chunk(
        grid, input, [&](std::int64_t first, std::int64_t images, const ProductSize& size) {
          const float* part = gradient + first * grid.patches() * size.width;
          multiply_inputs(patches_.data(), part, kernel_gradient, size, true);
          if (input_gradient == nullptr) return;
          multiply_back(part, pass.values + kernel_, patches_.data(), size);
          for (std::int64_t i = 0; i < images; ++i) {
            scatter_patches(grid, patches_.data() + i * grid.patches() * grid.patch_size(),
                            input_gradient->data() + (first + i) * grid.image_size());
          }
        });
  }

 private:
  // The output's extent along one axis of a row.
  std::int64_t extent(const Shape& row, int axis) const {
    const auto a = static_cast<std::size_t>(axis);
    const std::int64_t in = row[axis];
    if (in == Shape::kUnknown) return Shape::kUnknown;
    if (options_.padding == Padding::same)
      return (in + options_.strides[a] - 1) / options_.strides[a];
    if (in < options_.kernel_size[a]) {
      throw ShapeError("expected images of at least " + std::to_string(options_.kernel_size[0]) +
                       " x " + std::to_string(options_.kernel_size[1]) + " pixels, got " +
                       row.text());
    }
    return (in - options_.kernel_size[a]) / options_.strides[a] + 1;
  }

  // With padding "same" the odd zero goes to the right and below.
  std::int64_t padding_before(std::int64_t in, std::int64_t out, std::size_t axis) const {
    if (options_.padding == Padding::valid) return 0;
    const std::int64_t seen = (out - 1) * options_.strides[axis] + options_.kernel_size[axis];
    return std::max<std::int64_t>(0, seen - in) / 2;
  }

  PatchGrid grid_of(const Shape& input) const {
    const Shape row = input.without_rows();
    PatchGrid grid{.height = row[0],
                   .width = row[1],
                   .channels = row[2],
                   .kernel_height = options_.kernel_size[0],
                   .kernel_width = options_.kernel_size[1],
                   .stride_y = options_.strides[0],
                   .stride_x = options_.strides[1],
                   .out_height = extent(row, 0),
                   .out_width = extent(row, 1)};
    grid.pad_top = padding_before(grid.height, grid.out_height, 0);
    grid.pad_left = padding_before(grid.width, grid.out_width, 1);
    return grid;
  }

  static std::int64_t images_at_once(const PatchGrid& grid) {
    constexpr std::int64_t kFloats = 1 << 16;
    const std::int64_t one = std::max<std::int64_t>(1, grid.patches() * grid.patch_size());
    return std::max<std::int64_t>(1, kFloats / one);
  }

  // Fills patches_ with a few images and calls work(first image, how many, size of the product);
  // again until all had their turn.
  template <class Work>
  void for_each_chunk(const PatchGrid& grid, const Tensor& input, const Work& work) {
    const std::int64_t images = input.rows();
    const std::int64_t image_patches = grid.patches() * grid.patch_size();
    const std::int64_t chunk = std::min(images, images_at_once(grid));
    patches_.resize(static_cast<std::size_t>(chunk * image_patches));
    for (std::int64_t first = 0; first < images; first += chunk) {
      const std::int64_t count = std::min(chunk, images - first);
      for (std::int64_t i = 0; i < count; ++i) {
        gather_patches(grid, input.data() + (first + i) * grid.image_size(),
                       patches_.data() + i * image_patches);
      }
      work(first, count, ProductSize{count * grid.patches(), grid.patch_size(), options_.filters});
    }
  }

  Conv2dOptions options_;
  Shape input_row_;
  std::int64_t kernel_ = 0;
  std::int64_t bias_ = 0;
  AlignedFloats patches_;
};

// One number for both axes, or a list of two.
std::array<std::int64_t, 2> read_pair(Params& params, std::string_view key, std::int64_t fallback,
                                      std::string_view help) {
  constexpr IntegerRange kRange{1, 1 << 16};
  if (!params.has(key) || params.child(key).dump().front() != '[') {
    const std::int64_t both = params.integer(key, fallback, help, kRange);
    return {both, both};
  }
  const std::vector<std::int64_t> list = params.integers(key, help);
  if (list.size() != 2 || list[0] < 1 || list[1] < 1) {
    params.complain(key, "must be a number, or a list of two, of at least 1");
    return {fallback, fallback};
  }
  return {list[0], list[1]};
}

std::unique_ptr<Layer> read_conv2d(Params& params, const BuildContext& context) {
  constexpr std::array<std::string_view, 2> kPaddings = {"valid", "same"};
  Conv2dOptions options;
  options.filters = params.need_integer("filters", "channels of the output", {1, 1 << 16});
  options.kernel_size =
      read_pair(params, "kernel_size", 3, "height and width of the kernel: a number or two");
  options.strides = read_pair(params, "strides", 1, "steps of the kernel: a number or two");
  options.padding = static_cast<Padding>(params.choice(
      "padding", kPaddings, 0, "whether the image gets a rim of zeros to keep its size"));
  options.activation = read_activation(params);
  options.use_bias = params.flag("use_bias", true, "adds one number per filter");
  options.kernel_initializer = read_initialiser(
      params, "kernel_initializer", "first values of the kernel; default glorot_uniform", context);
  options.bias_initializer = read_initialiser(params, "bias_initializer",
                                              "first values of the bias; default zeros", context);
  options.l2 = static_cast<float>(
      params.number("l2", 0.0, "penalty l2 * sum(kernel^2) added to the loss", {0.0}));
  return make_conv2d(std::move(options));
}

}  // namespace

std::unique_ptr<Layer> make_conv2d(Conv2dOptions options) {
  const auto [height, width] = options.kernel_size;
  const auto [down, right] = options.strides;
  if (options.filters < 1 || height < 1 || width < 1 || down < 1 || right < 1) {
    throw ValueError("conv2d: filters, kernel_size and strides must be at least 1");
  }
  if (!options.kernel_initializer) {
    options.kernel_initializer = initialisers::make_glorot_uniform();
  }
  if (!options.bias_initializer) options.bias_initializer = initialisers::make_zeros();
  return std::make_unique<Conv2d>(std::move(options));
}

LayerEntry conv2d() {
  return {"conv2d", "slides filters over images of (height, width, channels)", &read_conv2d};
}

}  // namespace trainwreck::layers
