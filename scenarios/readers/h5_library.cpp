#include "scenarios/readers/h5_library.h"

#include <dlfcn.h>

#include <string>

#include "engine/base/errors.h"

namespace trainwreck::values {
namespace {

// It stays for as long as the process does: it registers what is to be done at the end of that.
void* loaded_h5() {
  static void* const library = dlopen(TRAINWRECK_HDF5, RTLD_NOW | RTLD_LOCAL);
  return library;
}

}  // namespace

H5Library::Symbol H5Library::find(const char* name) {
  void* const address = dlsym(loaded_h5(), name);
  if (address == nullptr) {
    throw FormatError(std::string("needs ") + name + " of the HDF5 library, which lacks it", 0);
  }
  return {address};
}

bool H5Library::is_there() { return loaded_h5() != nullptr; }

hid_t H5Library::file_access() const {
  const decltype(&::H5open) open = find("H5open");
  open();
  return *static_cast<const hid_t*>(find("H5P_CLS_FILE_ACCESS_ID_g").address);
}

const H5Library& h5() {
  static const H5Library library;
  return library;
}

}  // namespace trainwreck::values
