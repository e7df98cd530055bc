#pragma once

#include <hdf5.h>

namespace trainwreck::values {

// The HDF5 library, loaded when the first file of its kind is read: it brings some thirty others
// along, which would make up half of the time that a program of ours takes to start. Its functions
// go without their "H5" here.
class H5Library {
  struct Symbol {
    void* address;
    template <class Function>
    operator Function*() const {  // NOLINT(google-explicit-constructor)
      return reinterpret_cast<Function*>(address);
    }
  };
  // Throws FormatError where the library lacks it.
  static Symbol find(const char* name);

 public:
  // Whether the library that this was built for can be loaded.
  static bool is_there();
  // H5P_FILE_ACCESS, which is a variable of the library's.
  hid_t file_access() const;

  decltype(&::H5Aclose) Aclose = find("H5Aclose");
  decltype(&::H5Aget_name) Aget_name = find("H5Aget_name");
  decltype(&::H5Aget_num_attrs) Aget_num_attrs = find("H5Aget_num_attrs");
  decltype(&::H5Aget_space) Aget_space = find("H5Aget_space");
  decltype(&::H5Aget_type) Aget_type = find("H5Aget_type");
  decltype(&::H5Aopen_by_idx) Aopen_by_idx = find("H5Aopen_by_idx");
  decltype(&::H5Aread) Aread = find("H5Aread");
  decltype(&::H5Dget_create_plist) Dget_create_plist = find("H5Dget_create_plist");
  decltype(&::H5Dget_space) Dget_space = find("H5Dget_space");
  decltype(&::H5Dget_type) Dget_type = find("H5Dget_type");
  decltype(&::H5Dread) Dread = find("H5Dread");
  decltype(&::H5Dvlen_reclaim) Dvlen_reclaim = find("H5Dvlen_reclaim");
  decltype(&::H5Eget_auto2) Eget_auto2 = find("H5Eget_auto2");
  decltype(&::H5Eset_auto2) Eset_auto2 = find("H5Eset_auto2");
  decltype(&::H5Fclose) Fclose = find("H5Fclose");
  decltype(&::H5Fopen) Fopen = find("H5Fopen");
  decltype(&::H5Gclose) Gclose = find("H5Gclose");
  decltype(&::H5Gget_info) Gget_info = find("H5Gget_info");
  decltype(&::H5Gopen2) Gopen2 = find("H5Gopen2");
  decltype(&::H5Iget_type) Iget_type = find("H5Iget_type");
  decltype(&::H5Lget_info) Lget_info = find("H5Lget_info");
  decltype(&::H5Lget_name_by_idx) Lget_name_by_idx = find("H5Lget_name_by_idx");
  decltype(&::H5Lget_val) Lget_val = find("H5Lget_val");
  decltype(&::H5Oclose) Oclose = find("H5Oclose");
  decltype(&::H5Oopen) Oopen = find("H5Oopen");
  decltype(&::H5PLset_loading_state) PLset_loading_state = find("H5PLset_loading_state");
  decltype(&::H5Pclose) Pclose = find("H5Pclose");
  decltype(&::H5Pcreate) Pcreate = find("H5Pcreate");
  decltype(&::H5Pget_external_count) Pget_external_count = find("H5Pget_external_count");
  decltype(&::H5Pget_layout) Pget_layout = find("H5Pget_layout");
  decltype(&::H5Pset_fapl_core) Pset_fapl_core = find("H5Pset_fapl_core");
  decltype(&::H5Pset_file_image) Pset_file_image = find("H5Pset_file_image");
  decltype(&::H5Sclose) Sclose = find("H5Sclose");
  decltype(&::H5Sget_simple_extent_dims) Sget_simple_extent_dims =
      find("H5Sget_simple_extent_dims");
  decltype(&::H5Sget_simple_extent_ndims) Sget_simple_extent_ndims =
      find("H5Sget_simple_extent_ndims");
  decltype(&::H5Sget_simple_extent_type) Sget_simple_extent_type =
      find("H5Sget_simple_extent_type");
  decltype(&::H5Tclose) Tclose = find("H5Tclose");
  decltype(&::H5Tcopy) Tcopy = find("H5Tcopy");
  decltype(&::H5Tdetect_class) Tdetect_class = find("H5Tdetect_class");
  decltype(&::H5Tget_class) Tget_class = find("H5Tget_class");
  decltype(&::H5Tget_sign) Tget_sign = find("H5Tget_sign");
  decltype(&::H5Tget_size) Tget_size = find("H5Tget_size");
  decltype(&::H5Tget_super) Tget_super = find("H5Tget_super");
  decltype(&::H5Tis_variable_str) Tis_variable_str = find("H5Tis_variable_str");
  decltype(&::H5Tset_order) Tset_order = find("H5Tset_order");
};

// Requires H5Library::is_there().
const H5Library& h5();

}  // namespace trainwreck::values
