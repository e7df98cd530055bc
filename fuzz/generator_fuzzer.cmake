# trainwreck_add_generator_fuzzer(<name> <folder>/<generator>.cpp [NAMESPACE <ns>] [PARAMS <json>]
#                                 [SOURCES <file>...] [LIBRARIES <target>...] [CORPUS <dir>]
#                                 [RUNS <count>])
#
# Makes <name>, a program that holds the data contract against your generator while a fuzzer looks
# for the script that breaks it. The file is an entry of a DATA folder, as trainwreck_add_runner()
# takes it: it defines `<ns>::data::<generator>()`. NAMESPACE defaults to `user`; PARAMS are the
# generator's parameters, a JSON object.
#
# With clang it is a libFuzzer program, and your own sources are built so that it sees their
# branches; trainwreck's libraries are taken as they are. With any other compiler the program only
# replays the files and folders that it is given. CORPUS registers the CTest test `<name>.corpus`,
# which replays a folder, which must not be empty; RUNS registers `<name>.runs`, which fuzzes so often, with clang only.

set(TRAINWRECK_FUZZER_TEMPLATE ${CMAKE_CURRENT_LIST_DIR}/generator_fuzzer.cpp.in)
set(TRAINWRECK_FUZZER_REPLAY ${CMAKE_CURRENT_LIST_DIR}/replay.cpp)

function(trainwreck_add_generator_fuzzer name generator)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "NAMESPACE;PARAMS;CORPUS;RUNS" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR
      "trainwreck_add_generator_fuzzer(${name}): unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  cmake_path(ABSOLUTE_PATH generator NORMALIZE OUTPUT_VARIABLE source)
  if(NOT EXISTS ${source})
    message(FATAL_ERROR "trainwreck_add_generator_fuzzer(${name}): no such file: ${source}")
  endif()
  if(NOT arg_NAMESPACE)
    set(arg_NAMESPACE user)
  endif()
  if(NOT arg_PARAMS)
    set(arg_PARAMS "{}")
  endif()
  cmake_path(GET source STEM stem)
  set(main ${CMAKE_CURRENT_BINARY_DIR}/fuzzers/${name}.cpp)
  configure_file(${TRAINWRECK_FUZZER_TEMPLATE} ${main} @ONLY)
  add_executable(${name} ${main} ${source} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE trainwreck::scenarios ${arg_LIBRARIES})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE ${TRAINWRECK_FUZZER_REPLAY})
  endif()
  if(arg_CORPUS)
    cmake_path(ABSOLUTE_PATH arg_CORPUS NORMALIZE)
    file(GLOB files CONFIGURE_DEPENDS ${arg_CORPUS}/*)
    if(NOT files)  # a fuzzer that is given no file fuzzes for ever
      message(FATAL_ERROR
        "trainwreck_add_generator_fuzzer(${name}): there is no file in CORPUS ${arg_CORPUS}")
    endif()
    add_test(NAME ${name}.corpus COMMAND ${name} ${files})
  endif()
  if(arg_RUNS AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    add_test(NAME ${name}.runs COMMAND ${name} -seed=1 -runs=${arg_RUNS})
  endif()
endfunction()
