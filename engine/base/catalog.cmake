# The folder is the catalog.
#
#   trainwreck_catalog(<target> FOLDER <dir> NAMESPACE <ns> ENTRY <type> HEADER <header>
#                      ACCESSOR <name>)
#
# Every <dir>/<stem>.cpp must define `<ns>::<stem>()` returning `trainwreck::<type>`. The sources
# join <target>, and so does a generated table of them. ACCESSOR is the qualified name of the function
# that returns it: a std::span<const trainwreck::<type>> in the order of the file names. A file that
# does not define its function fails the link with that function's name. A new or deleted file is seen
# by the next build.

# What can be built by name: the catalog, its folder, the type of an entry, the header that declares
# it, and where trainwreck::Vocabulary keeps it.
set(TRAINWRECK_CATALOGS
  "layers engine/layers LayerEntry trainwreck/layer.h engine.layers"
  "losses engine/losses LossEntry trainwreck/loss.h engine.losses"
  "metrics engine/metrics MetricEntry trainwreck/metric.h engine.metrics"
  "optimizers engine/optimizers OptimizerEntry trainwreck/optimizer.h engine.optimizers"
  "schedules engine/schedules ScheduleEntry trainwreck/schedule.h engine.schedules"
  "initialisers engine/initialisers InitialiserEntry trainwreck/initialiser.h engine.initialisers"
  "data engine/data DataEntry trainwreck/data.h engine.data"
  "callbacks engine/callbacks CallbackEntry trainwreck/callback.h engine.callbacks"
  "faults faults/kinds FaultEntry trainwreck/fault.h faults"
  "assertions scenarios/assertions AssertionEntry trainwreck/assertion.h assertions"
  "invariants scenarios/invariants InvariantEntry trainwreck/invariant.h invariants")
set(TRAINWRECK_CATALOG_TEMPLATE ${CMAKE_CURRENT_LIST_DIR}/catalog.cpp.in)

function(trainwreck_catalog target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER;NAMESPACE;ENTRY;HEADER;ACCESSOR" "")
  cmake_path(ABSOLUTE_PATH arg_FOLDER NORMALIZE OUTPUT_VARIABLE folder)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  set(declarations "")
  set(rows "")
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM stem)
    string(APPEND declarations "${arg_ENTRY} ${stem}();\n")
    string(APPEND rows "      ::${arg_NAMESPACE}::${stem}(),\n")
  endforeach()
  string(REGEX REPLACE "^(.*)::([^:]+)$" "\\1;\\2" accessor ${arg_ACCESSOR})
  list(GET accessor 0 accessor_namespace)
  list(GET accessor 1 accessor_name)
  if(rows)
    set(body "  static const ${arg_ENTRY} entries[] = {\n${rows}  };\n  return entries;\n")
  else()
    set(body "  return {};\n")
  endif()
  string(MAKE_C_IDENTIFIER ${arg_ACCESSOR} file_name)
  set(table ${CMAKE_CURRENT_BINARY_DIR}/catalogs/${target}/${file_name}.cpp)
  configure_file(${TRAINWRECK_CATALOG_TEMPLATE} ${table} @ONLY)
  target_sources(${target} PRIVATE ${table} ${sources})
endfunction()
