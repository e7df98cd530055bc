#pragma once

#include <trainwreck/callback.h>
#include <trainwreck/data.h>

namespace shop::callbacks {
trainwreck::CallbackEntry step_counter();
}
namespace shop::data {
trainwreck::DataEntry price_ticks();
}
