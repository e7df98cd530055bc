#pragma once

#include <hdf5.h>

#include <string>
#include <utility>

#include "scenarios/values/reading.h"

namespace trainwreck::values {

// A thing of the library, given back at the end of its scope.
class H5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  // Throws FormatError where the library could not make it: `what` is what it would have been.
  H5Handle(hid_t id, Close close, const std::string& what) : id_(id), close_(close) {
    if (id_ < 0) throw FormatError("has " + what + " that the HDF5 library cannot open", 0);
  }
  ~H5Handle() {
    if (id_ >= 0) close_(id_);
  }
  H5Handle(H5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  H5Handle(const H5Handle&) = delete;
  H5Handle& operator=(const H5Handle&) = delete;

  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

// What a dataset or an attribute holds. Numbers are arrays, texts of any length are a list or one
// text; what a reference points to is no value.
NodeId read_h5_data(hid_t id, bool attribute, const std::string& name, Reading& reading);

}  // namespace trainwreck::values
