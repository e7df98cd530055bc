#pragma once

#include <engine/catalogs.h>

namespace shop::callbacks {
trainwreck::CallbackEntry step_counter();
}
namespace shop::data {
trainwreck::DataEntry price_ticks();
}
