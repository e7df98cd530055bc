#include "scenarios/readers/h5_data.h"

#include <cstring>
#include <vector>

#include "scenarios/readers/h5_library.h"

namespace trainwreck::values {
namespace {

// A dataset or an attribute: two things that the library reads in two ways.
struct H5Data {
  hid_t id;
  bool attribute;
  const std::string& name;

  H5Handle type() const {
    return {attribute ? h5().Aget_type(id) : h5().Dget_type(id), h5().Tclose, "a type of " + name};
  }
  H5Handle space() const {
    return {attribute ? h5().Aget_space(id) : h5().Dget_space(id), h5().Sclose,
            "a shape of " + name};
  }
  void read(hid_t memory_type, void* out) const {
    const herr_t status = attribute
                              ? h5().Aread(id, memory_type, out)
                              : h5().Dread(id, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
    if (status < 0) throw FormatError(name + " cannot be read", 0);
  }
};

std::vector<std::int64_t> h5_shape(hid_t space, const std::string& name) {
  const int rank = h5().Sget_simple_extent_ndims(space);
  if (rank < 0) throw FormatError(name + " has no shape", 0);
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  if (rank > 0) h5().Sget_simple_extent_dims(space, sizes.data(), nullptr);
  return {sizes.begin(), sizes.end()};
}

DType h5_dtype(hid_t type) {
  const std::size_t size = h5().Tget_size(type);
  const std::string bits = std::to_string(8 * size);
  std::optional<DType> known;
  switch (h5().Tget_class(type)) {
    case H5T_INTEGER:
    case H5T_ENUM: {
      const H5T_sign_t sign =
          h5().Tget_class(type) == H5T_ENUM
              ? h5().Tget_sign(H5Handle(h5().Tget_super(type), h5().Tclose, "a type"))
              : h5().Tget_sign(type);
      known = dtype_named((sign == H5T_SGN_NONE ? "uint" : "int") + bits);
      break;
    }
    case H5T_FLOAT:
      known = dtype_named("float" + bits);
      break;
    case H5T_STRING:
      return {"S" + std::to_string(size), size, Element::narrow_text};
    default:
      break;
  }
  return known ? *known : raw_dtype("HDF5 type of " + std::to_string(size) + " bytes", size);
}

// The texts belong to the library, and are given back to it.
NodeId read_h5_texts(const H5Data& data, hid_t type, hid_t space, Reading& reading) {
  const std::vector<std::int64_t> shape = h5_shape(space, data.name);
  const std::uint64_t bytes = bytes_of_shape(shape, sizeof(char*), reading.budget.bytes_left());
  reading.budget.spend_bytes(bytes);
  std::vector<char*> texts(bytes / sizeof(char*), nullptr);
  if (!texts.empty()) data.read(type, texts.data());
  std::vector<NodeId> items;
  for (const char* text : texts) {
    reading.budget.spend_bytes(text == nullptr ? 0 : std::strlen(text));
    items.push_back(text == nullptr ? reading.tree.add_null()
                                    : reading.tree.add_text(reading.tree.keep(text)));
  }
  if (!texts.empty()) h5().Dvlen_reclaim(type, space, H5P_DEFAULT, texts.data());
  if (shape.empty() && items.size() == 1) return items.front();
  return reading.tree.add_list(std::move(items));
}

}  // namespace

NodeId read_h5_data(hid_t id, bool attribute, const std::string& name, Reading& reading) {
  const H5Data data{id, attribute, name};
  const H5Handle type = data.type();
  const H5Handle space = data.space();
  if (h5().Sget_simple_extent_type(space) == H5S_NULL) return reading.tree.add_null();
  if (h5().Tis_variable_str(type) > 0) return read_h5_texts(data, type, space, reading);
  if (h5().Tdetect_class(type, H5T_REFERENCE) > 0) return reading.tree.add_object("HDF5 reference");
  if (h5().Tdetect_class(type, H5T_VLEN) > 0 || h5().Tdetect_class(type, H5T_STRING) < 0) {
    throw FormatError(name + " has elements of different lengths, which is not understood", 0);
  }
  const H5Handle memory_type(h5().Tcopy(type), h5().Tclose, "a type of " + name);
  const H5T_class_t kind = h5().Tget_class(type);
  if (kind == H5T_INTEGER || kind == H5T_FLOAT) h5().Tset_order(memory_type, H5T_ORDER_LE);
  std::vector<std::int64_t> shape = h5_shape(space, name);
  DType element = h5_dtype(type);
  const std::uint64_t bytes = bytes_of_shape(shape, element.size, reading.budget.bytes_left());
  reading.budget.spend_bytes(bytes);
  std::string elements(bytes, '\0');
  if (!elements.empty()) data.read(memory_type, elements.data());
  return reading.tree.add_array(std::move(element), std::move(shape),
                                reading.tree.keep(std::move(elements)));
}

}  // namespace trainwreck::values
