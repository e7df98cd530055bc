# Installs the public headers, and what they include of ours. Run by `cmake --install`.
#
# <layer>/include/trainwreck/<name>.h becomes <prefix>/include/trainwreck/<name>.h, and whatever it
# includes (and that includes, ...) goes below trainwreck/detail/. Includes are rewritten to match, so
# that no name of ours can be taken for a header of the user's.
#
# Takes: SOURCE (the top of the tree), DESTINATION (the folder that gets trainwreck/).

cmake_minimum_required(VERSION 3.25)

# The file behind `#include "<path>"`.
function(resolve path result)
  if(path MATCHES "^trainwreck/")
    foreach(layer engine faults scenarios)
      if(EXISTS ${SOURCE}/${layer}/include/${path})
        set(${result} ${layer}/include/${path} PARENT_SCOPE)
        return()
      endif()
    endforeach()
  endif()
  if(NOT EXISTS ${SOURCE}/${path})
    message(FATAL_ERROR "a public header needs ${path}, which is not there")
  endif()
  set(${result} ${path} PARENT_SCOPE)
endfunction()

file(GLOB pending RELATIVE ${SOURCE} ${SOURCE}/engine/include/trainwreck/*.h
  ${SOURCE}/faults/include/trainwreck/*.h ${SOURCE}/scenarios/include/trainwreck/*.h)
set(seen ${pending})
while(pending)
  list(POP_FRONT pending header)
  file(READ ${SOURCE}/${header} text)
  if(text MATCHES "#include <(Eigen|nlohmann|httplib|stb|fmt|CLI)")
    message(FATAL_ERROR "${header} is installed, and needs ${CMAKE_MATCH_1}")
  endif()
  string(REGEX MATCHALL "#include \"[^\"]+\"" includes "${text}")
  foreach(include IN LISTS includes)
    string(REGEX REPLACE "#include \"(.*)\"" "\\1" path "${include}")
    resolve(${path} file)
    if(NOT file IN_LIST seen)
      list(APPEND seen ${file})
      list(APPEND pending ${file})
    endif()
  endforeach()
  string(REGEX REPLACE "#include \"trainwreck/([^\"]+)\"" "#include <trainwreck/\\1>" text "${text}")
  string(REGEX REPLACE "#include \"([^\"]+)\"" "#include <trainwreck/detail/\\1>" text "${text}")
  if(header MATCHES "/include/(trainwreck/.*)$")
    set(target ${DESTINATION}/${CMAKE_MATCH_1})
  else()
    set(target ${DESTINATION}/trainwreck/detail/${header})
  endif()
  file(WRITE ${target} "${text}")
endwhile()
list(LENGTH seen count)
message(STATUS "Installed ${count} headers")
