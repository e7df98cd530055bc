#pragma once

// This header offers the built-in parts of a model, made in code: layers::make_dense(),
// losses::make_mse(), optimizers::make_adam() and their like; and builtin_catalogs(), which makes
// all of them by name.
#include "engine/catalogs.h"
#include "engine/initialisers/initialisers.h"
#include "engine/layers/layers.h"
#include "engine/losses/losses.h"
#include "engine/metrics/metrics.h"
#include "engine/optimizers/optimizers.h"
#include "engine/schedules/schedules.h"
