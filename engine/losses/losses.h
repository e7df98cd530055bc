#pragma once

#include <memory>

#include "trainwreck/loss.h"

// The built-in losses for C++ callers: options with Keras's names and defaults.
namespace trainwreck::losses {

struct HuberOptions {
  float delta = 1.0F;
};
struct CrossentropyOptions {
  bool from_logits = false;
  float label_smoothing = 0.0F;
};
struct SparseCrossentropyOptions {
  bool from_logits = false;
};

std::unique_ptr<Loss> make_mse();
std::unique_ptr<Loss> make_mae();
std::unique_ptr<Loss> make_huber(HuberOptions options = {});
std::unique_ptr<Loss> make_poisson();
std::unique_ptr<Loss> make_hinge();
std::unique_ptr<Loss> make_kl_divergence();
std::unique_ptr<Loss> make_cosine_similarity();
std::unique_ptr<Loss> make_binary_crossentropy(CrossentropyOptions options = {});
std::unique_ptr<Loss> make_categorical_crossentropy(CrossentropyOptions options = {});
std::unique_ptr<Loss> make_sparse_categorical_crossentropy(SparseCrossentropyOptions options = {});

}  // namespace trainwreck::losses
