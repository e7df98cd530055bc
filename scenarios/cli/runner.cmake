# trainwreck_add_runner(<name> [NAMESPACE <ns>] [LAYERS <dir>] [LOSSES <dir>] [METRICS <dir>]
#                       [OPTIMIZERS <dir>] [SCHEDULES <dir>] [INITIALISERS <dir>] [DATA <dir>]
#                       [CALLBACKS <dir>] [FAULTS <dir>] [ASSERTIONS <dir>] [INVARIANTS <dir>])
#
# Makes <name>, a whole trainwreck program whose catalogs are the built-in ones and the entries in the
# given folders. <dir>/<stem>.cpp must define `<ns>::<catalog>::<stem>()`, e.g.
# `user::callbacks::my_logger()`, and return the entry, as our own folders do. NAMESPACE defaults to
# `user`.

set(TRAINWRECK_RUNNER_TEMPLATE ${CMAKE_CURRENT_LIST_DIR}/runner.cpp.in)

function(trainwreck_add_runner name)
  set(keywords ${TRAINWRECK_CATALOGS})
  list(TRANSFORM keywords REPLACE " .*" "")
  list(TRANSFORM keywords TOUPPER)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAMESPACE;${keywords}" "")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "trainwreck_add_runner(${name}): unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_NAMESPACE)
    set(arg_NAMESPACE user)
  endif()
  add_executable(${name})
  set(declarations "")
  set(additions "")
  foreach(catalog IN LISTS TRAINWRECK_CATALOGS)
    separate_arguments(catalog)
    list(POP_FRONT catalog kind ours entry header member)
    string(TOUPPER ${kind} keyword)
    if(NOT arg_${keyword})
      continue()
    endif()
    cmake_path(ABSOLUTE_PATH arg_${keyword} NORMALIZE OUTPUT_VARIABLE folder)
    if(NOT IS_DIRECTORY ${folder})
      message(FATAL_ERROR "trainwreck_add_runner(${name}): ${keyword} is no folder: ${folder}")
    endif()
    trainwreck_catalog(${name} FOLDER ${folder} NAMESPACE ${arg_NAMESPACE}::${kind}
      ENTRY ${entry} HEADER ${header} ACCESSOR ${arg_NAMESPACE}::own_${kind})
    string(APPEND declarations "std::span<const ::trainwreck::${entry}> own_${kind}();\n")
    string(APPEND additions "  add(vocabulary.${member}, ::${arg_NAMESPACE}::own_${kind}());\n")
  endforeach()
  set(main ${CMAKE_CURRENT_BINARY_DIR}/catalogs/${name}/main.cpp)
  configure_file(${TRAINWRECK_RUNNER_TEMPLATE} ${main} @ONLY)
  target_sources(${name} PRIVATE ${main})
  target_link_libraries(${name} PRIVATE trainwreck::scenarios)
endfunction()

# trainwreck_add_scenario_tests(<runner> <folder>... [PREFIX <prefix>])
#
# Makes every scenario file in the folders and below them a CTest test `<prefix>.<path>`, run by
# <runner>: what trainwreck_add_runner() made, or trainwreck::trainwreck. PREFIX defaults to
# `scenario`. A new file is seen by the next build.
function(trainwreck_add_scenario_tests runner)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PREFIX" "")
  if(NOT arg_PREFIX)
    set(arg_PREFIX scenario)
  endif()
  foreach(folder IN LISTS arg_UNPARSED_ARGUMENTS)
    cmake_path(ABSOLUTE_PATH folder NORMALIZE)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*.json)
    if(NOT files)
      message(FATAL_ERROR "trainwreck_add_scenario_tests(${runner}): no scenario in ${folder}")
    endif()
    foreach(file IN LISTS files)
      cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${folder} OUTPUT_VARIABLE path)
      cmake_path(REMOVE_EXTENSION path)
      string(REPLACE "/" "." path ${path})
      add_test(NAME ${arg_PREFIX}.${path} COMMAND ${runner} run --all ${file})
    endforeach()
  endforeach()
endfunction()
